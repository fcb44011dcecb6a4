-- Renews all leases of one worker; tells which are lost and which of the others are to be cancelled.
-- KEYS  1 prefix of the records, 2 executing
-- ARGV  1 lease in ms, then per job: id, lease token
-- Returns {lost ids, ids with a cancel request}
--# include clock
--# include refusal
--# include record
local job_prefix, executing = KEYS[1], KEYS[2]
local lease_for = ARGV[1]

local ends = string.format('%.0f', clock() + lease_for)
local lost, cancelled, leases = {}, {}, {}
for i = 2, #ARGV, 2 do
  local id, token = ARGV[i], ARGV[i + 1]
  local job = fields(job_prefix .. id, 'state', 'lease', 'cancel_requested')
  if job[1] ~= 'executing' or job[2] ~= token then
    lost[#lost + 1] = id
  else
    leases[#leases + 1] = ends
    leases[#leases + 1] = id
    if job[3] then
      cancelled[#cancelled + 1] = id
    end
  end
end
if #leases > 0 then
  allow_when_full(executing)
  -- Lua unpacks no more than some thousands at once.
  for first = 1, #leases, 2000 do
    redis.call('ZADD', executing, 'XX', unpack(leases, first, math.min(first + 1999, #leases)))
  end
end
return {lost, cancelled}
