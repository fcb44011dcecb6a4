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
