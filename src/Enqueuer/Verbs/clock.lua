-- Milliseconds since 1970 by Redis's own clock: the clocks of workers may disagree.
local function clock()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
