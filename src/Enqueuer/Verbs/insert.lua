-- The place in the queue: priority first, then the order of becoming available. Exact up to 2^53.
local function place(priority, sequence)
  return string.format('%.0f', priority * 281474976710656 + sequence)
end

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

-- Creates jobs and queues or schedules them, rings for those that may run now. A job whose id is taken changes nothing.
-- q: job_prefix, available, trigger, scheduled, stats, doorbell, bell
-- jobs: a flat list of id, the constant part of the record as JSON without its opening brace, terms: 'when;expires;priority;keep;given',
-- where given is '?' for an id that the caller chose and another job may have. '' and '?' alone stand for a job that may run now, does
-- not expire, has priority 5, and is kept as the worker says.
-- Returns a list of 1 (created) or 0 (id taken), in order.
local function insert(q, jobs)
  local now = clock()
  local start = string.format('{"enqueued_at":%.0f,', now)
  local created, ready, priorities = {}, {}, {}
  local soonest
  for i = 1, #jobs, 3 do
    local id, constant, terms = jobs[i], start .. jobs[i + 1], jobs[i + 2]
    local record, n = q.job_prefix .. id, #created + 1
    if string.sub(terms, -1) == '?' and redis.call('EXISTS', record) == 1 then
      created[n] = 0
    elseif #terms < 2 then
      redis.call('HSET', record, 'job', constant, 'state', 'available')
      ready[#ready + 1] = id
      priorities[#ready] = 5
      created[n] = 1
    else
      local when, expiry, priority, keep = string.match(terms, '^(.-);(.-);(.-);(.-);')
      local due, expires = moment(when, now), moment(expiry, now)
      local later = due and due > now
      local fields = {'job', constant, 'state', later and 'scheduled' or 'available'}
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
        redis.call('ZADD', q.scheduled, string.format('%.0f', due), id)
        soonest = soonest and math.min(soonest, due) or due
      else
        ready[#ready + 1] = id
        priorities[#ready] = priority
      end
      created[n] = 1
    end
  end

  if #ready > 0 then
    local last = redis.call('HINCRBY', q.stats, 'enqueued', #ready)
    local places = {}
    for i, id in ipairs(ready) do
      places[#places + 1] = place(priorities[i], last - #ready + i)
      places[#places + 1] = id
    end
    redis.call('ZADD', q.available, unpack(places))
    ring(q.trigger, q.doorbell, ready)
    if redis.call('ZCARD', q.available) == #ready then
      redis.call('PUBLISH', q.bell, 'available')
    end
  end
  if soonest then
    local first = redis.call('ZRANGE', q.scheduled, 0, 0, 'WITHSCORES')
    if tonumber(first[2]) >= soonest then
      redis.call('PUBLISH', q.bell, 'scheduled')
    end
  end
  return created
end
