--[[
  Removes finished jobs whose time is over.

  KEYS  [1] the queue's base
  ARGV  [1] now in ms, [2] how many at most
  Returns how many were due, so that the caller comes again when there may be more.
]]
local base = KEYS[1]
local due = rcall('ZRANGEBYSCORE', base .. 'expiry', '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, id in ipairs(due) do
  -- A job that was put back to work meanwhile is in neither set and stays.
  if rcall('ZREM', base .. 'completed', id) + rcall('ZREM', base .. 'failed', id) > 0 then
    removeKeys(base .. id)
  end
  rcall('ZREM', base .. 'expiry', id)
end
return #due
