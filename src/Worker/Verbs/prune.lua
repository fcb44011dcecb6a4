-- Deletes dead letters that are too old or too many, doorbell entries beyond the available jobs, and what workers have left that are gone.
-- Never a job in flight.
-- KEYS  1 prefix of the records, 2 discarded, 3 available, 4 trigger, 5 workers, 6 offers
-- ARGV  1 kind of doorbell, 2 dead letters are kept for ms, 3 dead letters are kept at most, 4 at most so many at once,
--       5 a worker without a heartbeat, and a stream's reader that has not read, for so many ms is forgotten
-- Returns {dead letters deleted, 1 when the doorbell was of the other kind, otherwise 0}
--# include clock
--# include doorbell
--# include hush
--# include stream
local job_prefix, discarded, available, trigger, workers, offers = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local doorbell, keep_for, keep_at_most, at_once, forget_after = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]

-- A reader that is killed leaves its consumer in the trigger's group, with all that it had read. Up to Redis 7.0 one that finds nothing
-- for long looks the same; it is made again when it reads an entry.
local function forget_readers()
  for _, group in ipairs(redis.pcall('XINFO', 'GROUPS', trigger)) do
    local name = named(group).name
    for _, consumer in ipairs(redis.pcall('XINFO', 'CONSUMERS', trigger, name)) do
      local reader = named(consumer)
      if reader.idle >= tonumber(forget_after) then
        redis.pcall('XGROUP', 'DELCONSUMER', trigger, name, reader.name)
      end
    end
  end
end

local now = clock()
redis.call('ZREMRANGEBYSCORE', workers, '-inf', string.format('%.0f', now - forget_after))
redis.pcall('ZREMRANGEBYSCORE', offers, '-inf', string.format('%.0f', now))
local old = redis.call('ZRANGEBYSCORE', discarded, '-inf', string.format('%.0f', now - keep_for), 'LIMIT', 0, at_once)
local excess = math.min(redis.call('ZCARD', discarded) - keep_at_most, at_once)
if excess > #old then
  -- The oldest go first here too, those that are too old among them.
  old = redis.call('ZRANGE', discarded, 0, excess - 1)
end
for _, id in ipairs(old) do
  redis.call('ZREM', discarded, id)
  if redis.pcall('HGET', job_prefix .. id, 'state') == 'discarded' then
    redis.call('DEL', job_prefix .. id)
  end
end
if doorbell == 'stream' then
  forget_readers()
end
local was_other = delete_other_kind(trigger, doorbell)
hush(trigger, doorbell, redis.call('ZCARD', available))
return {#old, was_other and 1 or 0}
