-- Takes entries off the doorbell that name no available job.
--# include doorbell
--# include stream

-- What is no id (JobLimits.WrongId) was pushed by hand, as JSON: the trigger is to read it, whatever becomes of it. One pattern, since
-- each drained job comes by here: printable, and the first is neither {, [ nor ".
local function is_by_hand(entry)
  return not string.find(entry, '^[!#-Z\\-z|-~][!-~]*$')
end

-- Whether the trigger has yet to read an entry of a stream.
local function is_unread(trigger, id)
  local groups = redis.pcall('XINFO', 'GROUPS', trigger)
  for _, group in ipairs(groups) do
    if not is_later(id, named(group)['last-delivered-id']) then
      return false
    end
  end
  return true
end

local function hush_stream(trigger, length, excess)
  if excess <= 0 then
    return
  end
  while excess > 0 do
    local some = math.min(excess, 1000)
    local by_hand = {}
    -- Where XRANGE may not be asked, all go.
    for _, entry in ipairs(redis.pcall('XRANGE', trigger, '-', '+', 'COUNT', some)) do
      local fields = entry[2]
      if (#fields ~= 2 or fields[1] ~= 'id' or is_by_hand(fields[2])) and is_unread(trigger, entry[1]) then
        by_hand[#by_hand + 1] = fields
      end
    end
    redis.pcall('XTRIM', trigger, 'MAXLEN', length - some)
    for _, fields in ipairs(by_hand) do
      -- Lua unpacks no more than some thousands at once.
      pcall(function() redis.call('XADD', trigger, '*', unpack(fields)) end)
    end
    if #by_hand > 0 then
      break
    end
    length, excess = length - some, excess - some
  end
  -- At once: a host may look at the count at any moment.
  settle(trigger)
end

local function hush_list(trigger, excess)
  while excess > 0 do
    local some, found = math.min(excess, 1000), false
    for _, entry in ipairs(redis.call('LPOP', trigger, some)) do
      if is_by_hand(entry) then
        found = true
        redis.pcall('RPUSH', trigger, entry)
      end
    end
    if found then
      return
    end
    excess = excess - some
  end
end

-- Takes off what is more than the available jobs, oldest first, and puts what was pushed by hand behind the others; where there is some, it
-- looks at no more than 1,000 entries. Where the key is of the other kind, as ring may have made it, likewise.
local function hush(trigger, kind, available)
  local length = kind == 'list' and entries_of(trigger)
  if not length then
    local entries = redis.pcall('XLEN', trigger)
    if type(entries) == 'number' then
      hush_stream(trigger, entries, entries - available)
      return
    end
    length = entries_of(trigger) or 0
  end
  hush_list(trigger, length - available)
end
