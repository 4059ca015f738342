--[[
  Ends a run: result, registries, dependents, retry or repeat, in one step.

  ARGV  [3] worker, [4] queue, [5] id, [6] execution, [7] "finished", "failed" or "stopped",
        [8] return value or exception text, in base64, [9] 1 if [8] counts: None is no value,
        [10] when the execution started in seconds, [11] another job that the worker still runs, or "",
        [12] seconds until a retry instead of the job's own interval, or ""
  Returns "finished", "failed", "stopped"; where it went if it comes again: "queued", "scheduled"; "gone" if it
          was deleted while it ran; "stale" if it was somebody else's by now. The last two write no result.
]]
local worker, queue, id, execution, kind = ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local workerKey = P .. 'worker:' .. worker

local function leaveWorker(counter)
  if rcall('EXISTS', workerKey) == 0 then return end
  if counter then
    rcall('HINCRBY', workerKey, counter, 1)
    rcall('HINCRBYFLOAT', workerKey, 'total_working_time', string.format('%.6f', math.max(NOW - tonumber(ARGV[10]), 0)))
  end
  if ARGV[11] ~= '' then
    rcall('HSET', workerKey, 'current_job', ARGV[11])
  else
    rcall('HDEL', workerKey, 'current_job')
    rcall('HSET', workerKey, 'state', 'idle', 'current_job_working_time', '0')
  end
end

local facts = { 'worker_name', worker }
if execution ~= '' then
  for _, part in ipairs({ 'execution_id', execution, 'execution_started_at', ARGV[10], 'execution_ended_at', ARGV[1] }) do
    facts[#facts + 1] = part
  end
end

local function deleteJob()
  local group = field(id, 'group_id')
  if group then rcall('SREM', P .. 'group:' .. group, id) end
  rcall('DEL', jobKey(id), dependentsKey(id), dependenciesKey(id), executionsKey(id))
end

local function rememberResult(ttl)
  if ARGV[9] == '1' then
    facts[#facts + 1] = 'return_value'
    facts[#facts + 1] = ARGV[8]
  end
  addResult(id, ttl, 'type', '1', unpack(facts))
  rcall('ZADD', P .. 'finished:' .. queue, ttl < 0 and '+inf' or SECONDS + ttl, id)
end

local function repeatJob()
  local left = numberIn(id, 'repeats_left') or 0
  if left <= 0 then return nil end
  local intervals = intervalsOf(id, 'repeat_intervals')
  local interval = tonumber(intervals[math.min(left - 1, #intervals - 1) + 1]) or 0
  rcall('HSET', jobKey(id), 'repeats_left', left - 1)
  return enqueueIn(queue, id, interval, false)
end

local function finish()
  local ttl = numberIn(id, 'result_ttl') or DEFAULT_RESULT_TTL
  rcall('HSET', jobKey(id), 'status', 'finished')
  release(id, 'finished')
  if ttl ~= 0 then rememberResult(ttl) end
  local again = repeatJob()
  if again then return again end
  leaveLimit(id)
  if ttl == 0 then deleteJob() else expire(id, ttl) end
  return 'finished'
end

if not isJob(id) then
  letGo(queue, id, execution)
  leaveWorker()
  return 'gone'
end
if not owns(queue, id, execution, worker) then
  leaveWorker()
  return 'stale'
end
letGo(queue, id, execution)
rcall('HSET', jobKey(id), 'ended_at', ISO, 'last_heartbeat', ISO)
if kind == 'finished' then
  leaveWorker('successful_job_count')
  return finish()
end
leaveWorker('failed_job_count')
local again = kind == 'failed' and retry(queue, id, tonumber(ARGV[12]))
if again then return again end
fail(queue, id, kind, 'exc_string', ARGV[8], unpack(facts))
return kind
