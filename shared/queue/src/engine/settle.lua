--[[
  Records how jobs ended and takes as many next ones, in one round trip for all that one turn of the
  worker's event loop produced. Queues are served in the order of KEYS.

  KEYS  each queue's base, as in "{taskyard}:emails:"
  ARGV  [1] now in ms, [2] lock in ms, [3] worker's name, [4] channel prefix, [5] number of tokens,
        then the tokens to take jobs with, then for each settlement: index into KEYS, kind, id, token,
        value, attempts made, ms, name of the error's field, error as JSON, error's code
          kind "complete": value = result as JSON, ms = how long it is kept (0 = not at all)
          kind "fail":     value = failed reason,  ms = how long it is kept
          kind "retry":    value = failed reason,  ms = delay before the next attempt
          kind "return":   back to the front of its priority as if it had never been taken
  Returns { codes, jobs, next due in ms or 0, rate-limited for ms }:
          codes: 0 done, -1 no such job, -2 no lock, -3 not active, -6 somebody else's lock
          jobs:  { index into KEYS, id, token, fields and values }
]]
local rcall = redis.call
local now, lockMs, worker, channel = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local tokenCount = tonumber(ARGV[5])
local nowMs = tonumber(now)
local MAX_PUBLISHED_BYTES = 16384

local maxEvents = {}
local function emit(base, ...)
  local limit = maxEvents[base]
  if not limit then
    limit = rcall('HGET', base .. 'meta', 'opts.maxLenEvents') or '10000'
    maxEvents[base] = limit
  end
  rcall('XADD', base .. 'events', 'MAXLEN', '~', limit, '*', ...)
end

local function wake(base)
  if rcall('HEXISTS', base .. 'meta', 'paused') == 0 then rcall('ZADD', base .. 'marker', 0, '0') end
end

local function enqueueAgain(base, id, key, atFront)
  local priority = tonumber(rcall('HGET', key, 'priority')) or 0
  if priority == 0 then
    rcall(atFront and 'RPUSH' or 'LPUSH', base .. 'wait', id)
  else
    local counter = 0
    if not atFront then counter = rcall('INCR', base .. 'pc') % 0x100000000 end
    rcall('ZADD', base .. 'prioritized', priority * 0x100000000 + counter, id)
  end
  emit(base, 'event', 'waiting', 'jobId', id, 'prev', 'active')
  wake(base)
end

local function keep(base, set, id, key, ms)
  if ms == '0' then
    rcall('DEL', key, key .. ':logs', key .. ':dependencies', key .. ':processed', key .. ':failed',
      key .. ':unsuccessful')
  else
    rcall('ZADD', base .. set, now, id)
    rcall('ZADD', base .. 'expiry', nowMs + tonumber(ms), id)
  end
end

local kinds = {}

function kinds.complete(base, id, key, at)
  local value = ARGV[at + 4]
  if ARGV[at + 6] ~= '0' then
    rcall('HSET', key, 'returnvalue', value, 'finishedOn', now, 'atm', ARGV[at + 5])
  end
  keep(base, 'completed', id, key, ARGV[at + 6])
  emit(base, 'event', 'completed', 'jobId', id, 'returnvalue', 'null', 'prev', 'active')
  local message = '{"status":"complete"}'
  if #value <= MAX_PUBLISHED_BYTES then
    message = '{"status":"complete","result":' .. value .. '}'
  end
  rcall('PUBLISH', channel .. id, message)
end

function kinds.fail(base, id, key, at)
  rcall('HSET', key, 'failedReason', ARGV[at + 4], 'finishedOn', now, 'atm', ARGV[at + 5],
    'fc', ARGV[at + 9], ARGV[at + 7], ARGV[at + 8])
  rcall('HDEL', key, 'cancelled')
  keep(base, 'failed', id, key, ARGV[at + 6])
  emit(base, 'event', 'failed', 'jobId', id, 'failedReason', ARGV[at + 4], 'prev', 'active')
  rcall('PUBLISH', channel .. id, '{"status":"failed"}')
end

function kinds.retry(base, id, key, at)
  rcall('HSET', key, 'failedReason', ARGV[at + 4], 'atm', ARGV[at + 5], ARGV[at + 7], ARGV[at + 8])
  local delay = tonumber(ARGV[at + 6])
  if delay > 0 then
    local due = nowMs + delay
    rcall('HSET', key, 'delay', delay)
    rcall('ZADD', base .. 'delayed', due * 0x1000, id)
    emit(base, 'event', 'delayed', 'jobId', id, 'delay', due)
    local first = rcall('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')
    rcall('ZADD', base .. 'marker', math.floor(tonumber(first[2]) / 0x1000), '1')
  else
    enqueueAgain(base, id, key, false)
  end
  rcall('PUBLISH', channel .. id, '{"status":"retrying"}')
