-- Puts entries at the end of the inbox, also in a full Redis: the trigger has taken them off the doorbell.
-- KEYS  1 inbox, 2 executing
-- ARGV  the entries
-- Returns how many entries the inbox holds
--# include refusal
local inbox, executing = KEYS[1], KEYS[2]

allow_when_full(executing)
local length
for _, entry in ipairs(ARGV) do
  length = redis.call('RPUSH', inbox, entry)
end
return length
