--[[
  Extends the locks of running jobs.

  KEYS  each queue's base
  ARGV  [1] lock in ms, then for each job: index into KEYS, id, token
  Returns the ids whose lock is lost.
]]
local lost = {}
for at = 2, #ARGV, 3 do
  local lock = KEYS[tonumber(ARGV[at])] .. ARGV[at + 1] .. ':lock'
  if rcall('GET', lock) == ARGV[at + 2] then
    rcall('PEXPIRE', lock, ARGV[1])
  else
    lost[#lost + 1] = ARGV[at + 1]
  end
end
return lost
