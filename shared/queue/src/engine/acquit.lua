--[[
  Puts jobs back among the others that were taken for the killers of their worker: it lives, it only let
  their locks lapse.

  KEYS  [1] the queue's base
  ARGV  ids
]]
local base = KEYS[1]
for _, id in ipairs(ARGV) do
  if rcall('ZREM', base .. 'suspects', id) == 1 then
    local fields = rcall('HMGET', base .. id, 'priority', 'lane')
    if fields[1] then place(base, id, fields[1], fields[2], true) end
    wake(base)
  end
end
