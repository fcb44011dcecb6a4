-- Takes an idempotency key for an attempt, or tells what became of it.
-- A key held by an earlier attempt of the same job is taken over: that attempt has lost its lease. Numbers alone do not tell, as a release or
-- a requeue counts anew: the record tells which one holds the job. Who does not hold it begins nothing.
-- KEYS  1 the key (hash: state running|done, job, attempt, lease, outcome), 2 the job's record
-- ARGV  1 job id, 2 attempt, 3 lease of the key in ms, 4 lease token of the attempt; '' in a test of a handler
-- Returns {'mine'}, {'done', outcome}, {'busy', ms until the lease ends} or {'lost'} (the attempt has lost its job)
--# include record
local key, record = KEYS[1], KEYS[2]
local job, attempt, lease, token = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local held = redis.call('HMGET', key, 'state', 'job', 'attempt', 'outcome', 'lease')
if held[1] == 'done' then
  return {'done', held[4]}
end
local now_held = fields(record, 'state', 'lease')
local earlier = held[2] == job and (tonumber(held[3]) < tonumber(attempt) or (held[5] ~= token and now_held[2] == token))
if held[1] == 'running' and not earlier then
  return {'busy', redis.call('PTTL', key)}
end
if token ~= '' and (now_held[1] ~= 'executing' or now_held[2] ~= token) then
  return {'lost'}
end
-- The first write is one that Redis allows when its memory is full; after it the others are allowed too.
redis.call('DEL', key)
redis.call('HSET', key, 'state', 'running', 'job', job, 'attempt', attempt, 'lease', token)
redis.call('PEXPIRE', key, lease)
return {'mine'}
