-- Ends attempts as Completed.
-- KEYS  1 prefix of the records, 2 executing, 3 stats
-- ARGV  1 channel of ended jobs, then per run of attempts that have these in common: lease token, ms to keep the records unless the
--       job says otherwise (0: not at all), result or '', number of attempts, and their ids
-- Returns per attempt 1, also when it was written before, or 0 when its lease is lost and nothing changed
--# include clock
--# include record
--# include fence
local job_prefix, executing, stats = KEYS[1], KEYS[2], KEYS[3]
local ended = ARGV[1]

allow_when_full(executing)
local now = string.format('%.0f', clock())
local reply, ids, over = {}, {}, {}
local function complete(id, token, default, result)
  local record = job_prefix .. id
  local job = held_by(token, record)
  if not job then
    return has_ended(token, record, 'completed') and 1 or 0
  end
  local keep = keep_for(job[4], default, job[3])
  if tonumber(keep) == 0 then
    over[#over + 1] = record
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
  ids[#ids + 1] = id
  return 1
end
local run = 2
while run < #ARGV do
  local last = run + 3 + ARGV[run + 3]
  for i = run + 4, last do
    reply[#reply + 1] = complete(ARGV[i], ARGV[run], ARGV[run + 1], ARGV[run + 2])
  end
  run = last + 1
end
if #over > 0 then
  redis.call('DEL', unpack(over))
end
let_go(executing, ids)
if #ids > 0 then
  redis.call('HINCRBY', stats, 'completed', #ids)
end
return reply
