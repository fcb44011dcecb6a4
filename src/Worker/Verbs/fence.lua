-- Which of these attempts still hold their job: state and lease token are checked for each, and those that hold are taken off
-- the executing set, which is a write that a full Redis allows, so that the writes after it are allowed too.
-- Reads per attempt `width` values from ARGV, starting at `first`: id, lease token, ...
-- Returns a list with, per attempt, the record {state, lease, awaited, keep_result_for, and the fields named beside}, or false.
local function fence(job_prefix, executing, first, width, ...)
  local held, ids = {}, {}
  for i = first, #ARGV, width do
    local id, token = ARGV[i], ARGV[i + 1]
    local job = fields(job_prefix .. id, 'state', 'lease', 'awaited', 'keep_result_for', ...)
    if job[1] == 'executing' and job[2] == token then
      held[#held + 1] = job
      ids[#ids + 1] = id
    else
      held[#held + 1] = false
    end
  end
  if #ids > 0 then
    redis.call('ZREM', executing, unpack(ids))
  end
  return held
end
