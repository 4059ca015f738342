--[[
  Removes the oldest finished jobs, whatever time they have left.

  KEYS  [1] the queue's base
  ARGV  [1] "completed" or "failed", [2] how many
  Returns how many were removed.
]]
local base = KEYS[1]
local popped = rcall('ZPOPMIN', base .. ARGV[1], ARGV[2])
for i = 1, #popped, 2 do
  removeKeys(base .. popped[i])
  rcall('ZREM', base .. 'expiry', popped[i])
end
return #popped / 2
