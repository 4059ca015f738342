--[[
  What the scripts share: RQ's keys and its steps, each as its workers take it (rq 2.10, worker/base.py, job.py,
  queue.py; rate limits: rq 3.0, rate_limit.py).

  KEYS  [1] what all of RQ's keys begin with, "rq:"
  ARGV  [1] now in seconds with a fraction, [2] now as RQ writes it
]]
local P, NOW, ISO = KEYS[1], tonumber(ARGV[1]), ARGV[2]
local SECONDS = math.floor(NOW)
local rcall = redis.call

local DEFAULT_TIMEOUT, DEFAULT_RESULT_TTL, DEFAULT_FAILURE_TTL = 180, 500, 31536000
--- How often a worker gives a sign of life, and how long it may then be late.
local BEAT, LATE = 30, 60

local function jobKey(id) return P .. 'job:' .. id end
local function dependentsKey(id) return P .. 'job:' .. id .. ':dependents' end
local function dependenciesKey(id) return P .. 'job::' .. id .. ':dependencies' end
local function executionKey(id, execution) return P .. 'execution:' .. id .. ':' .. execution end
local function executionsKey(id) return P .. 'executions:' .. id end

--- An absent field and an empty one mean the same.
local function field(id, name)
  local value = rcall('HGET', jobKey(id), name)
  if value and value ~= '' then return value end
  return nil
end

local function numberIn(id, name) return tonumber(field(id, name)) end

local function isJob(id) return rcall('TYPE', jobKey(id)).ok == 'hash' end

--- Seconds until a running job without a sign of life is taken for abandoned.
local function lifeOf(id)
  local timeout = numberIn(id, 'timeout') or DEFAULT_TIMEOUT
  if timeout < 0 then return BEAT + LATE end
  return math.min(timeout, BEAT) + LATE
end

local function memberOf(id, execution)
  if execution == '' then return id end
  return id .. ':' .. execution
end

--- Notes that an execution lives. One without an id is in the form of RQ 1.
local function hold(queue, id, execution, worker, isNew)
  local life = lifeOf(id)
  if isNew then rcall('ZADD', P .. 'wip:' .. queue, SECONDS + life, memberOf(id, execution))
  else rcall('ZADD', P .. 'wip:' .. queue, 'XX', SECONDS + life, memberOf(id, execution)) end
  if execution ~= '' then
    local key = executionKey(id, execution)
    local held = P .. 'worker:' .. worker .. ':executions'
    if isNew then
      rcall('HSET', key, 'id', execution, 'job_id', id, 'created_at', ARGV[1], 'worker_name', worker)
      rcall('SADD', held, memberOf(id, execution))
    end
    rcall('EXPIRE', held, life + LATE)
    rcall('HSET', key, 'last_heartbeat', ARGV[1])
    rcall('EXPIRE', key, life)
    rcall('ZADD', executionsKey(id), SECONDS + life + LATE, execution)
    rcall('EXPIRE', executionsKey(id), life + LATE)
  end
  rcall('HSET', jobKey(id), 'last_heartbeat', ISO)
end

local function letGo(queue, id, execution)
  rcall('ZREM', P .. 'wip:' .. queue, memberOf(id, execution))
  if execution == '' then return end
  local worker = rcall('HGET', executionKey(id, execution), 'worker_name')
  if worker then rcall('SREM', P .. 'worker:' .. worker .. ':executions', memberOf(id, execution)) end
  rcall('DEL', executionKey(id, execution))
  rcall('ZREM', executionsKey(id), execution)
end

--- Whether nobody has taken the job from this execution. Cancelling takes a running job off the registry only.
local function owns(queue, id, execution, worker)
  if rcall('ZSCORE', P .. 'wip:' .. queue, memberOf(id, execution)) then
    return execution ~= '' or field(id, 'worker_name') == worker
  end
  if execution ~= '' then return rcall('EXISTS', executionKey(id, execution)) == 1 end
  return field(id, 'status') == 'canceled' and field(id, 'worker_name') == worker
end

local function push(queue, id, front)
  rcall(front and 'LPUSH' or 'RPUSH', P .. 'queue:' .. queue, id)
end

--- Lets jobs go on that a rate limit held back, while it has room.
local function promote(limit)
  local allowed, waiting = P .. 'rl:' .. limit .. ':allowed', P .. 'rl:' .. limit .. ':rate_limited'
  local concurrency = tonumber(rcall('HGET', P .. 'rl:' .. limit, 'concurrency') or 0)
  while rcall('ZCARD', allowed) < concurrency do
    local popped = rcall('ZPOPMIN', waiting)
    if #popped == 0 then return end
    local id = popped[1]
    local queue = field(id, 'origin')
    if queue and field(id, 'status') == 'rate_limited' then
      rcall('ZADD', allowed, SECONDS, id)
      push(queue, id, field(id, 'enqueue_at_front') == '1')
      rcall('HSET', jobKey(id), 'status', 'queued', 'enqueued_at', ISO)
    end
  end
end

