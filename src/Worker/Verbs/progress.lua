-- Keeps what a handler reports, while its attempt holds the job.
-- KEYS  1 the record
-- ARGV  1 lease token, 2 progress as JSON
-- Returns 1, or 0 when the lease is lost
local record = KEYS[1]
local token, progress = ARGV[1], ARGV[2]

local job = redis.call('HMGET', record, 'state', 'lease')
if job[1] ~= 'executing' or job[2] ~= token then
  return 0
end
-- A full Redis takes it after a write that adds nothing.
redis.pcall('HDEL', record, '')
redis.call('HSET', record, 'progress', progress)
return 1
