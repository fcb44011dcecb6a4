-- Gives leased jobs back to their place in the queue, the attempt not counted: the worker shuts down.
-- One whose cancel was asked for is cancelled instead.
-- KEYS  1 prefix of the records, 2 executing, 3 available, 4 trigger, 5 stats
-- ARGV  1 kind of doorbell, 2 bell channel, 3 channel of ended jobs, 4 ms to keep a cancelled record, then per attempt: id, lease token, attempt, place,
--       1 when its handler had begun, otherwise 0
-- Returns per attempt 1, 2 when it was cancelled, or 0 when its lease is lost and nothing changed
--# include clock
--# include doorbell
--# include record
--# include fence
local job_prefix, executing, available, trigger, stats = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local doorbell, bell = ARGV[1], ARGV[2]
local queue = {job_prefix = job_prefix, stats = stats, ended = ARGV[3], keep = ARGV[4]}

local held, ids = fence(job_prefix, executing, 5, 5, 'cancel_requested')
local reply, back = {}, {}
for n, job in ipairs(held) do
  if job then
    local i = 5 + (n - 1) * 5
    local id, token, attempt, place, has_begun = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4] == '1'
    if job[5] then
      end_cancelled(queue, id, clock(), job[4], job[3])
    else
      redis.call('ZADD', available, place, id)
      redis.call('HSET', job_prefix .. id, 'state', 'available', 'attempt', attempt - 1)
      if has_begun then
        note_begun(job_prefix .. id, token)
      end
      back[#back + 1] = id
    end
    reply[n] = job[5] and 2 or 1
  else
    reply[n] = 0
  end
end
let_go(executing, ids)
if #back > 0 then
  ring(trigger, doorbell, back)
  redis.call('HINCRBY', stats, 'released', #back)
  redis.call('PUBLISH', bell, 'available')
end
return reply
