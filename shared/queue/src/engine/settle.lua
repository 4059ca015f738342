--[[
  Records how jobs ended and takes as many next ones, in one round trip for all that one turn of the
  worker's event loop produced. Queues are served in the order of `order`.

  KEYS  each queue's base, as in "{taskyard}:emails:"
  ARGV  [1] now in ms, [2] lock in ms, [3] worker's name, [4] channel prefix, [5] indexes into KEYS in
        the order they are to be served, joined by ",", [6] number of tokens, [7] 1 if the worker will run
        nothing else than what it takes, then the tokens to take jobs with, then for each settlement: index into KEYS, kind, id, token, value, attempts made,
        ms, name of the error's field, error as JSON, error's code, lane or "", 1 if jobs wait for it,
        names of the indexes it is in or ""
          kind "complete": value = result as JSON, ms = how long it is kept (0 = not at all)
          kind "fail":     value = failed reason,  ms = how long it is kept
          kind "retry":    value = failed reason,  ms = delay before the next attempt
          kind "return":   back to the front of its priority as if it had never been taken
  Returns { codes, jobs, next due in ms or 0, rate-limited for ms, 1 if dependents are left to tell,
        solitude }:
          codes: 0 done, -1 no such job, -2 no lock, -3 not active, -6 somebody else's lock
          jobs:  { index into KEYS, id, token, fields and values }
          solitude: 1 if the one job must have nothing beside it, 2 if the worker is to take nothing
          until it runs nothing, since such a job waits
]]
local FIELDS = 13
local RELEASES_A_SCRIPT = 100
local now, lockMs, worker, channel = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local tokenCount, isIdle = tonumber(ARGV[6]), ARGV[7] == '1'
local nowMs = tonumber(now)
local MAX_PUBLISHED_BYTES = 16384
local releasing = false

local function releaseAfter(base, id, key, at)
  if ARGV[at + 11] ~= '1' then return end
  rcall('RPUSH', root .. 'releases', base .. '\30' .. id)
  releasing = true
end

-- What a batch has in common is written once, at its end.
local batches = {}
local function batchOf(base)
  local batch = batches[base]
  if not batch then
    batch = { completed = {}, expiry = {}, active = {} }
    batches[base] = batch
  end
  return batch
end

