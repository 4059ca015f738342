--[[
  Where a waiting job stands, and what may hold it back there. Comes after base.lua.

  A job without a lane waits in BullMQ's own "prioritized" set. A job of a group, or of a task with
  limits, waits in a lane of its own kind, "<group>\31<limit>\31<limit>": lanes are served in turn, so
  that no group starves another, and a lane whose limit is reached holds up nobody else.

  Keys of a queue ("{prefix}:emails:" ..)
    lane:<lane>  sorted set of ids, by priority and order of arrival
    lanes        sorted set of the lanes that may be served, by whose turn it is
    lane-names   sorted set of all lanes in which jobs wait, by name
    turns        counter; turn-own = the turn of the jobs without a lane
    laned        how many jobs wait in lanes
    suspects     sorted set of the jobs that run alone, by since when they wait; see recover.lua
  Keys of the platform ("{prefix}:" ..)
    limit:<limit>          hash: concurrency, max, perMs (the rule), active, tat, until (the state)
    limit:<limit>:blocked  sorted set of "<queue's base>\30<lane>" that wait for it, in order
    limits-due             sorted set of limits that give again, by when
  A limit "name@group" has its rule in "limit:name@". A rate is kept by GCRA: `tat` is the theoretical
  arrival time of the next job (ITU-T I.371).
]]
-- The worker that wakes for a delayed job is told when the first one is due.
local function wakeWhenDue(base)
  local first = rcall('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')
  if #first > 0 then
    rcall('ZADD', base .. 'marker', math.floor(tonumber(first[2]) / 0x1000), '1')
  end
end

-- Jobs due in the same millisecond keep their order: the score's low 12 bits count them.
local function delayUntil(base, id, due)
  local min = due * 0x1000
  local last = rcall('ZREVRANGEBYSCORE', base .. 'delayed', min + 0xfff, min, 'WITHSCORES', 'LIMIT', 0, 1)
  local score = min
  if #last > 0 then score = math.min(tonumber(last[2]) + 1, min + 0xfff) end
  rcall('ZADD', base .. 'delayed', score, id)
  emit(base, 'event', 'delayed', 'jobId', id, 'delay', due)
end

local function joinRing(base, lane)
  rcall('ZADD', base .. 'lanes', 'NX', tonumber(rcall('GET', base .. 'turns') or 0), lane)
end

-- Puts a job where it waits for its turn. Score = priority, then a counter: first in, first out.
local function place(base, id, priority, lane, atFront)
  priority = tonumber(priority) or 0
  local counter = 0
  if not atFront then counter = rcall('INCR', base .. 'pc') % 0x100000000 end
  local score = priority * 0x100000000 + counter
  if lane and lane ~= '' then
    local waiting = base .. 'lane:' .. lane
    rcall('ZADD', waiting, score, id)
    rcall('INCR', base .. 'laned')
    if rcall('ZCARD', waiting) == 1 then
      joinRing(base, lane)
      rcall('ZADD', base .. 'lane-names', 0, lane)
    end
  elseif priority == 0 then
    rcall(atFront and 'RPUSH' or 'LPUSH', base .. 'wait', id)
  else
    rcall('ZADD', base .. 'prioritized', score, id)
  end
end

-- Puts a job that may be to blame for the death of its worker where a worker takes it that runs nothing else.
local function suspect(base, id, at)
  rcall('ZADD', base .. 'suspects', at, id)
end

-- Takes a waiting job off its place; returns whether it was there.
local function unplace(base, id, lane)
  if lane and lane ~= '' and rcall('ZREM', base .. 'lane:' .. lane, id) == 1 then
    rcall('DECR', base .. 'laned')
    if rcall('EXISTS', base .. 'lane:' .. lane) == 0 then rcall('ZREM', base .. 'lane-names', lane) end
    return true
  end
  return rcall('ZREM', base .. 'prioritized', id) + rcall('LREM', base .. 'wait', 1, id)
    + rcall('ZREM', base .. 'suspects', id) > 0
end

