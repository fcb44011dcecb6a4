-- Gives one leased job back for a later moment, the attempt not counted: this worker cannot run it now, another may.
-- A job that no worker has known for longer than the limit is discarded.
-- KEYS  1 prefix of the records, 2 executing, 3 scheduled, 4 discarded, 5 stats
-- ARGV  1 channel of ended jobs, 2 ms to keep a dead letter, 3 limit in ms, or '' for none, 4 delay in ms, 5 error for the
--       dead letter without its opening brace, 6 id, 7 lease token, 8 attempt,
--       9 ms to keep a cancelled record, 10 bell channel, 11 1 when its handler had begun, otherwise 0
-- Returns 'postponed', 'discarded', 'cancelled' (that was asked for), or 'lost'
--# include clock
--# include record
--# include fence
--# include errors
local job_prefix, executing, scheduled, discarded, stats = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local ended, keep, limit, delay, failure = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local id, token, attempt, keep_cancelled, bell, has_begun = ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10], ARGV[11] == '1'

local held, ids = fence(job_prefix, executing, 6, 6, 'errors', 'unknown_since', 'cancel_requested')
local job = held[1]
if not job then
  return 'lost'
end
local now = clock()
local record = job_prefix .. id
if job[7] then
  end_cancelled({job_prefix = job_prefix, stats = stats, ended = ended, keep = keep_cancelled}, id, now, job[4], job[3])
  let_go(executing, ids)
  return 'cancelled'
end
local since = number(job[6], now)
if limit ~= '' and now - since >= tonumber(limit) then
  redis.call('ZADD', discarded, string.format('%.0f', now), id)
  redis.call(
    'HSET', record, 'state', 'discarded', 'attempt', attempt - 1, 'finished_at', string.format('%.0f', now),
    'errors', with_error(job[5], error_at(attempt, now, failure)))
  redis.call('PEXPIRE', record, keep)
  let_go(executing, ids)
  redis.call('HINCRBY', stats, 'discarded', 1)
  if job[3] then
    redis.call('PUBLISH', ended, id)
  end
  return 'discarded'
end
redis.call('ZADD', scheduled, string.format('%.0f', now + delay), id)
redis.call('HSET', record, 'state', 'scheduled', 'attempt', attempt - 1)
if limit ~= '' then
  redis.call('HSET', record, 'unknown_since', string.format('%.0f', since))
end
if has_begun then
  note_begun(record, token)
end
let_go(executing, ids)
if redis.call('ZRANGE', scheduled, 0, 0)[1] == id then
  redis.call('PUBLISH', bell, 'scheduled')
end
return 'postponed'
