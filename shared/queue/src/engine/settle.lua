--[[
  Records how jobs ended and takes as many next ones, in one round trip for all that one turn of the
  worker's event loop produced. Queues are served in the order of `order`.

  KEYS  each queue's base, as in "{taskyard}:emails:"
  ARGV  [1] now in ms, [2] lock in ms, [3] worker's name, [4] channel prefix, [5] indexes into KEYS in
        the order they are to be served, joined by ",", [6] number of tokens, [7] 1 if the worker will run
        nothing else than what it takes, [8] 1 if the worker was woken to take them, then the tokens to take
        jobs with, then for each settlement: index into KEYS, kind, id, token, value, attempts made, ms, and
        "" or, as a JSON object, what most do without:
          lane     where the job waited
          awaited  true if jobs wait for it
          names    of the indexes it is in, joined by "\31"
          field    of the error, error: itself as JSON, code: its code
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
local FIELDS = 8
local TOKENS = 9
local NOTHING = {}
local RELEASES_A_SCRIPT = 100
local now, lockMs, worker, channel = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local tokenCount, isIdle, wasWoken = tonumber(ARGV[6]), ARGV[7] == '1', ARGV[8] == '1'
local nowMs = tonumber(now)
local MAX_PUBLISHED_BYTES = 16384
local releasing = false

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

-- Whoever waits for a job reads its result once more, so it cannot leave at once.
local LEAST_KEPT_MS = '60000'

local function complete(base, id, key, at, more)
  local value, ms = ARGV[at + 4], ARGV[at + 6]
  if more.awaited and ms == '0' then ms = LEAST_KEPT_MS end
  if ms == '0' then
    rare().removeKeys(key)
  else
    rcall('HSET', key, 'returnvalue', value, 'finishedOn', now, 'atm', ARGV[at + 5])
    local batch = batchOf(base)
    local n = #batch.completed
    batch.completed[n + 1], batch.completed[n + 2] = now, id
    batch.expiry[n + 1], batch.expiry[n + 2] = nowMs + tonumber(ms), id
    if more.names then rare().enlistUnder(more.names, rare().refOf(key), now) end
  end
  emit(base, 'event', 'completed', 'jobId', id, 'returnvalue', 'null', 'prev', 'active')
  local message = '{"status":"complete"}'
  if #value <= MAX_PUBLISHED_BYTES and string.sub(value, 1, 11) ~= '{"$stored":' then
    message = '{"status":"complete","result":' .. value .. '}'
  end
  rcall('PUBLISH', channel .. id, message)
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
  local kind, more = ARGV[at + 1], ARGV[at + 7] == '' and NOTHING or cjson.decode(ARGV[at + 7])
  if more.lane then rare().vacate(more.lane, nowMs) end
  if kind == 'complete' then
    complete(base, id, key, at, more)
  else
    rare().settleOtherwise(kind, base, id, key, at, more)
  end
  if more.awaited and kind ~= 'retry' and kind ~= 'return' then
    rcall('RPUSH', root .. 'releases', base .. '\30' .. id)
    releasing = true
  end
  return 0
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
  if lane then rare().occupy(lane, nowMs) end
  local token = ARGV[TOKENS + #jobs]
  rcall('SET', key .. ':lock', token, 'PX', lockMs)
  local active = batchOf(base).active
  active[#active + 1] = id
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

local sawLanes, solitude = false, 0

local function takeFrom(index, base, wanted)
  solitude = rare().takeSuspect(index, base, start, isIdle and #jobs == 0)
  if solitude > 0 then return end
  if rcall('EXISTS', base .. 'lanes') == 0 then
    takeOwn(index, base, wanted, true)
  else
    sawLanes = true
    rare().takeInTurns(index, base, wanted, start, takeOwn)
  end
end

local codes, lockKeys = {}, {}
for at = TOKENS + tokenCount, #ARGV, FIELDS do
  lockKeys[#lockKeys + 1] = KEYS[tonumber(ARGV[at])] .. ARGV[at + 2] .. ':lock'
end
if #lockKeys > 0 then
  local locks = rcall('MGET', unpack(lockKeys))
  for i, lock in ipairs(locks) do codes[i] = settle(TOKENS + tokenCount + (i - 1) * FIELDS, lock) end
  if #freed > 0 then rcall('DEL', unpack(freed)) end
  for base, batch in pairs(batches) do
    if #batch.completed > 0 then
      rcall('ZADD', base .. 'completed', unpack(batch.completed))
      rcall('ZADD', base .. 'expiry', unpack(batch.expiry))
    end
  end
end
if releasing then rare().release(nowMs, channel, RELEASES_A_SCRIPT) end

local nextDue, limitedMs = 0, 0
local function dueAt(ms)
  if ms and (nextDue == 0 or ms < nextDue) then nextDue = ms end
end

local limited
local function lookAtLimits()
  if limited then return end
  limited = rcall('ZRANGE', root .. 'limits-due', 0, 0, 'WITHSCORES')
  if #limited > 0 and tonumber(limited[2]) <= nowMs then
    rare().promoteLimits(nowMs)
    sawLanes = true
  end
end

local function lookAtDelayed(base)
  local first = rcall('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')
  if #first > 0 and tonumber(first[2]) < (nowMs + 1) * 0x1000 then
    rare().promoteDelayed(base)
    first = rcall('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')
  end
  if #first > 0 then dueAt(math.floor(tonumber(first[2]) / 0x1000)) end
end

if tokenCount > 0 then
  for index in string.gmatch(ARGV[5], '%d+') do
    index = tonumber(index)
    local base = KEYS[index]
    -- Most queues have nothing but jobs of a priority that may start.
    local isPlain = rcall('EXISTS', root .. 'limits-due', base .. 'delayed', base .. 'lanes', base .. 'wait',
      base .. 'suspects') == 0
    if not isPlain then
      lookAtLimits()
      lookAtDelayed(base)
    end
    local asked, wanted, waitMs, duration = tokenCount - #jobs, 0, 0, nil
    if asked > 0 or wasWoken then wanted, waitMs, duration = room(base, math.max(asked, 1)) end
    if waitMs > 0 then limitedMs = limitedMs == 0 and waitMs or math.min(limitedMs, waitMs) end
    if wanted > 0 then
      local given = 0
      if asked > 0 then
        local before = #jobs
        if isPlain then takeOwn(index, base, wanted, false) else takeFrom(index, base, wanted) end
        given = #jobs - before
        if duration and given > 0 and rcall('INCRBY', base .. 'limiter', given) == given then
          rcall('PEXPIRE', base .. 'limiter', duration)
        end
      end
      -- The marker that woke us is gone: who sleeps must be woken for what we leave. A queue that gave less
      -- than was wanted is empty.
      if (wasWoken and (asked == 0 or given == wanted) or sawLanes)
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
  if limited and #limited > 0 then dueAt(math.ceil(tonumber(limited[2]))) end
end
local releases = releasing and rcall('EXISTS', root .. 'releases') or 0
return { codes, jobs, nextDue, limitedMs, releases, solitude }
