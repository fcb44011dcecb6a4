-- The place in the queue: priority first, then the order of becoming available. A whole number below 2^53, as text: Redis
-- prints each number that it is handed with 17 digits, which takes longer than this. In two parts, since %d may have 32 bits.
local function place(priority, sequence)
  local number = priority * 281474976710656 + sequence
  return string.format('%d%07d', math.floor(number / 10000000), number % 10000000)
end
