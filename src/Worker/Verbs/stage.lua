-- Makes due jobs available, and tells when to come again.
-- KEYS  1 prefix of the records, 2 scheduled, 3 available, 4 trigger, 5 stats, 6 inbox
-- ARGV  1 kind of doorbell, 2 bell channel, 3 at most so many
-- Returns {jobs staged, ms until the next is due or -1, entries in the inbox}
--# include clock
--# include refusal
--# include doorbell
--# include place
--# include record
local job_prefix, scheduled, available, trigger, stats, inbox = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local doorbell, bell, at_most = ARGV[1], ARGV[2], ARGV[3]

local inbox_length = redis.call('LLEN', inbox)
local first = redis.call('ZRANGE', scheduled, 0, 0, 'WITHSCORES')
if #first == 0 then
  return {0, -1, inbox_length}
end
local now = clock()
if tonumber(first[2]) > now then
  return {0, first[2] - now, inbox_length}
end

local due = redis.call('ZRANGEBYSCORE', scheduled, '-inf', string.format('%.0f', now), 'LIMIT', 0, at_most)
-- places: per job its priority, from which its place is made, and its id
local places, ids, had_its_turn = {}, {}, {}
for _, id in ipairs(due) do
  local job = fields(job_prefix .. id, 'state', 'priority', 'losses')
  if job[1] == 'scheduled' or job[1] == 'retryable' then
    local n = #ids + 1
    ids[n], places[n * 2 - 1], places[n * 2] = id, priority_of(job[2]), id
    -- One that was lost and put off since had its turn before: as after a rescue, to the front of its priority.
    had_its_turn[n] = job[1] == 'scheduled' and number(job[3], 0) > 0
  end
end
if #ids > 0 then
  allow_when_full(scheduled)
  local before = redis.call('HINCRBY', stats, 'enqueued', #ids) - #ids
  for i = 1, #ids do
    places[i * 2 - 1] = place(places[i * 2 - 1], had_its_turn[i] and 0 or before + i)
  end
  redis.call('ZADD', available, unpack(places))
  for _, id in ipairs(ids) do
    redis.call('HSET', job_prefix .. id, 'state', 'available')
  end
end
redis.call('ZREM', scheduled, unpack(due))
if #ids > 0 then
  ring(trigger, doorbell, ids)
  redis.call('PUBLISH', bell, 'available')
end
first = redis.call('ZRANGE', scheduled, 0, 0, 'WITHSCORES')
return {#ids, #first == 0 and -1 or math.max(0, first[2] - now), inbox_length}
