-- Makes available again what nobody runs: jobs whose lease ran out, and jobs of workers that are gone (no heartbeat lately and
-- nobody on the worker's own channel). Sees to it that the doorbell has an entry per available job. Looks at several queues, one after
-- the other, until so many jobs were rescued. What goes wrong with one queue leaves the others alone.
-- KEYS  per queue 6: prefix of the records, executing, available, trigger, stats, workers
-- ARGV  1 NUMSUB or SHARDNUMSUB, 2 the worker that asks, 3 at most so many ended leases of a queue, 4 after so many jobs no further
--       queue, 5 ms to keep a cancelled record, 6 for suspects: a heartbeat older than so many ms is no sign of life; then per queue:
--       kind of doorbell, bell channel, channel of ended jobs, prefix of the workers' channels, the same as 6 for those who are no
--       suspects, number of suspects, suspects
-- Returns per queue {rescued ids, workers found dead, jobs available, jobs executing, ms since the first available job was enqueued,
-- jobs cancelled, workers with nobody on their channel, 1 when the doorbell was of the other kind, otherwise 0}; the error as text; or 0
-- where it was not looked at, since enough jobs were rescued before
--# include clock
--# include refusal
--# include doorbell
--# include stream
--# include place
--# include errors
--# include record
local count_command, myself, at_most, keep, silence_of_suspects = ARGV[1], ARGV[2], ARGV[3], ARGV[5], tonumber(ARGV[6])
local now, left = clock(), tonumber(ARGV[4])

-- key: of the queue's first key; first, last: of its arguments.
local function look(key, first, last)
  local job_prefix, executing, available, trigger, stats, workers = unpack(KEYS, key, key + 5)
  local doorbell, bell, ended, worker_prefix = unpack(ARGV, first, first + 3)
  local silence = tonumber(ARGV[first + 4])
  local queue = {job_prefix = job_prefix, stats = stats, ended = ended, keep = keep}

  local lost, dead = {}, {}
  local running = redis.call('ZCARD', executing)
  if running > 0 then
    lost = redis.call('ZRANGEBYSCORE', executing, '-inf', string.format('%.0f', now), 'LIMIT', 0, at_most)
  end
  local beats = redis.call('ZRANGE', workers, 0, -1, 'WITHSCORES')
  local channels, suspected, beaten = {}, {}, {}
  for i = 1, #beats, 2 do
    channels[#channels + 1] = worker_prefix .. beats[i]
    beaten[beats[i]] = tonumber(beats[i + 1])
  end
  for i = first + 6, last do
    suspected[ARGV[i]] = true
  end
  -- Where PUBSUB may not be asked, a worker counts as there, and its leases decide.
  local counts, absent = #channels > 0 and redis.pcall('PUBSUB', count_command, unpack(channels)) or {}, {}
  for i = 1, #counts, 2 do
    local worker = beats[i]
    if tonumber(counts[i + 1]) == 0 and worker ~= myself then
      absent[#absent + 1] = worker
    end
  end
  local function is_silent(worker, limit)
    -- A heartbeat of the future is from before the clock was set back.
    return beaten[worker] ~= nil and math.abs(now - beaten[worker]) >= limit
  end
  for _, worker in ipairs(absent) do
    local limit = suspected[worker] and math.min(silence, silence_of_suspects) or silence
    -- Where not even I could show a heartbeat, Redis was away, and the silence of others means nothing.
    if is_silent(worker, limit) and not is_silent(myself, limit) then
      dead[#dead + 1] = worker
    end
  end
  if #dead > 0 and running > 0 then
    for _, id in ipairs(redis.call('ZRANGE', executing, 0, -1)) do
      local token = fields(job_prefix .. id, 'lease')[1]
      for _, worker in ipairs(dead) do
        if token and string.sub(token, 1, #worker + 1) == worker .. '/' then
          lost[#lost + 1] = id
        end
      end
    end
  end

  left = left - #lost
  if #lost + #dead > 0 then
    allow_when_full(executing)
  end
  local rescued, places, changes, known, gone = {}, {}, {}, {}, {}
  for _, id in ipairs(lost) do
    if not gone[id] then
      gone[id], gone[#gone + 1] = true, id
      local record = job_prefix .. id
      local job = fields(record, 'state', 'attempt', 'errors', 'priority', 'cancel_requested', 'losses', 'keep_result_for', 'awaited',
        'lease', 'begun', 'unknown_since')
      if job[1] == 'executing' and job[5] then
        end_cancelled(queue, id, now, job[7], job[8])
      elseif job[1] == 'executing' then
        local attempt = number(job[2], 1)
        local failure = error_at(attempt, now, '"kind":"WorkerLost","message":"The worker was lost, or could not reach Redis, while this attempt ran."}')
        if job[9] and string.sub(job[9], -1) == '~' and job[10] ~= job[9] then
          -- It had been leased ahead and may never have started. That happens to a job once: it is not leased ahead again.
          failure = error_at(attempt, now, '"kind":"WorkerLost","message":"The worker was lost before or while this attempt ran; the attempt does not count."}')
          attempt = attempt - 1
        end
        changes[#changes + 1] = {record, 'state', 'available', 'attempt', attempt, 'losses', number(job[6], 0) + 1, 'errors', with_error(job[3], failure)}
        if job[11] then
          -- Whether the lost worker knew its name is not known.
          known[#known + 1] = record
        end
        -- To the front of its priority: it had its turn before.
        places[#places + 1] = place(priority_of(job[4]), 0)
        places[#places + 1] = id
        rescued[#rescued + 1] = id
      end
    end
  end
  -- Lua unpacks no more than some thousands at once.
  for from = 1, #rescued, 1000 do
    redis.call('ZADD', available, unpack(places, from * 2 - 1, math.min(from + 999, #rescued) * 2))
  end
  for _, change in ipairs(changes) do
    redis.call('HSET', unpack(change))
  end
  for _, record in ipairs(known) do
    redis.call('HDEL', record, 'unknown_since')
  end
  for from = 1, #gone, 1000 do
    redis.call('ZREM', executing, unpack(gone, from, math.min(from + 999, #gone)))
  end
  for _, worker in ipairs(dead) do
    redis.call('ZREM', workers, worker)
  end
  if #rescued > 0 then
    for from = 1, #rescued, 1000 do
      ring(trigger, doorbell, {unpack(rescued, from, math.min(from + 999, #rescued))})
    end
    redis.call('HINCRBY', stats, 'rescued', #rescued)
    redis.call('PUBLISH', bell, 'available')
  end

  local waiting, age, was_other = redis.call('ZCARD', available), 0, false
  if waiting > 0 then
    was_other = top_up(trigger, doorbell, available, waiting)
    local head = fields(job_prefix .. redis.call('ZRANGE', available, 0, 0)[1], 'job')[1]
    age = head and now - (tonumber(string.match(head, '^{"enqueued_at":(%d+)')) or now) or 0
  elseif doorbell == 'stream' then
    settle(trigger)
  end
  return {rescued, dead, waiting, running - #gone, age, queue.cancelled or 0, absent, was_other and 1 or 0}
end

local replies, first = {}, 7
for key = 1, #KEYS, 6 do
  local last = first + 5 + ARGV[first + 5]
  if left <= 0 then
    replies[#replies + 1] = 0
  else
    -- As text: clients do not expect errors inside of replies.
    local worked, reply = pcall(look, key, first, last)
    replies[#replies + 1] = worked and reply or reason_of(reply)
  end
  first = last + 1
end
return replies
