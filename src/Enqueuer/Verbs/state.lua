-- Tells a job's state.
-- KEYS  1 the record
-- ARGV  none
-- Returns it, or nothing when there is no such job
--# include record
return state_of(KEYS[1], redis.call('HGET', KEYS[1], 'state'))
