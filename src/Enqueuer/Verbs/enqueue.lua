-- Creates jobs, all or nothing: Redis refuses the first write when it may not or cannot write, and then there was none.
-- KEYS  1 prefix of the records, 2 available, 3 trigger, 4 scheduled, 5 stats, 6 offers, 7 executing
-- ARGV  1 kind of doorbell (list|stream), 2 bell channel, then per job: id, constant part of the record, terms
--       (see insert.lua)
-- Returns per job 1 (created) or 0 (a job of that id is there; nothing changed)
--# include clock
--# include doorbell
--# include grant
--# include place
--# include insert
local queue = {
  job_prefix = KEYS[1], available = KEYS[2], trigger = KEYS[3], scheduled = KEYS[4], stats = KEYS[5], offers = KEYS[6],
  executing = KEYS[7], doorbell = ARGV[1], bell = ARGV[2], grant = grant,
}
return insert(queue, ARGV, 3)
