-- Tells version and settings of the server that holds the queue. As a script, because the client wants an admin connection
-- for INFO, and because in a cluster it must be this server.
-- KEYS  1 any key of the queue
-- ARGV  none
-- Returns what INFO says
return redis.call('INFO')
