-- Ends attempts as Discarded: the job becomes a dead letter, its errors kept.
-- KEYS  1 prefix of the records, 2 executing, 3 discarded, 4 stats
-- ARGV  1 channel of ended jobs, 2 ms to keep the dead letter, then per attempt: id, lease token, attempt, error without its
--       opening brace
-- Returns per attempt 1, or 0 when its lease is lost and nothing changed
--# include clock
--# include fence
--# include errors
local job_prefix, executing, discarded, stats = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local ended, keep = ARGV[1], ARGV[2]

local held, ids = fence(job_prefix, executing, 3, 4, 'errors')
local now = clock()
local reply, count = {}, 0
for n, job in ipairs(held) do
  if job then
    local i = 3 + (n - 1) * 4
    local id, attempt, failure = ARGV[i], ARGV[i + 2], ARGV[i + 3]
    local record = job_prefix .. id
    redis.call('ZADD', discarded, string.format('%.0f', now), id)
    redis.call(
      'HSET', record, 'state', 'discarded', 'attempt', attempt, 'finished_at', string.format('%.0f', now),
      'errors', with_error(job[5], error_at(attempt, now, failure)))
    redis.call('PEXPIRE', record, keep)
    if job[3] then
      redis.call('PUBLISH', ended, id)
    end
    count = count + 1
    reply[n] = 1
  else
    reply[n] = 0
  end
end
let_go(executing, ids)
if count > 0 then
  redis.call('HINCRBY', stats, 'discarded', count)
end
return reply