local function limitsOf(lane)
  local limits, first = {}, true
  for part in string.gmatch(lane .. '\31', '([^\31]*)\31') do
    if not first then limits[#limits + 1] = part end
    first = false
  end
  return limits
end

local function ruleOf(limit)
  local at = string.find(limit, '@', 1, true)
  local key = root .. 'limit:' .. (at and string.sub(limit, 1, at) or limit)
  local rule = rcall('HMGET', key, 'concurrency', 'max', 'perMs', 'until')
  return {
    concurrency = tonumber(rule[1]),
    max = tonumber(rule[2]),
    perMs = tonumber(rule[3]),
    holdUntil = tonumber(rule[4]) or 0,
  }
end

-- How many jobs a limit admits now, and when it admits more (nil: when one of its jobs ends).
local function admits(limit, now)
  local rule = ruleOf(limit)
  local state = rcall('HMGET', root .. 'limit:' .. limit, 'active', 'tat')
  if rule.holdUntil > now then return 0, rule.holdUntil end
  local room, due = math.huge, nil
  if rule.concurrency then room = rule.concurrency - (tonumber(state[1]) or 0) end
  if room > 0 and rule.max then
    local emission = rule.perMs / rule.max
    local tat = math.max(tonumber(state[2]) or 0, now)
    local byRate = math.floor((rule.perMs - (tat - now)) / emission + 1e-9)
    if byRate <= 0 then return 0, math.ceil(tat - rule.perMs + emission) end
    room = math.min(room, byRate)
  end
  return room, due
end

local function occupy(lane, now)
  for _, limit in ipairs(limitsOf(lane)) do
    local key = root .. 'limit:' .. limit
    rcall('HINCRBY', key, 'active', 1)
    local rule = ruleOf(limit)
    if rule.max then
      local tat = math.max(tonumber(rcall('HGET', key, 'tat')) or 0, now) + rule.perMs / rule.max
      rcall('HSET', key, 'tat', tat)
    end
  end
end

-- Lets up to `count` lanes that wait for a limit back into their rings.
local function unblock(limit, count)
  local blocked = root .. 'limit:' .. limit .. ':blocked'
  local popped = rcall('ZPOPMIN', blocked, count)
  for i = 1, #popped, 2 do
    local base, lane = string.match(popped[i], '^(.-)\30(.*)$')
    if rcall('EXISTS', base .. 'lane:' .. lane) == 1 then
      joinRing(base, lane)
      wake(base)
    end
  end
  return rcall('ZCARD', blocked)
end

-- Frees what a started job of a lane held.
local function vacate(lane, now)
  if not lane or lane == '' then return end
  for _, limit in ipairs(limitsOf(lane)) do
    local key = root .. 'limit:' .. limit
    local active = rcall('HINCRBY', key, 'active', -1)
    if active <= 0 and string.find(limit, '@', 1, true) then
      -- A group's own state leaves when nothing of it matters any more.
      local tat = tonumber(rcall('HGET', key, 'tat')) or 0
      if tat > now then rcall('PEXPIRE', key, math.ceil(tat - now)) else rcall('DEL', key) end
    end
    unblock(limit, 2)
  end
end

-- Limits whose time has come admit as many lanes as they have room for.
local function promoteLimits(now)
  for _, limit in ipairs(rcall('ZRANGEBYSCORE', root .. 'limits-due', '-inf', now, 'LIMIT', 0, 100)) do
    rcall('ZREM', root .. 'limits-due', limit)
    local room, due = admits(limit, now)
    local left = rcall('ZCARD', root .. 'limit:' .. limit .. ':blocked')
    if room > 0 then left = unblock(limit, math.min(room, 100)) end
    if left > 0 then rcall('ZADD', root .. 'limits-due', due or now + 10, limit) end
  end
end

-- The first limit of a lane that admits nothing now.
local function blockingLimit(lane, now)
  for _, limit in ipairs(limitsOf(lane)) do
    local room, due = admits(limit, now)
    if room <= 0 then return limit, due end
  end
  return nil
end

local MAX_PARKED = 200

-- Takes the next job from the lane whose turn it is, past those that their limits hold back.
local function popLaned(base, now)
  for _ = 1, MAX_PARKED do
    local lane = rcall('ZRANGE', base .. 'lanes', 0, 0)[1]
    if not lane then return nil end
    local waiting = base .. 'lane:' .. lane
    local limit, due = blockingLimit(lane, now)
    if limit then
      rcall('ZREM', base .. 'lanes', lane)
      rcall('ZADD', root .. 'limit:' .. limit .. ':blocked', 'NX', rcall('INCR', base .. 'turns'), base .. '\30' .. lane)
      if due then rcall('ZADD', root .. 'limits-due', 'LT', due, limit) end
    else
      local id = rcall('ZPOPMIN', waiting)[1]
      if not id or rcall('EXISTS', waiting) == 0 then
        rcall('ZREM', base .. 'lanes', lane)
        rcall('ZREM', base .. 'lane-names', lane)
      else
        rcall('ZADD', base .. 'lanes', rcall('INCR', base .. 'turns'), lane)
      end
      if id then
        rcall('DECR', base .. 'laned')
        return id, lane
      end
    end
  end
  wake(base)
  return nil
end
