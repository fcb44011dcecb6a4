-- A stream as a doorbell keeps what was delivered, and its groups keep counting what was trimmed.
--# include doorbell

local function named(reply)
  local fields = {}
  for i = 1, #reply, 2 do
    fields[reply[i]] = reply[i + 1]
  end
  return fields
end

local function parts(id)
  local ms, sequence = string.match(id, '(%d+)%-(%d+)')
  return tonumber(ms), tonumber(sequence)
end

local function is_later(one, other)
  local one_ms, one_sequence = parts(one)
  local other_ms, other_sequence = parts(other)
  return one_ms > other_ms or (one_ms == other_ms and one_sequence > other_sequence)
end

-- The first id after this one. A group that was set to the end of a millisecond has a sequence that Lua's numbers cannot hold.
local function after(id)
  local ms, sequence = parts(id)
  if sequence >= 9007199254740991 then
    return string.format('%.0f-0', ms + 1)
  end
  return string.format('%.0f-%.0f', ms, sequence + 1)
end

-- Drops what was delivered: whatever became of it, nobody delivers it again. The group is the trigger's, whatever the host calls
-- it; the one that has read furthest counts. Then sets each group's count right, since Redis counts entries that were trimmed
-- unread as waiting, and hosts scale by that count (lag, Redis 7; older versions have none).
-- Returns how many entries the trigger has yet to read; nil where that may not be asked
local function settle(trigger)
  local groups = redis.pcall('XINFO', 'GROUPS', trigger)
  if groups.err then
    return nil
  end
  local furthest
  for i, group in ipairs(groups) do
    groups[i] = named(group)
    local delivered = groups[i]['last-delivered-id']
    if not furthest or is_later(delivered, furthest) then
      furthest = delivered
    end
  end
  if furthest then
    redis.pcall('XTRIM', trigger, 'MINID', after(furthest))
  end
  local length = redis.call('XLEN', trigger)
  for _, group in ipairs(groups) do
    if group['entries-read'] ~= nil and (not group.lag or group.lag > length) then
      -- The count is a matter of scaling: where it may not be read or set, nothing else must stop.
      local reply = redis.pcall('XINFO', 'STREAM', trigger)
      if reply.err then
        return length
      end
      local stream = named(reply)
      local read_up_to = stream['last-generated-id']
      if length > 0 then
        local ms, sequence = parts(stream['first-entry'][1])
        read_up_to = sequence > 0 and string.format('%.0f-%.0f', ms, sequence - 1) or string.format('%.0f-18446744073709551615', ms - 1)
      end
      redis.pcall('XGROUP', 'SETID', trigger, group.name, read_up_to, 'ENTRIESREAD', string.format('%.0f', stream['entries-added'] - length))
    end
  end
  return length
end

-- Deletes a doorbell that a producer has made of the other kind, in which the trigger could not read, now and after a restart. A stream
-- with a group is somebody's, and stays.
-- Returns whether it did
local function delete_other_kind(trigger, kind)
  local is_other
  if kind == 'list' then
    local groups = redis.pcall('XINFO', 'GROUPS', trigger)
    is_other = not groups.err and #groups == 0
  else
    is_other = (entries_of(trigger) or 0) > 0
  end
  return is_other and redis.call('DEL', trigger) == 1
end

-- How many entries the trigger has yet to read; and whether the doorbell had to be deleted.
local function unread(trigger, kind)
  local entries = kind == 'list' and entries_of(trigger)
  if entries then
    return entries, false
  end
  local length = redis.pcall('XLEN', trigger)
  if (kind == 'list' or type(length) ~= 'number') and delete_other_kind(trigger, kind) then
    return 0, true
  end
  if type(length) ~= 'number' then
    return entries_of(trigger) or 0, false
  end
  return settle(trigger) or length, false
end

-- Makes good what the trigger has read without a job having been taken: its host died, or is busy while others are free. Then
-- there is again an entry per available job, at most 500 more at a time.
-- Returns whether the doorbell was of the other kind
local function top_up(trigger, kind, available_key, available)
  local entries, was_other = unread(trigger, kind)
  local missing = math.min(available - entries, 500)
  if missing > 0 then
    ring(trigger, kind, redis.call('ZRANGE', available_key, 0, missing - 1))
  end
  return was_other
end
