-- Creates jobs of one queue or of several. Within a queue all or nothing. What goes wrong with one queue, whose keys somebody may have
-- made something else, leaves the others alone.
-- KEYS  per queue the prefix of its keys, which share a slot
-- ARGV  per queue: kind of doorbell (list|stream), number of jobs, then per job: id, constant part of the record, terms (see
--       insert.lua)
-- Returns per queue a text of, per job, 1 (created) or 0 (a job of that id is there; nothing changed), or the error
--# include clock
--# include grant
--# include insert
local now, replies, first = clock(), {}, 1
for _, prefix in ipairs(KEYS) do
  local last = first + 1 + ARGV[first + 1] * 3
  -- As text too: clients do not expect errors inside of replies.
  local created, refusal = insert(prefix, ARGV[first], grant, first + 2, last, now)
  replies[#replies + 1] = created or refusal
  first = last + 1
end
return replies
