-- Shows that a worker is alive.
-- KEYS  1 workers
-- ARGV  1 worker
-- Returns 1 when the worker was not known, otherwise 0
--# include clock
--# include refusal
local workers = KEYS[1]
local worker = ARGV[1]

local now = string.format('%.0f', clock())
local reply = redis.pcall('ZADD', workers, now, worker)
if type(reply) == 'table' then
  allow_when_full(workers)
  reply = redis.call('ZADD', workers, now, worker)
end
return reply
