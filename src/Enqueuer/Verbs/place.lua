-- The place in the queue: priority first, then the order of becoming available. A whole number below 2^53, which Redis takes as it is.
local function place(priority, sequence)
  return priority * 281474976710656 + sequence
end
