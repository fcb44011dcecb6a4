-- Leases the jobs that doorbell entries name; tells which entries name no job at all.
-- KEYS  1 prefix of the records, 2 available, 3 executing, 4 stats
-- ARGV  1 only those among so many next ones, so that none runs out of its turn; '' for all, 2 lease token, 3 lease in ms,
--       4 channel of ended jobs, 5 ms to keep an expired record, then ids
-- Returns {per job what lease.lua has of it, unknown ids, jobs expired now, the time in ms}
--# include clock
--# include refusal
--# include lease
local job_prefix, available, executing = KEYS[1], KEYS[2], KEYS[3]
local n, lease_for = tonumber(ARGV[1]), ARGV[3]
local queue = {job_prefix = job_prefix, stats = KEYS[4], token = ARGV[2], ended = ARGV[4], keep = ARGV[5]}

local now = clock()
local ends = string.format('%.0f', now + lease_for)
allow_when_full(executing)
local jobs, unknown, next_ones = {}, {}, {}
if n and n > 0 then
  for _, id in ipairs(redis.call('ZRANGE', available, 0, n - 1)) do
    next_ones[id] = true
  end
end
for i = 6, #ARGV do
  local id = ARGV[i]
  local place = redis.call('ZSCORE', available, id)
  if not place then
    if redis.call('EXISTS', job_prefix .. id) == 0 then
      unknown[#unknown + 1] = id
    end
  elseif not n or next_ones[id] then
    redis.call('ZADD', executing, ends, id)
    if not lease(queue, id, place, now, jobs) then
      redis.call('ZREM', executing, id)
    end
    redis.call('ZREM', available, id)
  end
end
return {jobs, unknown, queue.expired or 0, now}
