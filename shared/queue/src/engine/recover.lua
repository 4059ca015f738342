--[[
  Puts the jobs of dead workers back to work: active, but their lock has lapsed. Any of those that ran in
  a worker may have killed it, so each runs again with nothing beside it, before others of its priority.
  (BullMQ's own script puts them before every prioritised job.) A job that is lost too often within a
  time is quarantined: failed, kept with its payload, and run alone when it is redriven. A task whose
  jobs, more than one of them, killed as many workers while they were alone is quarantined too: its jobs
  fail at once until that is lifted.

  KEYS  [1] the queue's base
  ARGV  [1] now in ms, [2] how many losses are too many, [3] channel prefix, [4] ms a failed job is
        kept, [5] ms within which no other worker looks again, [6] ms within which losses are counted
  Returns the ids of the jobs found.

  Fields of a job's hash
    lost   when its worker was lost, joined by ","
    alone  which of its starts was one with nothing beside it
    qtn    "1": quarantined
    alive  "1": its worker lives and has let it go; see acquit.lua
    doom   why it is to fail at once: a worker must tell the protocol it came in by
  Keys of the platform
    crashes:<task>  sorted set of "<id>\30<ms>": jobs that were alone when their worker died
    quarantine      hash: task -> since when and why, as JSON
]]
local base, now, channel = KEYS[1], ARGV[1], ARGV[3]
local nowMs, budget, window = tonumber(now), tonumber(ARGV[2]), tonumber(ARGV[6])
-- What nobody could take alone for so long runs beside others after all, unless it is known to kill.
local SUSPECTED_MS = 60000

if not rcall('SET', base .. 'stalled-check', now, 'PX', ARGV[5], 'NX') then return {} end

-- Losses long ago were other deploys' doing: only those within the window count.
local function losses(key, before)
  local recent = {}
  for at in string.gmatch(before or '', '%d+') do
    if tonumber(at) > nowMs - window then recent[#recent + 1] = at end
  end
  recent[#recent + 1] = now
  rcall('HSET', key, 'lost', table.concat(recent, ','))
  return #recent
end

local function blame(task, id)
  local key = root .. 'crashes:' .. task
  rcall('ZADD', key, nowMs, id .. '\30' .. now)
  rcall('ZREMRANGEBYSCORE', key, '-inf', nowMs - window)
  rcall('PEXPIRE', key, window)
  local crashes = rcall('ZRANGE', key, 0, -1)
  local ids, jobs = {}, 0
  for _, crash in ipairs(crashes) do
    local of = string.match(crash, '^(.*)\30')
    if not ids[of] then jobs = jobs + 1 end
    ids[of] = true
  end
  if #crashes >= budget and jobs > 1 then
    rcall('HSETNX', root .. 'quarantine', task, cjson.encode({ since = nowMs, crashes = #crashes, jobs = jobs }))
  end
end

local function quarantine(id, key, fields, reason)
  local round = fields.rdv and fields.rdv .. '.' or ''
  rcall('HSET', key, 'qtn', '1')
  if fields.fgn then
    rcall('HSET', key, 'doom', reason)
    place(base, id, fields.priority, fields.lane, true)
    return
  end
  failWaiting(base, id, key, nowMs, channel, reason, 'crashed', 'err:' .. round .. 'lost', cjson.encode({
    attempt = tonumber(fields.atm or 0) + 1, code = 'crashed', name = 'WorkerLostError', message = reason,
    retryable = false, at = nowMs,
  }), ARGV[4])
  if fields.deps then rcall('RPUSH', root .. 'releases', base .. '\30' .. id) end
end

local NAMES = { 'name', 'priority', 'lane', 'deps', 'lost', 'alone', 'ats', 'atm', 'qtn', 'rdv', 'cancelled', 'fgn',
  'alive' }

local function recover(id)
  local key = base .. id
  local fields = {}
  for i, value in ipairs(rcall('HMGET', key, unpack(NAMES))) do fields[NAMES[i]] = value end
  if not fields.name then return false end
  vacate(fields.lane, nowMs)
  emit(base, 'event', 'stalled', 'jobId', id)
  local times = losses(key, fields.lost)
  local guilty = fields.alone and fields.alone == fields.ats
  if guilty then blame(fields.name, id) end
  if fields.qtn and guilty then
    quarantine(id, key, fields, 'its worker died again while it ran, with nothing beside it')
  elseif times >= budget then
    quarantine(id, key, fields, 'its worker died while it ran or lost hold of it, ' .. times .. ' times')
  else
    if fields.alive then rcall('HDEL', key, 'alive') end
    if fields.cancelled or fields.alive then
      place(base, id, fields.priority, fields.lane, true)
    else
      suspect(base, id, nowMs)
    end
    emit(base, 'event', 'waiting', 'jobId', id, 'prev', 'active')
  end
  return true
end

local lost = {}
for _, id in ipairs(rcall('LRANGE', base .. 'active', 0, -1)) do
  if rcall('EXISTS', base .. id .. ':lock') == 0 then
    rcall('LREM', base .. 'active', 1, id)
    if recover(id) then lost[#lost + 1] = id end
  end
end

for _, id in ipairs(rcall('ZRANGEBYSCORE', base .. 'suspects', '-inf', nowMs - SUSPECTED_MS, 'LIMIT', 0, 100)) do
  local fields = rcall('HMGET', base .. id, 'priority', 'lane', 'qtn')
  if not fields[3] then
    rcall('ZREM', base .. 'suspects', id)
    if fields[1] then place(base, id, fields[1], fields[2], true) end
  end
end
-- Nobody else tells a worker that became idle of those that wait for one.
if #lost > 0 or rcall('EXISTS', base .. 'suspects') == 1 then wake(base) end
release(nowMs, channel, 100)
return lost
