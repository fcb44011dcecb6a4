-- Prolongs the lease of an idempotency key while its effect goes on, if this attempt still holds it.
-- KEYS  1 the key
-- ARGV  1 job id, 2 attempt, 3 lease token of the attempt, 4 lease of the key in ms
-- Returns 1 when it was prolonged
local key = KEYS[1]
local job, attempt, token, lease = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local held = redis.call('HMGET', key, 'state', 'job', 'attempt', 'lease')
if held[1] == 'running' and held[2] == job and held[3] == attempt and held[4] == token then
  return redis.call('PEXPIRE', key, lease)
end
return 0
