-- Takes the next n jobs off the queue, leases them, and takes as many entries off the doorbell.
-- KEYS  1 prefix of the records, 2 available, 3 trigger, 4 executing, 5 stats
-- ARGV  1 n, 2 lease token, 3 lease in ms, 4 kind of doorbell, 5 channel of ended jobs, 6 ms to keep an expired record
-- Returns {jobs still available, jobs expired now, job, ...}; a job is {id, place, record, attempt, losses}
--# include clock
--# include doorbell
--# include record
--# include lease
local available, trigger, executing = KEYS[2], KEYS[3], KEYS[4]
local n, lease_for, doorbell = ARGV[1], ARGV[3], ARGV[4]
local queue = {job_prefix = KEYS[1], stats = KEYS[5], token = ARGV[2], ended = ARGV[5], keep = ARGV[6]}

local taken = redis.call('ZPOPMIN', available, n)
if #taken == 0 then
  return {0, 0}
end
local now = clock()
local ends = string.format('%.0f', now + lease_for)
local reply, leases = {0, 0}, {}
for i = 1, #taken, 2 do
  local job = lease(queue, taken[i], taken[i + 1], now)
  if job then
    reply[#reply + 1] = job
    leases[#leases + 1] = ends
    leases[#leases + 1] = taken[i]
  end
end
if #leases > 0 then
  redis.call('ZADD', executing, unpack(leases))
end
reply[1] = redis.call('ZCARD', available)
reply[2] = queue.expired or 0
hush(trigger, doorbell, reply[1])
return reply
