-- Stores the outcome of an effect that has happened. The first outcome stays: an effect cannot be taken back.
-- KEYS  1 the key
-- ARGV  1 job id, 2 attempt, 3 outcome as JSON, 4 how long to keep it in ms
-- Returns 1, or 0 when an outcome was there already
local key = KEYS[1]
local job, attempt, outcome, keep = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if redis.call('HGET', key, 'state') == 'done' then
  return 0
end
-- The first write is one that Redis allows when its memory is full; after it the others are allowed too.
redis.call('DEL', key)
redis.call('HSET', key, 'state', 'done', 'job', job, 'attempt', attempt, 'outcome', outcome)
redis.call('PEXPIRE', key, keep)
return 1
