-- The place in the queue: priority first, then the order of becoming available. A whole number between -2^53 and 2^53, of priority 5 the
-- order alone: Redis takes the longer to read and to print one the more digits it has. As text, since Redis prints each number that it
-- is handed with 17 digits; and %d may have 32 bits.
local function place(priority, sequence)
  local number = (priority - 5) * 281474976710656 + sequence
  return string.format(math.abs(number) < 2147483648 and '%d' or '%.0f', number)
end
