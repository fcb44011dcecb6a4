-- Asks for a word on the channel of ended jobs when the job ends, unless it has ended.
-- KEYS  1 the record
-- ARGV  none
-- Returns {} when there is no such job, otherwise {state, result, errors}
--# include record
local record = KEYS[1]

local job = redis.call('HMGET', record, 'state', 'result', 'errors', 'job')
local state = state_of(job[1], job[4])
if not state then
  return {}
end
if state == 'scheduled' or state == 'available' or state == 'executing' or state == 'retryable' then
  -- A full Redis takes the note after a write that adds nothing. Where it is refused, whoever waits looks again by itself.
  redis.pcall('HDEL', record, '')
  redis.pcall('HSET', record, 'awaited', '1')
end
return {state, job[2] or '', job[3] or ''}
