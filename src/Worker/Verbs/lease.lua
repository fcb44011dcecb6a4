-- Marks a job that was taken off the queue as Executing. One that has never started and is past its expiry becomes Expired
-- instead; one without a record (deleted by hand) is dropped.
-- q: job_prefix, stats, ended, keep, token, is_ahead; counts in q.expired
-- Adds the job's id, place, constant part, attempt and losses to the list `jobs`: Redis sends one list faster than one of lists.
-- Returns whether it did, or 'not ahead' for a job that was lost before when it would not start at once
--# include record
local function lease(q, id, place, now, jobs)
  local record = q.job_prefix .. id
  local job = fields(record, 'job', 'attempt', 'losses', 'expires_at')
  if not job[1] then
    return false
  end
  local attempt, losses = 1, 0
  if job[2] or job[3] then
    -- Neither of them is ever so large, unless somebody has changed it by hand.
    attempt, losses = math.min(number(job[2], 0), 1000000) + 1, math.min(number(job[3], 0), 1000000)
    if q.is_ahead and losses > 0 then
      return 'not ahead'
    end
  end
  if job[4] and attempt == 1 and losses == 0 and number(job[4], now + 1) <= now then
    local kept = redis.call('HMGET', record, 'keep_result_for', 'awaited', 'begun')
    if not kept[3] then
      redis.call('HSET', record, 'state', 'expired', 'finished_at', string.format('%.0f', now))
      redis.call('HINCRBY', q.stats, 'expired', 1)
      q.expired = (q.expired or 0) + 1
      if kept[2] then
        redis.call('PUBLISH', q.ended, id)
      end
      redis.call('PEXPIRE', record, string.format('%.0f', keep_for(kept[1], q.keep, kept[2])))
      return false
    end
  end
  q.now = q.now or string.format('%.0f', now)
  -- As text, where it is common: Redis prints each number that it is handed with 17 digits, which takes longer.
  redis.call('HSET', record, 'state', 'executing', 'attempt', attempt == 1 and '1' or attempt, 'lease', q.token, 'started_at', q.now)
  local n = #jobs
  jobs[n + 1], jobs[n + 2], jobs[n + 3], jobs[n + 4], jobs[n + 5] = id, place, job[1], attempt, losses
  return true
end
