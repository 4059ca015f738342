--[[
  Keys that only one job at a time may hold. Comes after lanes.lua.

  A key is "<queue's base>unique:<name>" = id of its holder; a job's `uniq` field says how it holds it:
  "<for|started|finished>\31<ms>\31<name>".
]]
local function uniqueKeyOf(base, spec)
  local mode, ms, name = string.match(spec, '^(.-)\31(.-)\31(.*)$')
  return base .. 'unique:' .. name, mode, ms
end

-- The other job that holds the key. A holder that is gone, has ended or (until "started") has begun
-- holds no more: a key never wedges.
local function holderOf(base, spec, id)
  local key, mode = uniqueKeyOf(base, spec)
  local holder = rcall('GET', key)
  if not holder or holder == id then return nil end
  local state = rcall('HMGET', base .. holder, 'timestamp', 'finishedOn', 'processedOn')
  local free = mode ~= 'for' and (not state[1] or state[2] or (mode == 'started' and state[3]))
  return not free and holder or nil
end

local function hold(base, spec, id)
  local key, _, ms = uniqueKeyOf(base, spec)
  rcall('SET', key, id, 'PX', ms)
end
