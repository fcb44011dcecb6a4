-- Marks a job that was taken off the queue as Executing. One past its expiry becomes Expired instead; one without a record
-- (deleted by hand) is dropped.
-- q: job_prefix, stats, ended, keep, token
-- Returns nil, or the job as {id, place, record, attempt, losses}
local function lease(q, id, place, now)
  local record = q.job_prefix .. id
  local job = redis.call('HMGET', record, 'job', 'attempt', 'losses', 'expires_at')
  if not job[1] then
    return nil
  end
  if job[4] and tonumber(job[4]) <= now then
    local kept = redis.call('HMGET', record, 'keep_result_for', 'awaited')
    redis.call('HSET', record, 'state', 'expired', 'finished_at', string.format('%.0f', now))
    redis.call('PEXPIRE', record, kept[1] or q.keep)
    redis.call('HINCRBY', q.stats, 'expired', 1)
    if kept[2] then
      redis.call('PUBLISH', q.ended, id)
    end
    return nil
  end
  local attempt = (job[2] or 0) + 1
  redis.call('HSET', record, 'state', 'executing', 'attempt', attempt, 'lease', q.token, 'started_at', string.format('%.0f', now))
  return {id, place, job[1], attempt, tonumber(job[3] or 0)}
end
