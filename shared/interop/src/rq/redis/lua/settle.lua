--[[
  Ends a run: result, registries, dependents, retry or repeat, in one step.

  ARGV  [3] worker, [4] queue, [5] id, [6] execution, [7] "finished", "failed", "stopped", or "again" if it
        returned a Retry, [8] return value, Retry or exception text, in base64, [9] 1 if [8] counts: None is no value,
        [10] when the execution started in seconds, [11] another job that the worker still runs, or "",
        [12] seconds until a retry instead of the job's own interval, or "",
        [13] of "again": how often at most, [14] 1 for the front of the queue
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
  local interval = tonumber(intervals[1]) or 0
  if #intervals > 1 then table.remove(intervals, 1) end
  rcall('HSET', jobKey(id), 'repeats_left', left - 1, 'repeat_intervals', cjson.encode(intervals))
  return enqueueIn(queue, id, interval, false)
end

local function finish()
  local ttl = numberIn(id, 'result_ttl') or DEFAULT_RESULT_TTL
  -- One that was cancelled while it ran keeps its dependents waiting.
  local cancelled = field(id, 'status') == 'canceled'
  rcall('HSET', jobKey(id), 'status', 'finished')
  if not cancelled then release(id, 'finished') end
  if ttl ~= 0 then rememberResult(ttl) end
  local again = repeatJob()
  if again then return again end
  leaveLimit(id)
  if ttl == 0 then deleteJob(id) else expire(id, ttl) end
  return 'finished'
end

--- The job returned a Retry: it has results of their own kinds, and counts for itself.
local function again()
  if ARGV[9] == '1' then
    facts[#facts + 1] = 'return_value'
    facts[#facts + 1] = ARGV[8]
  end
  local before, front = numberIn(id, 'number_of_retries') or 0, ARGV[14] == '1'
  if before > 0 and before >= tonumber(ARGV[13]) then
    fail(queue, id, 'failed', '5', unpack(facts))
    return 'failed'
  end
  addResult(id, numberIn(id, 'failure_ttl'), 'type', '4', unpack(facts))
  rcall('HSET', jobKey(id), 'number_of_retries', before + 1)
  if front then rcall('HSET', jobKey(id), 'enqueue_at_front_on_retry', '1') end
  return enqueueIn(queue, id, tonumber(ARGV[12]) or 0, field(id, 'enqueue_at_front_on_retry') == '1')
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
if kind == 'again' then return again() end
local retried = kind == 'failed' and retry(queue, id, tonumber(ARGV[12]))
if retried then return retried end
fail(queue, id, kind, '2', 'exc_string', ARGV[8], unpack(facts))
return kind
