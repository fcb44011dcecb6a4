-- Ends attempts as Completed.
-- KEYS  1 prefix of the records, 2 executing, 3 stats
-- ARGV  1 channel of ended jobs, then per attempt: id, lease token, ms to keep the record unless the job says otherwise
--       (0: not at all), result or ''
-- Returns per attempt 1, or 0 when its lease is lost and nothing changed
--# include clock
--# include record
--# include fence
local job_prefix, executing, stats = KEYS[1], KEYS[2], KEYS[3]
local ended = ARGV[1]

local held, ids = fence(job_prefix, executing, 2, 4)
local now = string.format('%.0f', clock())
local reply, completed = {}, 0
for n, job in ipairs(held) do
  if job then
    local i = 2 + (n - 1) * 4
    local id, keep, result = ARGV[i], keep_for(job[4], ARGV[i + 2], job[3]), ARGV[i + 3]
    local record = job_prefix .. id
    if tonumber(keep) == 0 then
      redis.call('DEL', record)
    else
      if result == '' then
        redis.call('HSET', record, 'state', 'completed', 'finished_at', now)
      else
        redis.call('HSET', record, 'state', 'completed', 'finished_at', now, 'result', result)
      end
      redis.call('PEXPIRE', record, keep)
    end
    if job[3] then
      redis.call('PUBLISH', ended, id)
    end
    completed = completed + 1
    reply[n] = 1
  else
    reply[n] = 0
  end
end
let_go(executing, ids)
if completed > 0 then
  redis.call('HINCRBY', stats, 'completed', completed)
end
return reply
