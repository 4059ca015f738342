--[[
  Tells how the limits of a lane stand.

  KEYS  [1] any queue's base
  ARGV  [1] now in ms, [2] lane
  Returns for each limit { name, how many it admits now or -1 (any number), when it admits more in ms or
        "" (when one of its jobs ends, or now), running, concurrency or "", max or "", perMs or "",
        until when a provider asked to wait in ms or "" }.
]]
local now = tonumber(ARGV[1])
local told = {}
for _, limit in ipairs(limitsOf(ARGV[2])) do
  local rule = ruleOf(limit)
  local room, due = admits(limit, now)
  told[#told + 1] = {
    limit,
    room == math.huge and -1 or math.max(room, 0),
    due and string.format('%.0f', due) or '',
    tonumber(rcall('HGET', root .. 'limit:' .. limit, 'active') or 0),
    rule.concurrency and tostring(rule.concurrency) or '',
    rule.max and tostring(rule.max) or '',
    rule.perMs and tostring(rule.perMs) or '',
    rule.holdUntil > now and string.format('%.0f', rule.holdUntil) or '',
  }
end
return told
