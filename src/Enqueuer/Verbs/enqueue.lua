-- Creates jobs of one queue or of several. Within a queue all or nothing. What goes wrong with one queue, whose keys somebody may have
-- made something else, leaves the others alone.
-- KEYS  per queue 7: prefix of the records, available, trigger, scheduled, stats, offers, executing
-- ARGV  per queue: kind of doorbell (list|stream), bell channel, number of jobs, then per job: id, constant part of the record,
--       terms (see insert.lua)
-- Returns per queue a list of, per job, 1 (created) or 0 (a job of that id is there; nothing changed), or the error as text
--# include clock
--# include grant
--# include insert
local now, replies, first = clock(), {}, 1
for key = 1, #KEYS, 7 do
  local queue = {
    job_prefix = KEYS[key], available = KEYS[key + 1], trigger = KEYS[key + 2], scheduled = KEYS[key + 3], stats = KEYS[key + 4],
    offers = KEYS[key + 5], executing = KEYS[key + 6], doorbell = ARGV[first], bell = ARGV[first + 1], grant = grant,
  }
  local last = first + 2 + ARGV[first + 2] * 3
  -- As text: clients do not expect errors inside of replies.
  local created, refusal = insert(queue, ARGV, first + 3, last, now)
  replies[#replies + 1] = created or refusal
  first = last + 1
end
return replies
