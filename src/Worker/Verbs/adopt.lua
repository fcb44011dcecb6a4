-- Makes jobs of inbox entries that a worker has read, or rejects them. An entry that is no longer in the inbox was adopted by
-- another worker and is left alone.
-- KEYS  1 prefix of the queue's keys, 2 stats, 3 inbox, 4 rejected
-- ARGV  1 kind of doorbell, 2 rejected entries to keep, then per entry: the entry, the rejection as JSON without its
--       opening brace or '', id, constant part of the record, terms (see insert.lua)
-- Returns per entry 'adopted', 'duplicate', 'rejected' or 'gone'
--# include clock
--# include refusal
--# include insert
local stats, inbox, rejected = KEYS[2], KEYS[3], KEYS[4]
local keep_rejected, now = tonumber(ARGV[2]), clock()

-- Entries come in at the tail and go from the head, so what is still there is among the first: no need to search them all.
local there = {}
for _, entry in ipairs(redis.call('LRANGE', inbox, 0, (#ARGV - 2) / 5 - 1)) do
  there[entry] = (there[entry] or 0) + 1
end

-- i: where the entry's values start in ARGV
local function adopt(i)
  local rejection = ARGV[i + 1]
  if rejection ~= '' then
    redis.call('RPUSH', rejected, string.format('{"at":%.0f,', now) .. rejection)
    redis.call('LTRIM', rejected, -keep_rejected, -1)
    redis.call('HINCRBY', stats, 'rejected', 1)
    return 'rejected'
  end
  local created, refusal = insert(KEYS[1], ARGV[1], nil, i + 2, i + 4, now)
  if not created then
    error(refusal, 0)
  end
  return created == '1' and 'adopted' or 'duplicate'
end

local reply = {}
for i = 3, #ARGV, 5 do
  local entry = ARGV[i]
  local left = there[entry] or 0
  there[entry] = left - 1
  -- Taken off first, which is a write that a full Redis allows, so that those after it are allowed too.
  if left <= 0 or redis.call('LREM', inbox, 1, entry) == 0 then
    reply[#reply + 1] = 'gone'
  else
    local worked, outcome = pcall(adopt, i)
    if not worked then
      redis.call('RPUSH', inbox, entry)
      error(reason_of(outcome), 0)
    end
    reply[#reply + 1] = outcome
  end
end
return reply
