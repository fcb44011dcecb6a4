-- The doorbell is a hint: one entry per available job, which starts the trigger. The queue does not depend on it.

-- Adds entries. The key's own type decides where a queue was first rung as another kind than this caller believes.
local function ring(trigger, kind, ids)
  if #ids == 0 then
    return
  end
  if kind == 'list' then
    local reply = redis.pcall('RPUSH', trigger, unpack(ids))
    if type(reply) == 'number' then
      return
    end
  end
  for _, id in ipairs(ids) do
    local reply = redis.pcall('XADD', trigger, '*', 'id', id)
    if type(reply) == 'table' and reply.err then
      redis.pcall('RPUSH', trigger, id)
    end
  end
end

-- Takes off what is more than the available jobs, oldest first.
local function hush(trigger, kind, available)
  if kind == 'list' then
    local length = redis.pcall('LLEN', trigger)
    if type(length) == 'number' and length > available then
      redis.call('LPOP', trigger, length - available)
    end
  else
    redis.pcall('XTRIM', trigger, 'MAXLEN', available)
  end
end

-- How many entries the trigger has yet to read. Of a stream, those that were delivered are dropped first: whatever became of them,
-- nobody delivers them again. The group is the trigger's, whatever the host calls it; the one that has read furthest counts.
local function unread(trigger, kind)
  if kind == 'list' then
    local length = redis.pcall('LLEN', trigger)
    return type(length) == 'number' and length or 0
  end
  local groups = redis.pcall('XINFO', 'GROUPS', trigger)
  if groups.err then
    return 0
  end
  local furthest_ms, furthest_sequence = 0, -1
  for _, group in ipairs(groups) do
    for i = 1, #group, 2 do
      if group[i] == 'last-delivered-id' then
        local ms, sequence = string.match(group[i + 1], '(%d+)%-(%d+)')
        ms, sequence = tonumber(ms), tonumber(sequence)
        if ms > furthest_ms or (ms == furthest_ms and sequence > furthest_sequence) then
          furthest_ms, furthest_sequence = ms, sequence
        end
      end
    end
  end
  if furthest_sequence >= 0 then
    redis.call('XTRIM', trigger, 'MINID', string.format('%.0f-%.0f', furthest_ms, furthest_sequence + 1))
  end
  return redis.call('XLEN', trigger)
end

-- Makes good what the trigger has read without a job having been taken: its host died, or is busy while others are free. Then
-- there is again an entry per available job, at most 500 more at a time.
local function top_up(trigger, kind, available_key, available)
  local missing = math.min(available - unread(trigger, kind), 500)
  if missing > 0 then
    ring(trigger, kind, redis.call('ZRANGE', available_key, 0, missing - 1))
  end
end
