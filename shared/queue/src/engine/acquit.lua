--[[
  Puts jobs back among the others that were taken for the killers of their worker: it lives, it only let
  their locks lapse. One whose lock nobody has missed yet is marked, so that it is not taken for one.

  KEYS  [1] the queue's base
  ARGV  ids
]]
local base = KEYS[1]
for _, id in ipairs(ARGV) do
  local key = base .. id
  if rcall('ZREM', base .. 'suspects', id) == 1 then
    local fields = rcall('HMGET', base .. id, 'priority', 'lane')
    if fields[1] then place(base, id, fields[1], fields[2], true) end
    wake(base)
  elseif rcall('EXISTS', key .. ':lock') == 0 and rcall('HEXISTS', key, 'name') == 1
    and rcall('HEXISTS', key, 'finishedOn') == 0 then
    rcall('HSET', key, 'alive', '1')
  end
end
