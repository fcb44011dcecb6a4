-- Takes an idempotency key for an attempt, or tells what became of it.
-- A key held by an earlier attempt of the same job is taken over: that attempt has lost its lease.
-- KEYS  1 the key (hash: state running|done, job, attempt, outcome)
-- ARGV  1 job id, 2 attempt, 3 lease in ms
-- Returns {'mine'}, {'done', outcome} or {'busy', ms until the lease ends}
local key = KEYS[1]
local job, attempt, lease = ARGV[1], ARGV[2], ARGV[3]

local held = redis.call('HMGET', key, 'state', 'job', 'attempt', 'outcome')
if held[1] == 'done' then
  return {'done', held[4]}
end
if held[1] == 'running' and not (held[2] == job and tonumber(held[3]) < tonumber(attempt)) then
  return {'busy', redis.call('PTTL', key)}
end
-- The first write is one that Redis allows when its memory is full; after it the others are allowed too.
redis.call('DEL', key)
redis.call('HSET', key, 'state', 'running', 'job', job, 'attempt', attempt)
redis.call('PEXPIRE', key, lease)
return {'mine'}
