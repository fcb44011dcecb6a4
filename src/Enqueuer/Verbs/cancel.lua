-- Cancels a job that has not started, at once. A running one ends here when the caller holds its lease; otherwise its worker
-- is asked to stop it.
-- KEYS  1 the record, 2 available, 3 scheduled, 4 executing, 5 stats
-- ARGV  1 job id, 2 bell channel, 3 channel of ended jobs, 4 ms to keep the record unless the job says otherwise,
--       5 the caller's lease, or ''
-- Returns 'missing', 'ended', 'cancelled', 'requested', or 'lost' (the lease is not the job's)
--# include clock
local record, available, scheduled, executing, stats = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local id, bell, ended, keep, lease = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local job = redis.call('HMGET', record, 'state', 'lease', 'keep_result_for', 'awaited')
local state = job[1]
if not state then
  return 'missing'
end
if state == 'executing' then
  if lease == '' then
    redis.call('HSET', record, 'cancel_requested', '1')
    redis.call('PUBLISH', bell, 'cancel ' .. id)
    return 'requested'
  end
  if lease ~= job[2] then
    return 'lost'
  end
elseif lease ~= '' then
  return 'lost'
elseif state ~= 'available' and state ~= 'scheduled' and state ~= 'retryable' then
  return 'ended'
end

redis.call('ZREM', available, id)
redis.call('ZREM', scheduled, id)
redis.call('ZREM', executing, id)
redis.call('HSET', record, 'state', 'cancelled', 'finished_at', string.format('%.0f', clock()))
redis.call('HINCRBY', stats, 'cancelled', 1)
if job[4] then
  redis.call('PUBLISH', ended, id)
end
redis.call('PEXPIRE', record, job[3] or keep)
return 'cancelled'
