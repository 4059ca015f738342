--[[
  Keeps locks that are still ours.

  KEYS  locks
  ARGV  [1] ms they are held, then the value that each must have
  Returns for each 1 if it was, else 0.
]]
local held = {}
for at, lock in ipairs(KEYS) do
  held[at] = redis.call('GET', lock) == ARGV[at + 1] and redis.call('PEXPIRE', lock, ARGV[1]) or 0
end
return held
