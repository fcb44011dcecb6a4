-- Reading and ending records. Somebody may have changed one by hand: what it holds must not stop the script, which has taken
-- other jobs off the queue by then.

-- The fields of a record, none when it is no hash. Who may not read it has not found it missing.
local function fields(record, ...)
  local reply = redis.pcall('HMGET', record, ...)
  local refusal = reply.err
  if not refusal then
    return reply
  end
  if not string.find(refusal, 'WRONGTYPE', 1, true) then
    error(refusal, 0)
  end
  return {}
end

-- The state, given the fields: none is written for a job that may run from its enqueue on. Nil where there is no such job.
local function state_of(state, job)
  return state or job and 'available' or nil
end

-- A whole number from 0 to 2^53, or the default.
local function number(text, default)
  local value = tonumber(text)
  return value and value >= 0 and value <= 9007199254740992 and math.floor(value) or default
end

local function priority_of(text)
  return math.min(number(text, 5), 9)
end

-- How long to keep a record after its end, in ms: what its enqueue said, otherwise the default. Who awaits a job that is not
-- kept, or not for long, gets a moment to read it.
local function keep_for(said, default, awaited)
  local keep = number(said, default)
  return awaited and tonumber(keep) < 10000 and 10000 or keep
end

-- Counts in q.cancelled.
local function end_cancelled(q, id, now, said, awaited)
  local record = q.job_prefix .. id
  redis.call('HSET', record, 'state', 'cancelled', 'finished_at', string.format('%.0f', now))
  redis.call('HINCRBY', q.stats, 'cancelled', 1)
  q.cancelled = (q.cancelled or 0) + 1
  if awaited then
    redis.call('PUBLISH', q.ended, id)
  end
  redis.call('PEXPIRE', record, string.format('%.0f', keep_for(said, q.keep, awaited)))
end
