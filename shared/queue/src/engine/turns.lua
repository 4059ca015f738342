--[[
  Whose turn it is where not all jobs wait in one place. Comes after settlements.lua; `start` and `takeOwn`
  are settle.lua's.
]]
-- Jobs without a lane have their turn among the lanes.
local function takeInTurns(index, base, wanted, start, takeOwn)
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
local function takeSuspect(index, base, start, takesNothingElse)
  local id, since = nextSuspect(base)
  if not id then return 0 end
  if not takesNothingElse then
    local claims = since + HEAD_START_MS <= nowMs
      and rcall('SET', base .. 'suspects-claim', ARGV[3], 'NX', 'PX', CLAIM_MS)
    return claims and MAKE_ROOM or 0
  end
  rcall('ZREM', base .. 'suspects', id)
  rcall('DEL', base .. 'suspects-claim')
  start(index, base, id)
  rcall('HSET', base .. id, 'alone', rcall('HGET', base .. id, 'ats'))
  return ALONE
end