--- Gives back the place that a job had under its rate limit.
local function leaveLimit(id)
  local limit = field(id, 'rate_limit_key')
  if not limit then return end
  rcall('ZREM', P .. 'rl:' .. limit .. ':allowed', id)
  promote(limit)
end

local function enqueue(queue, id, front)
  rcall('SADD', P .. 'queues', P .. 'queue:' .. queue)
  local limit = field(id, 'rate_limit_key')
  if limit then
    rcall('HSET', jobKey(id), 'status', 'rate_limited', 'enqueue_at_front', front and '1' or '0')
    rcall('ZREM', P .. 'rl:' .. limit .. ':allowed', id)
    rcall('ZADD', P .. 'rl:' .. limit .. ':rate_limited', SECONDS, id)
    promote(limit)
    return
  end
  rcall('HSET', jobKey(id), 'status', 'queued', 'enqueued_at', ISO)
  push(queue, id, front)
end

--- Whether the job has a place under a rate limit.
local function isAllowed(id)
  local limit = field(id, 'rate_limit_key')
  return limit and rcall('ZSCORE', P .. 'rl:' .. limit .. ':allowed', id)
end

--- Queues the job again, at once or in some seconds. One that goes at once keeps its place under a limit.
local function enqueueIn(queue, id, wait, front)
  if wait <= 0 and isAllowed(id) then
    rcall('HSET', jobKey(id), 'status', 'queued', 'enqueued_at', ISO)
    push(queue, id, front)
    return 'queued'
  end
  if wait <= 0 then
    enqueue(queue, id, front)
    return 'queued'
  end
  leaveLimit(id)
  rcall('HSET', jobKey(id), 'status', 'scheduled')
  rcall('SADD', P .. 'queues', P .. 'queue:' .. queue)
  rcall('ZADD', P .. 'scheduled:' .. queue, SECONDS + math.floor(wait), id)
  return 'scheduled'
end

local function intervalsOf(id, name)
  local text = field(id, name)
  local decoded, intervals = pcall(cjson.decode, text or '')
  if decoded and type(intervals) == 'table' and #intervals > 0 then return intervals end
  return { 0 }
end

--- Sends the job round again if it has retries left; returns where it went. `wait` takes the place of its own.
local function retry(queue, id, wait)
  local left = numberIn(id, 'retries_left') or 0
  if left <= 0 then return nil end
  local intervals = intervalsOf(id, 'retry_intervals')
  local interval = wait or tonumber(intervals[math.max(#intervals - left, 0) + 1]) or 0
  rcall('HSET', jobKey(id), 'retries_left', left - 1)
  return enqueueIn(queue, id, interval, field(id, 'enqueue_at_front_on_retry') == '1')
end

local function expire(id, ttl)
  for _, key in ipairs({ jobKey(id), dependentsKey(id), dependenciesKey(id) }) do
    if ttl < 0 then rcall('PERSIST', key) else rcall('EXPIRE', key, ttl) end
  end
end

local function isMet(child, parent, status)
  local allows = field(child, 'allow_dependency_failures') == '1'
  if status ~= 'finished' and not (status == 'failed' and allows) then return false end
  for _, id in ipairs(rcall('SMEMBERS', dependenciesKey(child))) do
    local other = id ~= parent and field(id, 'status')
    if other and other ~= 'finished' and not (other == 'failed' and allows) then return false end
  end
  return true
end

--- Queues the jobs that waited for this one and for nothing else.
local function release(id, status)
  for _, child in ipairs(rcall('SMEMBERS', dependentsKey(id))) do
    local waits = isJob(child) and field(child, 'status') ~= 'canceled'
    if waits and isMet(child, id, status) then
      local queue = field(child, 'origin') or ''
      rcall('ZREM', P .. 'deferred:' .. queue, child)
      enqueue(queue, child, field(child, 'enqueue_at_front') == '1')
      rcall('SREM', dependentsKey(id), child)
    end
  end
end

--- @param kept seconds; nil leaves the results as they are
local function addResult(id, kept, ...)
  local key = P .. 'results:' .. id
  rcall('XADD', key, 'MAXLEN', '~', 10, '*', ...)
  if kept and kept >= 0 then rcall('EXPIRE', key, kept) elseif kept then rcall('PERSIST', key) end
end

local function deleteJob(id)
  local group = field(id, 'group_id')
  if group then rcall('SREM', P .. 'group:' .. group, id) end
  rcall('DEL', jobKey(id), dependentsKey(id), dependenciesKey(id), executionsKey(id))
end

--- Ends the job as failed or stopped, with a result of this kind.
local function fail(queue, id, status, kind, ...)
  local given = numberIn(id, 'failure_ttl')
  local ttl = given or DEFAULT_FAILURE_TTL
  rcall('HSET', jobKey(id), 'status', status)
  addResult(id, given, 'type', kind, ...)
  rcall('ZADD', P .. 'failed:' .. queue, ttl < 0 and -1 or SECONDS + ttl, id)
  leaveLimit(id)
  release(id, status)
  if ttl == 0 then deleteJob(id) else expire(id, ttl) end
end
