--[[
  Before a handler begins: is the job still this execution's?

  KEYS  [2] sorted set of what was taken and has not begun
  ARGV  [3] worker, [4] queue, [5] id, [6] execution
  Returns "first"; "again" if its handler had begun already, in a worker that died; "elsewhere" if somebody else
          has it or has ended it, or it was deleted.
]]
local worker, queue, id, execution = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local isFirst = rcall('ZREM', KEYS[2], queue .. '\31' .. id .. '\31' .. execution) == 1
if not isJob(id) then
  letGo(queue, id, execution)
  return 'elsewhere'
end
if not owns(queue, id, execution, worker) then return 'elsewhere' end
hold(queue, id, execution, worker, false)
rcall('HSET', jobKey(id), 'started_at', ISO)
if rcall('EXISTS', P .. 'worker:' .. worker) == 1 then
  rcall('HSET', P .. 'worker:' .. worker, 'state', 'busy', 'current_job', id, 'current_job_working_time', '0')
end
return isFirst and 'first' or 'again'
