-- The doorbell is a hint: one entry per available job, which starts the trigger. The queue does not depend on it.

-- Adds an entry. The key's own type decides where a queue was first rung as another kind than this caller believes.
local function ring_for(trigger, kind, id)
  if kind == 'list' and type(redis.pcall('RPUSH', trigger, id)) == 'number' then
    return
  end
  local reply = redis.pcall('XADD', trigger, '*', 'id', id)
  if type(reply) == 'table' and reply.err then
    redis.pcall('RPUSH', trigger, id)
  end
end

-- Adds an entry for each.
local function ring(trigger, kind, ids)
  if #ids == 0 then
    return
  end
  if kind == 'list' and type(redis.pcall('RPUSH', trigger, unpack(ids))) == 'number' then
    return
  end
  for _, id in ipairs(ids) do
    ring_for(trigger, 'stream', id)
  end
end

-- How many entries a list has; nil where it is none.
local function entries_of(trigger)
  local length = redis.pcall('LLEN', trigger)
  return type(length) == 'number' and length or nil
end
