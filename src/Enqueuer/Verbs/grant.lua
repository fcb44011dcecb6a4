-- Leases a job that would be the only one available to a worker that waits for one, and sends it there: the worker need not fetch
-- it. Should the message be lost, the lease runs out as that of a lost fetch does. The record is written already, so Redis lets this
-- script write.
-- prefix: of the queue's keys
-- Returns whether a worker got it; otherwise nothing changed but for offers that are no longer good.
local function grant(prefix, id, constant, place, now)
  local offers, executing = prefix .. 'offers', prefix .. 'executing'
  while true do
    local offer = redis.pcall('ZPOPMAX', offers)
    if not offer[1] then
      return false
    end
    if tonumber(offer[2]) <= now then
      -- It waits no longer, and the others have waited longer than this one.
      redis.call('DEL', offers)
      return false
    end
    local token, lease_for, publish, channel, stamp = string.match(offer[1], '^(%S+) (%d+) (S?PUBLISH) (%S+) (%d+)$')
    if token then
      local moment = string.format('%.0f', now)
      local message = stamp .. ' ' .. token .. ' ' .. string.format('%.0f', place) .. ' ' .. moment .. ' ' .. id .. ' ' .. constant
      redis.call('ZADD', executing, string.format('%.0f', now + lease_for), id)
      -- In a cluster who listens at a replica hears what is published, and is not counted: it would start what it was not given.
      local listening = publish == 'SPUBLISH' and redis.pcall('PUBSUB', 'SHARDNUMSUB', channel)
      local heard = 0
      if not listening or listening.err or tonumber(listening[2]) > 0 then
        heard = redis.pcall(publish, channel, message)
      end
      -- No number where the user may not publish there, 0 when the worker's connection is gone.
      if type(heard) == 'number' and heard > 0 then
        redis.call('HSET', prefix .. 'job:' .. id, 'state', 'executing', 'attempt', '1', 'lease', token, 'started_at', moment)
        return true
      end
      redis.call('ZREM', executing, id)
    end
  end
end
