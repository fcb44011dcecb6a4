-- Creates jobs and queues or schedules them, rings for those that may run now. A job whose id is taken changes nothing. All or nothing:
-- what was written before a refused step is taken back.
-- prefix: of the queue's keys. They are made here: each that is sent costs client and Redis more than that.
-- hand_over: a function that may give a job straight to a worker, such as grant, or nil
-- first, last: where the jobs are in ARGV, each as id, the constant part of the record as JSON without its opening brace, terms:
-- 'when;expires;priority;keep;given', where given is '?' for an id that the caller chose and another job may have. '' and '?' alone
-- stand for a job that may run now, does not expire, has priority 5, and is kept as the worker says.
-- Returns a text of 1 (created) or 0 (id taken) per job, which Redis sends faster than a list; or nil and the reason.
--# include doorbell
--# include place
--# include refusal

-- A moment given as '' (none), '+ms' (from now) or 'ms' (since 1970).
local function moment(text, now)
  if text == '' then
    return nil
  end
  if string.sub(text, 1, 1) == '+' then
    return now + tonumber(string.sub(text, 2))
  end
  return tonumber(text)
end

-- What each record of this call begins with.
local start

-- What write_jobs does, for a single job of terms '': what most apps enqueue most. Without lists it takes Redis less time.
local function write_one(prefix, doorbell, hand_over, id, constant, now)
  local available, record = prefix .. 'available', start .. constant
  redis.call('HSET', prefix .. 'job:' .. id, 'job', record)
  local was_empty = redis.call('ZCARD', available) == 0
  local own = place(5, redis.call('HINCRBY', prefix .. 'stats', 'enqueued', '1'))
  if not (was_empty and hand_over and hand_over(prefix, id, record, own, now)) then
    redis.call('ZADD', available, own, id)
    if was_empty then
      redis.call('PUBLISH', prefix .. 'bell', 'available')
    end
    ring_for(prefix .. 'trigger', doorbell, id)
  end
end

-- Does what insert does up to a refused step. Notes in `created` per job '1', before anything of it is written, or '0'.
local function write_jobs(prefix, doorbell, hand_over, first, last, now, created)
  local job_prefix, available, scheduled = prefix .. 'job:', prefix .. 'available', prefix .. 'scheduled'
  -- places: per ready job its priority, from which its place is made, and its id
  local ready, places, n = {}, {}, 0
  -- lone: the constant part of the last ready job. Whether one with an expiry is past it is for fetch to see: it is not handed over.
  local soonest, lone
  for i = first, last, 3 do
    local id, constant, terms = ARGV[i], start .. ARGV[i + 1], ARGV[i + 2]
    local record, index = job_prefix .. id, (i - first) / 3 + 1
    local is_taken = terms ~= '' and string.sub(terms, -1) == '?' and redis.call('EXISTS', record) == 1
    created[index] = is_taken and '0' or '1'
    if not is_taken and #terms < 2 then
      redis.call('HSET', record, 'job', constant)
      n = n + 1
      ready[n], places[n * 2 - 1], places[n * 2] = id, 5, id
      lone = constant
    elseif not is_taken then
      local when, expiry, priority, keep = string.match(terms, '^(.-);(.-);(.-);(.-);')
      local due, expires = moment(when, now), moment(expiry, now)
      local later = due and due > now
      local fields = {'job', constant}
      if later then
        fields[3], fields[4] = 'state', 'scheduled'
      end
      if priority ~= '5' then
        fields[#fields + 1] = 'priority'
        fields[#fields + 1] = priority
      end
      if expires then
        fields[#fields + 1] = 'expires_at'
        fields[#fields + 1] = string.format('%.0f', expires)
      end
      if keep ~= '' then
        fields[#fields + 1] = 'keep_result_for'
        fields[#fields + 1] = keep
      end
      redis.call('HSET', record, unpack(fields))
      if later then
        redis.call('ZADD', scheduled, string.format('%.0f', due), id)
        soonest = soonest and math.min(soonest, due) or due
      else
        n = n + 1
        ready[n], places[n * 2 - 1], places[n * 2] = id, priority, id
        lone = not expires and constant
      end
    end
  end

  if soonest then
    local head = redis.call('ZRANGE', scheduled, 0, 0, 'WITHSCORES')
    if tonumber(head[2]) >= soonest then
      redis.call('PUBLISH', prefix .. 'bell', 'scheduled')
    end
  end
  if n > 0 then
    local was_empty = redis.call('ZCARD', available) == 0
    local before = redis.call('HINCRBY', prefix .. 'stats', 'enqueued', n) - n
    for i = 1, n do
      places[i * 2 - 1] = place(places[i * 2 - 1], before + i)
    end
    if not (n == 1 and was_empty and lone and hand_over and hand_over(prefix, ready[1], lone, places[1], now)) then
      redis.call('ZADD', available, unpack(places))
      if was_empty then
        redis.call('PUBLISH', prefix .. 'bell', 'available')
      end
      ring(prefix .. 'trigger', doorbell, ready)
    end
  end
end

-- The record is written first: without one there is nothing to take back, and in a full Redis a removal, be it of nothing, would let the
-- queues behind this one write.
local function take_back(prefix, id)
  if redis.pcall('EXISTS', prefix .. 'job:' .. id) == 0 then
    return
  end
  redis.pcall('ZREM', prefix .. 'available', id)
  redis.pcall('ZREM', prefix .. 'scheduled', id)
  redis.pcall('DEL', prefix .. 'job:' .. id)
end

local function insert(prefix, doorbell, hand_over, first, last, now)
  start = start or string.format('{"enqueued_at":%.0f,', now)
  if last - first == 2 and ARGV[last] == '' then
    local worked, caught = pcall(write_one, prefix, doorbell, hand_over, ARGV[first], ARGV[first + 1], now)
    if worked then
      return '1'
    end
    take_back(prefix, ARGV[first])
    return nil, reason_of(caught)
  end
  local created = {}
  local worked, caught = pcall(write_jobs, prefix, doorbell, hand_over, first, last, now, created)
  if worked then
    return table.concat(created)
  end
  for index, is_created in ipairs(created) do
    if is_created == '1' then
      take_back(prefix, ARGV[first + (index - 1) * 3])
    end
  end
  return nil, reason_of(caught)
end
