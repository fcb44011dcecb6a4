-- Shows that a worker is alive.
-- KEYS  1 workers
-- ARGV  1 worker
-- Returns 1 when the worker was not known, otherwise 0
--# include clock
local workers = KEYS[1]
local worker = ARGV[1]

-- A full Redis refuses ZADD unless the script has written before; a removal of nothing is such a write.
redis.call('ZREM', workers, '')
return redis.call('ZADD', workers, string.format('%.0f', clock()), worker)
