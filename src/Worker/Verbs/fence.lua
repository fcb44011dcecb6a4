-- Which attempts still hold their job: state and lease token are checked for each.
--# include record
--# include refusal
-- The record as {state, lease, awaited, keep_result_for, and the fields named beside}, or false.
local function held_by(token, record, ...)
  local job = fields(record, 'state', 'lease', 'awaited', 'keep_result_for', ...)
  return job[1] == 'executing' and job[2] == token and job
end

-- The same of many, which let go of their job when all is written. Reads per attempt `width` values from ARGV, starting at `first`: id, lease
-- token, ... Returns a list with that, per attempt, and the ids of those that hold.
local function fence(job_prefix, executing, first, width, ...)
  allow_when_full(executing)
  local held, ids = {}, {}
  for i = first, #ARGV, width do
    local id = ARGV[i]
    local job = held_by(ARGV[i + 1], job_prefix .. id, ...)
    held[#held + 1] = job
    if job then
      ids[#ids + 1] = id
    end
  end
  return held, ids
end

-- Whether an attempt that does not hold its job has ended it by this same call before, whose answer was lost. For a state in which no
-- other verb leaves a job with that lease.
local function has_ended(token, record, state)
  local job = fields(record, 'state', 'lease')
  return job[1] == state and job[2] == token
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
