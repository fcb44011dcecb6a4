-- Which of these attempts still hold their job: state and lease token are checked for each. They let go of it when all is written.
-- Reads per attempt `width` values from ARGV, starting at `first`: id, lease token, ...
-- Returns a list with, per attempt, the record {state, lease, awaited, keep_result_for, and the fields named beside}, or false; and
-- the ids of those that hold.
--# include record
--# include refusal
local function fence(job_prefix, executing, first, width, ...)
  allow_when_full(executing)
  local held, ids = {}, {}
  for i = first, #ARGV, width do
    local id, token = ARGV[i], ARGV[i + 1]
    local job = fields(job_prefix .. id, 'state', 'lease', 'awaited', 'keep_result_for', ...)
    if job[1] == 'executing' and job[2] == token then
      held[#held + 1] = job
      ids[#ids + 1] = id
    else
      held[#held + 1] = false
    end
  end
  return held, ids
end

-- Of an attempt that does not count though its handler was started: the job has started in time whatever its expiry says from now on,
-- and its name was known.
local function note_begun(record, token)
  redis.call('HSET', record, 'begun', token)
  redis.call('HDEL', record, 'unknown_since')
end

local function let_go(executing, ids)
  if #ids > 0 then
    redis.call('ZREM', executing, unpack(ids))
  end
end
