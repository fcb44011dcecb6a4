-- Asks for a word on the channel of ended jobs when the job ends, unless it has ended.
-- KEYS  1 the record
-- ARGV  none
-- Returns {} when there is no such job, otherwise {state, result, errors}
local record = KEYS[1]

local job = redis.call('HMGET', record, 'state', 'result', 'errors')
if not job[1] then
  return {}
end
if job[1] == 'scheduled' or job[1] == 'available' or job[1] == 'executing' or job[1] == 'retryable' then
  redis.call('HSET', record, 'awaited', '1')
end
return {job[1], job[2] or '', job[3] or ''}
