--[[
  How a job leaves a worker's hands when it is not complete. Comes after flows.lua, in settle.lua alone,
  whose arguments it reads: `at` is where a settlement's begin, `more` is the last of them.
]]
local nowMs, channel = tonumber(ARGV[1]), ARGV[4]

local function settleFailed(base, id, key, at, more)
  rcall('HDEL', key, 'cancelled')
  rcall('HSET', key, 'atm', ARGV[at + 5])
  failWaiting(base, id, key, nowMs, channel, ARGV[at + 4], more.code, more.field, more.error, ARGV[at + 6])
end

local function settleRetried(base, id, key, at, more)
  rcall('HSET', key, 'failedReason', ARGV[at + 4], 'atm', ARGV[at + 5], more.field, more.error)
  local delay = tonumber(ARGV[at + 6])
  if delay > 0 then
    rcall('HSET', key, 'delay', delay)
    delayUntil(base, id, nowMs + delay)
    wakeWhenDue(base)
  else
    place(base, id, rcall('HGET', key, 'priority'), more.lane, false)
    emit(base, 'event', 'waiting', 'jobId', id, 'prev', 'active')
    wake(base)
  end
  rcall('PUBLISH', channel .. id, '{"status":"retrying"}')
end

local function settleReturned(base, id, key, at, more)
  local fields = rcall('HMGET', key, 'priority', 'alone', 'ats')
  if fields[2] and fields[2] == fields[3] then
    suspect(base, id, nowMs)
  else
    place(base, id, fields[1], more.lane, true)
  end
  emit(base, 'event', 'waiting', 'jobId', id, 'prev', 'active')
  wake(base)
end

local function settleOtherwise(kind, ...)
  if kind == 'fail' then settleFailed(...) elseif kind == 'retry' then settleRetried(...) else settleReturned(...) end
end

-- Delayed jobs whose time has come wait from now on.
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