local function append(list, ...)
  for _, value in ipairs({ ... }) do list[#list + 1] = value end
end

local kinds = {}

function kinds.complete(base, id, key, at)
  local value, ms = ARGV[at + 4], ARGV[at + 6]
  -- Whoever waits for it reads its result once more, so it cannot leave at once.
  if ARGV[at + 11] == '1' and ms == '0' then ms = '60000' end
  if ms ~= '0' then
    rcall('HSET', key, 'returnvalue', value, 'finishedOn', now, 'atm', ARGV[at + 5])
  end
  if ms == '0' then
    removeKeys(key)
  else
    local batch = batchOf(base)
    append(batch.completed, now, id)
    append(batch.expiry, nowMs + tonumber(ms), id)
    enlistUnder(ARGV[at + 12], refOf(key), now)
  end
  emit(base, 'event', 'completed', 'jobId', id, 'returnvalue', 'null', 'prev', 'active')
  local message = '{"status":"complete"}'
  if #value <= MAX_PUBLISHED_BYTES and string.sub(value, 1, 11) ~= '{"$stored":' then
    message = '{"status":"complete","result":' .. value .. '}'
  end
  rcall('PUBLISH', channel .. id, message)
  releaseAfter(base, id, key, at)
end

function kinds.fail(base, id, key, at)
  rcall('HDEL', key, 'cancelled')
  rcall('HSET', key, 'atm', ARGV[at + 5])
  failWaiting(base, id, key, nowMs, channel, ARGV[at + 4], ARGV[at + 9], ARGV[at + 7], ARGV[at + 8], ARGV[at + 6])
  releaseAfter(base, id, key, at)
end

function kinds.retry(base, id, key, at)
  rcall('HSET', key, 'failedReason', ARGV[at + 4], 'atm', ARGV[at + 5], ARGV[at + 7], ARGV[at + 8])
  local delay = tonumber(ARGV[at + 6])
  if delay > 0 then
    rcall('HSET', key, 'delay', delay)
    delayUntil(base, id, nowMs + delay)
    wakeWhenDue(base)
  else
    place(base, id, rcall('HGET', key, 'priority'), ARGV[at + 10], false)
    emit(base, 'event', 'waiting', 'jobId', id, 'prev', 'active')
    wake(base)
  end
  rcall('PUBLISH', channel .. id, '{"status":"retrying"}')
end

kinds['return'] = function(base, id, key, at)
  local fields = rcall('HMGET', key, 'priority', 'alone', 'ats')
  if fields[2] and fields[2] == fields[3] then
    suspect(base, id, nowMs)
  else
    place(base, id, fields[1], ARGV[at + 10], true)
  end
  emit(base, 'event', 'waiting', 'jobId', id, 'prev', 'active')
  wake(base)
end

local freed = {}
local function settle(at, lock)
  local base, id, token = KEYS[tonumber(ARGV[at])], ARGV[at + 2], ARGV[at + 3]
  local key = base .. id
  if lock ~= token then
    if rcall('EXISTS', key) == 0 then return -1 end
    return lock and -6 or -2
  end
  if rcall('LREM', base .. 'active', -1, id) < 1 then return -3 end
  freed[#freed + 1] = key .. ':lock'
  vacate(ARGV[at + 10], nowMs)
  kinds[ARGV[at + 1]](base, id, key, at)
  return 0
end

local function promoteDelayed(base)
  local due = rcall('ZRANGEBYSCORE', base .. 'delayed', 0, (nowMs + 1) * 0x1000 - 1, 'LIMIT', 0, 1000)
  if #due == 0 then return end
  rcall('ZREM', base .. 'delayed', unpack(due))
  for _, id in ipairs(due) do
    local fields = rcall('HMGET', base .. id, 'priority', 'lane')
    place(base, id, fields[1], fields[2], false)
    rcall('HSET', base .. id, 'delay', 0)
    emit(base, 'event', 'waiting', 'jobId', id, 'prev', 'delayed')
  end
end

-- How many jobs the queue may give now, and for how long it may give none.
local function room(base, wanted)
  local meta = metaOf(base)
  if meta[1] then return 0, 0 end
  if meta[2] then wanted = math.min(wanted, tonumber(meta[2]) - rcall('LLEN', base .. 'active')) end
  if meta[3] then
    local left = tonumber(meta[3]) - tonumber(rcall('GET', base .. 'limiter') or 0)
    if left <= 0 then return 0, math.max(rcall('PTTL', base .. 'limiter'), 0) end
    wanted = math.min(wanted, left)
  end
  return wanted, 0, meta[3] and tonumber(meta[4])
end

local jobs = {}

local function start(index, base, id, lane)
  local key = base .. id
  local fields = rcall('HGETALL', key)
  if #fields == 0 then return end
  local starts = 1
  for i = 1, #fields, 2 do
    if fields[i] == 'ats' then starts = tonumber(fields[i + 1]) + 1 end
    if fields[i] == 'lane' then lane = fields[i + 1] end
  end
  if lane then occupy(lane, nowMs) end
  local token = ARGV[8 + #jobs]
  rcall('SET', key .. ':lock', token, 'PX', lockMs)
  append(batchOf(base).active, id)
  rcall('HSET', key, 'processedOn', now, 'ats', starts, 'pb', worker)
  emit(base, 'event', 'active', 'jobId', id, 'prev', 'waiting')
  local n = #fields
  fields[n + 1], fields[n + 2] = 'processedOn', now
  fields[n + 3], fields[n + 4] = 'ats', tostring(starts)
  fields[n + 5], fields[n + 6] = 'pb', worker
  jobs[#jobs + 1] = { index, id, token, fields }
end

local function takeOwn(index, base, wanted, mayWait)
  local ids = mayWait and rcall('RPOP', base .. 'wait', wanted) or {}
  if #ids < wanted then
    local popped = rcall('ZPOPMIN', base .. 'prioritized', wanted - #ids)
    for i = 1, #popped, 2 do ids[#ids + 1] = popped[i] end
  end
  for _, id in ipairs(ids) do start(index, base, id) end
  return #ids
end

-- Jobs without a lane have their turn among the lanes.
local function takeInTurns(index, base, wanted)
  while wanted > 0 do
    local head = rcall('ZRANGE', base .. 'lanes', 0, 0, 'WITHSCORES')
    local own = tonumber(rcall('GET', base .. 'turn-own') or 0)
    local id, lane
    if #head > 0 and tonumber(head[2]) <= own then id, lane = popLaned(base, nowMs) end
    if id then
      start(index, base, id, lane)
    elseif takeOwn(index, base, 1, true) > 0 then
      rcall('SET', base .. 'turn-own', rcall('INCR', base .. 'turns'))
    else
      id, lane = popLaned(base, nowMs)
      if not id then return end
      start(index, base, id, lane)
    end
    wanted = wanted - 1
  end
end

local ALONE, MAKE_ROOM = 1, 2
-- Idle workers and those that just started come first; a busy one makes room for it after this.
local HEAD_START_MS = 10000
local CLAIM_MS = 60000
local SUSPECTS_SEEN = 10

local function headPriority(base)
  if rcall('EXISTS', base .. 'wait') == 1 then return 0 end
  local head = rcall('ZRANGE', base .. 'prioritized', 0, 0, 'WITHSCORES')
  return #head > 0 and math.floor(tonumber(head[2]) / 0x100000000) or math.huge
end

-- The job that must run alone and whose turn it is: before others of its priority, not before higher ones.
local function nextSuspect(base)
  local waiting = rcall('ZRANGE', base .. 'suspects', 0, SUSPECTS_SEEN - 1, 'WITHSCORES')
  local best, since
  local least = #waiting > 0 and headPriority(base)
  for i = 1, #waiting, 2 do
    local fields = rcall('HMGET', base .. waiting[i], 'priority', 'lane')
    local priority = tonumber(fields[1])
    if not priority then
      rcall('ZREM', base .. 'suspects', waiting[i])
    elseif (priority < least or (priority == least and not best))
      and not (fields[2] and blockingLimit(fields[2], nowMs)) then
      best, since, least = waiting[i], tonumber(waiting[i + 1]), priority
    end
  end
  return best, since
end

-- A job whose worker died runs with nothing beside it, so that it is clear whether it was the cause.
local function takeSuspect(index, base)
  local id, since = nextSuspect(base)
  if not id then return 0 end
  if not isIdle or #jobs > 0 then
    local claims = since + HEAD_START_MS <= nowMs
      and rcall('SET', base .. 'suspects-claim', worker, 'NX', 'PX', CLAIM_MS)
    return claims and MAKE_ROOM or 0
  end
  rcall('ZREM', base .. 'suspects', id)
  rcall('DEL', base .. 'suspects-claim')
  start(index, base, id)
  rcall('HSET', base .. id, 'alone', rcall('HGET', base .. id, 'ats'))
  return ALONE
end

local sawLanes, solitude = false, 0

local function takeFrom(index, base, wanted)
  -- Most queues have neither lanes nor jobs without a priority, nor any that must run alone.
  if rcall('EXISTS', base .. 'lanes', base .. 'wait', base .. 'suspects') == 0 then
    takeOwn(index, base, wanted, false)
    return
  end
  solitude = takeSuspect(index, base)
  if solitude > 0 then return end
  if rcall('EXISTS', base .. 'lanes') == 0 then
    takeOwn(index, base, wanted, true)
  else
    sawLanes = true
    takeInTurns(index, base, wanted)
  end
end

local codes, lockKeys = {}, {}
for at = 8 + tokenCount, #ARGV, FIELDS do
  lockKeys[#lockKeys + 1] = KEYS[tonumber(ARGV[at])] .. ARGV[at + 2] .. ':lock'
end
if #lockKeys > 0 then
  local locks = rcall('MGET', unpack(lockKeys))
  for i, lock in ipairs(locks) do codes[i] = settle(8 + tokenCount + (i - 1) * FIELDS, lock) end
  if #freed > 0 then rcall('DEL', unpack(freed)) end
  for base, batch in pairs(batches) do
    if #batch.completed > 0 then
      rcall('ZADD', base .. 'completed', unpack(batch.completed))
      rcall('ZADD', base .. 'expiry', unpack(batch.expiry))
    end
  end
end
if releasing then release(nowMs, channel, RELEASES_A_SCRIPT) end

local nextDue, limitedMs = 0, 0
local function dueAt(ms)
  if ms and (nextDue == 0 or ms < nextDue) then nextDue = ms end
end

if tokenCount > 0 then
  local limited = rcall('ZRANGE', root .. 'limits-due', 0, 0, 'WITHSCORES')
  if #limited > 0 and tonumber(limited[2]) <= nowMs then
    promoteLimits(nowMs)
    sawLanes = true
  end
  for index in string.gmatch(ARGV[5], '%d+') do
    index = tonumber(index)
    local base = KEYS[index]
    local first = rcall('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')
    if #first > 0 and tonumber(first[2]) < (nowMs + 1) * 0x1000 then
      promoteDelayed(base)
      first = rcall('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')
    end
    if #first > 0 then dueAt(math.floor(tonumber(first[2]) / 0x1000)) end
    local wanted, waitMs, duration = room(base, tokenCount - #jobs)
    if waitMs > 0 then limitedMs = limitedMs == 0 and waitMs or math.min(limitedMs, waitMs) end
    if wanted > 0 then
      local before = #jobs
      takeFrom(index, base, wanted)
      local given = #jobs - before
      if duration and given > 0 and rcall('INCRBY', base .. 'limiter', given) == given then
        rcall('PEXPIRE', base .. 'limiter', duration)
      end
      -- Whoever waits next must be woken: the marker that woke us is gone. A queue that gave less than
      -- was wanted is empty.
      if (given == wanted or sawLanes)
        and rcall('EXISTS', base .. 'prioritized', base .. 'wait', base .. 'lanes') > 0 then
        wake(base)
      end
    end
    if solitude > 0 then break end
  end
  for base, batch in pairs(batches) do
    if #batch.active > 0 then rcall('LPUSH', base .. 'active', unpack(batch.active)) end
  end
  if sawLanes then limited = rcall('ZRANGE', root .. 'limits-due', 0, 0, 'WITHSCORES') end
  if #limited > 0 then dueAt(math.ceil(tonumber(limited[2]))) end
end
local releases = releasing and rcall('EXISTS', root .. 'releases') or 0
return { codes, jobs, nextDue, limitedMs, releases, solitude }