end

kinds['return'] = function(base, id, key)
  enqueueAgain(base, id, key, true)
end

local function settle(at)
  local base, id, token = KEYS[tonumber(ARGV[at])], ARGV[at + 2], ARGV[at + 3]
  local key = base .. id
  local lock = rcall('GET', key .. ':lock')
  if lock ~= token then
    if rcall('EXISTS', key) == 0 then return -1 end
    return lock and -6 or -2
  end
  if rcall('LREM', base .. 'active', -1, id) < 1 then return -3 end
  rcall('DEL', key .. ':lock')
  kinds[ARGV[at + 1]](base, id, key, at)
  return 0
end

local function promoteDelayed(base)
  local due = rcall('ZRANGEBYSCORE', base .. 'delayed', 0, (nowMs + 1) * 0x1000 - 1, 'LIMIT', 0, 1000)
  if #due == 0 then return end
  rcall('ZREM', base .. 'delayed', unpack(due))
  for _, id in ipairs(due) do
    local key = base .. id
    local priority = tonumber(rcall('HGET', key, 'priority')) or 0
    if priority == 0 then
      rcall('LPUSH', base .. 'wait', id)
    else
      local counter = rcall('INCR', base .. 'pc') % 0x100000000
      rcall('ZADD', base .. 'prioritized', priority * 0x100000000 + counter, id)
    end
    rcall('HSET', key, 'delay', 0)
    emit(base, 'event', 'waiting', 'jobId', id, 'prev', 'delayed')
  end
end

-- How many jobs the queue may give now, and for how long it may give none.
local function room(base, wanted)
  local meta = rcall('HMGET', base .. 'meta', 'paused', 'concurrency', 'max', 'duration')
  if meta[1] then return 0, 0 end
  if meta[2] then wanted = math.min(wanted, tonumber(meta[2]) - rcall('LLEN', base .. 'active')) end
  if meta[3] then
    local left = tonumber(meta[3]) - tonumber(rcall('GET', base .. 'limiter') or 0)
    if left <= 0 then return 0, math.max(rcall('PTTL', base .. 'limiter'), 0) end
    wanted = math.min(wanted, left)
  end
  return wanted, 0, meta[3] and tonumber(meta[4])
end

local function pop(base, wanted)
  local ids = rcall('RPOP', base .. 'wait', wanted) or {}
  if #ids < wanted then
    local popped = rcall('ZPOPMIN', base .. 'prioritized', wanted - #ids)
    for i = 1, #popped, 2 do ids[#ids + 1] = popped[i] end
  end
  return ids
end

local function start(index, base, id, token)
  local key = base .. id
  local fields = rcall('HGETALL', key)
  if #fields == 0 then return nil end
  local starts = 1
  for i = 1, #fields, 2 do
    if fields[i] == 'ats' then starts = tonumber(fields[i + 1]) + 1 end
  end
  rcall('SET', key .. ':lock', token, 'PX', lockMs)
  rcall('LPUSH', base .. 'active', id)
  rcall('HSET', key, 'processedOn', now, 'ats', starts, 'pb', worker)
  emit(base, 'event', 'active', 'jobId', id, 'prev', 'waiting')
  local n = #fields
  fields[n + 1], fields[n + 2] = 'processedOn', now
  fields[n + 3], fields[n + 4] = 'ats', tostring(starts)
  fields[n + 5], fields[n + 6] = 'pb', worker
  return { index, id, token, fields }
end

local codes = {}
for at = 6 + tokenCount, #ARGV, 10 do codes[#codes + 1] = settle(at) end

local jobs = {}
local nextDue, limitedMs = 0, 0
if tokenCount > 0 then
  for index, base in ipairs(KEYS) do
    promoteDelayed(base)
    local wanted, waitMs, duration = room(base, tokenCount - #jobs)
    if waitMs > 0 then limitedMs = limitedMs == 0 and waitMs or math.min(limitedMs, waitMs) end
    if wanted > 0 then
      local ids = pop(base, wanted)
      for _, id in ipairs(ids) do
        jobs[#jobs + 1] = start(index, base, id, ARGV[6 + #jobs])
      end
      if duration and #ids > 0 and rcall('INCRBY', base .. 'limiter', #ids) == #ids then
        rcall('PEXPIRE', base .. 'limiter', duration)
      end
    end
    -- Whoever waits next must be woken: the marker that woke us is gone.
    if rcall('EXISTS', base .. 'prioritized', base .. 'wait') > 0 then wake(base) end
    local first = rcall('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')
    if #first > 0 then
      local due = math.floor(tonumber(first[2]) / 0x1000)
      if nextDue == 0 or due < nextDue then nextDue = due end
    end
  end
end
return { codes, jobs, nextDue, limitedMs }
