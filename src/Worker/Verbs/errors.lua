-- Errors are JSON objects, one a line; the last five are kept.
local function with_error(errors, failure)
  if not errors then
    return failure
  end
  local _, lines = string.gsub(errors, '\n', '')
  if lines >= 4 then
    errors = string.sub(errors, string.find(errors, '\n', 1, true) + 1)
  end
  return errors .. '\n' .. failure
end

-- An error with the attempt and the moment in front of what the worker says of it (JSON without its opening brace).
local function error_at(attempt, now, constant)
  return string.format('{"attempt":%d,"at":%.0f,', attempt, now) .. constant
end
