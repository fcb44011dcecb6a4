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

-- How many entries a list has; nil where it is none.
local function entries_of(trigger)
  local length = redis.pcall('LLEN', trigger)
  return type(length) == 'number' and length or nil
end
