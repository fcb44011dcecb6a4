-- Redis may refuse any step of a script, because a permission is missing or a key holds something else, and keeps what the script
-- has done until then. So a job is first put where it goes to, and last taken off where it was.

-- The text of what pcall caught: Redis 7 has errors as tables, Redis 6 as texts.
local function reason_of(caught)
  return type(caught) == 'table' and caught.err or tostring(caught)
end

-- A full Redis refuses what adds, unless the script has written before. A removal of nothing is such a write.
local function allow_when_full(sorted_set)
  redis.call('ZREM', sorted_set, '')
end
