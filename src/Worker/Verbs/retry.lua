-- Ends attempts as Retryable: the job waits for its next attempt. One whose cancel was asked for is cancelled instead.
-- KEYS  1 prefix of the records, 2 executing, 3 scheduled, 4 stats
-- ARGV  1 bell channel, 2 channel of ended jobs, 3 ms to keep a cancelled record, then per attempt: id, lease token, attempt, delay in ms, error without its opening brace
-- Returns per attempt 1, also when it was written before, 2 when it was cancelled, or 0 when its lease is lost and nothing changed
--# include clock
--# include record
--# include fence
--# include errors
local job_prefix, executing, scheduled, stats = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local bell = ARGV[1]
local queue = {job_prefix = job_prefix, stats = stats, ended = ARGV[2], keep = ARGV[3]}

local held, ids = fence(job_prefix, executing, 4, 5, 'errors', 'unknown_since', 'cancel_requested')
local now = clock()
local reply, retried, soonest = {}, 0, nil
for n, job in ipairs(held) do
  local i = 4 + (n - 1) * 5
  local id, token, attempt, delay, failure = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  if job and job[7] then
    end_cancelled(queue, id, now, job[4], job[3])
    reply[n] = 2
  elseif job then
    local due = now + delay
    redis.call('ZADD', scheduled, string.format('%.0f', due), id)
    redis.call('HSET', job_prefix .. id, 'state', 'retryable', 'errors', with_error(job[5], error_at(attempt, now, failure)))
    if job[6] then
      redis.call('HDEL', job_prefix .. id, 'unknown_since')
    end
    soonest = soonest and math.min(soonest, due) or due
    retried = retried + 1
    reply[n] = 1
  else
    reply[n] = has_ended(token, job_prefix .. id, 'retryable') and 1 or 0
  end
end
let_go(executing, ids)
if retried > 0 then
  redis.call('HINCRBY', stats, 'retried', retried)
  if tonumber(redis.call('ZRANGE', scheduled, 0, 0, 'WITHSCORES')[2]) >= soonest then
    redis.call('PUBLISH', bell, 'scheduled')
  end
end
return reply
