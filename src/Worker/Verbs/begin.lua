-- Notes that a job that was leased ahead starts now: should its worker be lost from here on, this attempt counts.
-- KEYS  1 the record
-- ARGV  1 lease token
-- Returns 1, or 0 when the lease is lost
local record = KEYS[1]
local token = ARGV[1]

local job = redis.call('HMGET', record, 'state', 'lease')
if job[1] ~= 'executing' or job[2] ~= token then
  return 0
end
-- A full Redis takes it after a write that adds nothing.
redis.pcall('HDEL', record, '')
redis.call('HSET', record, 'begun', token)
return 1
