-- Cancels a job that has not started, at once. A running one ends here when the caller holds its lease; otherwise its worker
-- is asked to stop it.
-- KEYS  1 prefix of the records, 2 available, 3 scheduled, 4 executing, 5 stats
-- ARGV  1 job id, 2 bell channel, 3 channel of ended jobs, 4 ms to keep the record unless the job says otherwise,
--       5 the caller's lease, or ''
-- Returns 'missing', 'ended', 'cancelled', 'requested', or 'lost' (the lease is not the job's)
--# include clock
--# include refusal
--# include record
local available, scheduled, executing = KEYS[2], KEYS[3], KEYS[4]
local id, bell, lease = ARGV[1], ARGV[2], ARGV[5]
local queue = {job_prefix = KEYS[1], stats = KEYS[5], ended = ARGV[3], keep = ARGV[4]}

local record = queue.job_prefix .. id
local job = fields(record, 'state', 'lease', 'keep_result_for', 'awaited', 'job')
local state = state_of(job[1], job[5])
if not state then
  return 'missing'
end
if state == 'executing' then
  if lease == '' then
    allow_when_full(executing)
    redis.call('HSET', record, 'cancel_requested', '1')
    redis.call('PUBLISH', bell, 'cancel ' .. id)
    return 'requested'
  end
  if lease ~= job[2] then
    return 'lost'
  end
elseif lease ~= '' then
  return 'lost'
elseif state ~= 'available' and state ~= 'scheduled' and state ~= 'retryable' then
  return 'ended'
end

allow_when_full(executing)
end_cancelled(queue, id, clock(), job[3], job[4])
redis.call('ZREM', available, id)
redis.call('ZREM', scheduled, id)
redis.call('ZREM', executing, id)
return 'cancelled'
