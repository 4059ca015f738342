--[[
  A sign of life for executions. One that was only taken is left to whoever runs it once it has begun.

  KEYS  [2] sorted set of what was taken and has not begun
  ARGV  [3] worker, then for each execution: queue, id, execution, "taken" or "begun"
  Returns for each 1 if it is still this worker's to keep alive, else 0.
]]
local worker, held = ARGV[3], {}
for at = 4, #ARGV, 4 do
  local queue, id, execution = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local member = queue .. '\31' .. id .. '\31' .. execution
  local kept = isJob(id) and owns(queue, id, execution, worker)
  if ARGV[at + 3] == 'taken' then
    kept = kept and rcall('ZSCORE', KEYS[2], member)
    if kept then rcall('ZADD', KEYS[2], NOW, member) end
  end
  if kept then hold(queue, id, execution, worker, false) end
  held[#held + 1] = kept and 1 or 0
end
return held
