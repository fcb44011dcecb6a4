-- Tells version and settings of the server that holds the queue, and which steps of the scripts it would refuse: what the user may not
-- do, and keys that hold something else. As a script, because the client wants an admin connection for INFO, and because in a cluster
-- it must be this server.
-- KEYS  1 a key to try on, 2 available, 3 scheduled, 4 executing, 5 discarded, 6 workers, 7 inbox, 8 rejected, 9 stats
-- ARGV  1 kind of doorbell, 2 bell channel, 3 channel of ended jobs, 4 number of the database
-- Returns {what INFO says or '', {command or key refused, reason}, ...}
local trial = KEYS[1]
local doorbell, bell, ended = ARGV[1], ARGV[2], ARGV[3]

local info = redis.pcall('INFO')
local reply = {type(info) == 'string' and info or ''}

local function try(what, reasons, ...)
  local answer = redis.pcall(...)
  for _, reason in ipairs(reasons) do
    if type(answer) == 'table' and answer.err and string.find(answer.err, reason, 1, true) then
      reply[#reply + 1] = {what, answer.err}
      return
    end
  end
end

-- Refused for other reasons, a write is no matter: the server is full, or a replica, and may take it later.
local function may(...)
  try(table.concat({...}, ' ', 1, select(1, ...) == 'PUBLISH' and 2 or 1), {'permission', 'user executing the script'}, ...)
end

local function holds(key, ...)
  try(key, {'WRONGTYPE'}, ...)
end

-- A client that may not choose its database stays in the first one and says nothing.
if ARGV[4] ~= '0' then
  may('SELECT', ARGV[4])
end
redis.pcall('DEL', trial)
may('TIME')
may('HSET', trial, 'a', '1')
may('PEXPIRE', trial, 60000)
may('HINCRBY', trial, 'a', 1)
may('HGET', trial, 'a')
may('HMGET', trial, 'a')
may('HDEL', trial, 'a')
may('EXISTS', trial)
may('DEL', trial)
may('ZADD', trial, 1, 'a')
may('ZSCORE', trial, 'a')
may('ZCARD', trial)
may('ZRANGE', trial, 0, 0)
may('ZRANGEBYSCORE', trial, '-inf', 0)
may('ZREMRANGEBYSCORE', trial, '-inf', 0)
may('ZREM', trial, 'b')
may('ZPOPMIN', trial)
may('RPUSH', trial, 'a')
may('LLEN', trial)
may('LRANGE', trial, 0, 0)
may('LREM', trial, 1, 'b')
may('LTRIM', trial, 0, 0)
may('LPOP', trial)
if doorbell == 'stream' then
  may('XADD', trial, '*', 'id', 'a')
  may('XLEN', trial)
  may('XTRIM', trial, 'MAXLEN', 0)
end
redis.pcall('PEXPIRE', trial, 60000)
redis.pcall('DEL', trial)
may('PUBLISH', bell, '')
may('PUBLISH', ended, '')
for key = 2, 6 do
  holds(KEYS[key], 'ZCARD', KEYS[key])
end
for key = 7, 8 do
  holds(KEYS[key], 'LLEN', KEYS[key])
end
holds(KEYS[9], 'HGET', KEYS[9], 'enqueued')
return reply
