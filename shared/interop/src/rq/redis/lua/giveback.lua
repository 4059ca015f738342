--[[
  Puts a job back to the front of its queue as if it had not been taken.

  KEYS  [2] sorted set of what was taken and has not begun
  ARGV  [3] worker, [4] queue, [5] id, [6] execution, [7] another job that the worker still runs, or "",
        [8] "" or a time in seconds: only if it was taken before that and has not begun
  Returns 1 if it was, else 0.
]]
local worker, queue, id, execution = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local member = queue .. '\31' .. id .. '\31' .. execution
local before = tonumber(ARGV[8])
if before then
  local since = tonumber(rcall('ZSCORE', KEYS[2], member) or NOW)
  if since >= before then return 0 end
end
rcall('ZREM', KEYS[2], member)
if rcall('EXISTS', P .. 'worker:' .. worker) == 1 then
  if ARGV[7] ~= '' then rcall('HSET', P .. 'worker:' .. worker, 'current_job', ARGV[7])
  else rcall('HDEL', P .. 'worker:' .. worker, 'current_job') end
end
-- One that was cancelled or deleted meanwhile does not come back.
local back = isJob(id) and field(id, 'status') == 'started' and owns(queue, id, execution, worker)
letGo(queue, id, execution)
if not back then return 0 end
rcall('HSET', jobKey(id), 'status', 'queued', 'started_at', '', 'worker_name', '', 'last_heartbeat', '')
push(queue, id, true)
return 1
