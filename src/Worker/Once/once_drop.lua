-- Gives an idempotency key back after a failed effect, if this attempt still holds it.
-- KEYS  1 the key
-- ARGV  1 job id, 2 attempt, 3 lease token of the attempt
-- Returns 1 when it was given back
local key = KEYS[1]
local job, attempt, token = ARGV[1], ARGV[2], ARGV[3]

local held = redis.call('HMGET', key, 'state', 'job', 'attempt', 'lease')
if held[1] == 'running' and held[2] == job and held[3] == attempt and held[4] == token then
  return redis.call('DEL', key)
end
return 0
