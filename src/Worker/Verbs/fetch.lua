-- Takes the next jobs off the queue, leases them, and takes as many entries off the doorbell: up to n that start at once, and up to
-- `ahead` more that will start as soon as others end. The latter have a token that ends with '~': should their worker be lost, they
-- may never have started. A job that was lost before is never among them, nor what is behind it: it is to start first.
-- KEYS  1 prefix of the records, 2 available, 3 trigger, 4 executing, 5 stats, 6 offers
-- ARGV  1 n, 2 ahead, 3 lease token, 4 lease in ms, 5 kind of doorbell, 6 channel of ended jobs, 7 ms to keep an expired record,
--       8 when to ring for the trigger although no job is left for it: 0 never, 1 when the last is taken, 2 also when none is there, and, where
--       the worker has made or may make an offer (see Offer.cs): 9 the last one, 10 the next, to be made when nothing is there, or '', 11 for how
--       many ms it waits, 12 NUMSUB or SHARDNUMSUB, 13 its channel
-- Returns {jobs still available, jobs expired now, the time in ms, 1 when the last offer was still there plus 2 when the next was made, then per
-- job what lease.lua has of it}, those that start at once first
--# include clock
--# include refusal
--# include doorbell
--# include hush
--# include lease
local available, trigger, executing, offers = KEYS[2], KEYS[3], KEYS[4], KEYS[6]
local n, ahead, token, lease_for, doorbell = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local queue = {job_prefix = KEYS[1], stats = KEYS[5], token = token, ended = ARGV[6], keep = ARGV[7]}

-- Everything as it was: a refused step has stopped the script.
local function put_back(taken, reply)
  for i = 1, #taken, 2 do
    redis.call('ZADD', available, taken[i + 1], taken[i])
  end
  for i = 5, #reply, 5 do
    redis.call('HSET', queue.job_prefix .. reply[i], 'state', 'available', 'attempt', reply[i + 3] - 1)
  end
end

-- Makes the doorbell tell of what is left.
local function leave(left, calls)
  hush(trigger, doorbell, left)
  if left == 0 and calls then
    -- Of the shape of an id that the enqueuer makes, and no job's: it is taken for a late ring.
    ring_for(trigger, doorbell, string.rep('0', 32))
  end
  return left
end

local offered = 0
if ARGV[9] and ARGV[9] ~= '' and redis.pcall('ZREM', offers, ARGV[9]) == 1 then
  offered = 1
end
local taken = redis.call('ZPOPMIN', available, n + ahead)
if #taken == 0 then
  if ARGV[10] and ARGV[10] ~= '' then
    -- Only where Redis tells who listens can an enqueue know that it is heard. A full Redis takes no offer.
    local listening = redis.pcall('PUBSUB', ARGV[12], ARGV[13])
    if (tonumber(listening[2]) or 0) > 0 and redis.pcall('ZADD', offers, string.format('%.0f', clock() + ARGV[11]), ARGV[10]) == 1 then
      offered = offered + 2
    end
  end
  if ARGV[8] ~= '2' then
    return {0, 0, 0, offered}
  end
  -- With all slots taken n and ahead are 0, and jobs may be there.
  return {leave(redis.call('ZCARD', available), true), 0, 0, offered}
end
local reply, leases = {0, 0, 0, offered}, {}
local function lease_taken()
  local now = clock()
  local ends = string.format('%.0f', now + lease_for)
  reply[3] = now
  for i = 1, #taken, 2 do
    if #leases == n * 2 then
      queue.token = token .. '~'
      queue.is_ahead = true
    end
    local id, place = taken[i], taken[i + 1]
    local leased = lease(queue, id, place, now, reply)
    if leased == 'not ahead' then
      local places = {}
      for behind = i, #taken, 2 do
        places[#places + 1] = taken[behind + 1]
        places[#places + 1] = taken[behind]
      end
      redis.call('ZADD', available, unpack(places))
      break
    elseif leased then
      leases[#leases + 1] = ends
      leases[#leases + 1] = id
    end
  end
  if #leases > 0 then
    redis.call('ZADD', executing, unpack(leases))
  end
end
local worked, caught = pcall(lease_taken)
if not worked then
  put_back(taken, reply)
  error(reason_of(caught), 0)
end
reply[1] = leave(redis.call('ZCARD', available), ARGV[8] ~= '0')
reply[2] = queue.expired or 0
return reply
