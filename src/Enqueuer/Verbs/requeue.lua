-- Lets a dead letter run again under its id, as if it had just been enqueued but for its errors. It is due now; the stager knows the
-- doorbell to ring.
-- KEYS  1 prefix of the records, 2 scheduled, 3 discarded, 4 stats
-- ARGV  1 job id, 2 bell channel
-- Returns 'missing', 'not discarded' or 'requeued'
--# include clock
--# include record
local scheduled, discarded, stats = KEYS[2], KEYS[3], KEYS[4]
local id, bell = ARGV[1], ARGV[2]
local record = KEYS[1] .. id

local job = fields(record, 'state', 'job')
if not job[2] then
  return 'missing'
end
if job[1] ~= 'discarded' then
  return 'not discarded'
end
redis.call('ZADD', scheduled, string.format('%.0f', clock()), id)
redis.call('PERSIST', record)
-- An expiry was for the first time: who asks now wants the job to run.
redis.call('HDEL', record, 'attempt', 'losses', 'expires_at', 'unknown_since', 'cancel_requested', 'progress', 'finished_at')
redis.call('HSET', record, 'state', 'scheduled')
redis.call('ZREM', discarded, id)
redis.call('HINCRBY', stats, 'requeued', 1)
redis.call('PUBLISH', bell, 'scheduled')
return 'requeued'
