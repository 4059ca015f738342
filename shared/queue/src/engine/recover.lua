--[[
  Puts the jobs of dead workers back to the front of their own priority: active, but their lock has
  lapsed. (BullMQ's own script puts them before every prioritised job.) A job that was lost too often
  within a time is failed, unless it is not to blame.

  KEYS  [1] the queue's base
  ARGV  [1] now in ms, [2] how often a job may be lost, [3] channel prefix, [4] ms a failed job is kept,
        [5] ms within which no other worker looks again, [6] error as JSON, [7] failed reason,
        [8] ms within which losses are counted
  Returns the ids of the jobs found.
]]
local base, now, channel = KEYS[1], ARGV[1], ARGV[3]
local nowMs = tonumber(now)
if not rcall('SET', base .. 'stalled-check', now, 'PX', ARGV[5], 'NX') then return {} end

-- Losses long ago were other deploys' doing: only those within the window count.
local function losses(key)
  local recent = {}
  for at in string.gmatch(rcall('HGET', key, 'lost') or '', '%d+') do
    if tonumber(at) > nowMs - tonumber(ARGV[8]) then recent[#recent + 1] = at end
  end
  recent[#recent + 1] = now
  rcall('HSET', key, 'lost', table.concat(recent, ','))
  rcall('HINCRBY', key, 'stc', 1)
  return #recent
end

local lost = {}
for _, id in ipairs(rcall('LRANGE', base .. 'active', 0, -1)) do
  local key = base .. id
  if rcall('EXISTS', key .. ':lock') == 0 then
    rcall('LREM', base .. 'active', 1, id)
    local fields = rcall('HMGET', key, 'name', 'priority', 'lane', 'deps')
    if fields[1] then
      lost[#lost + 1] = id
      vacate(fields[3], nowMs)
      emit(base, 'event', 'stalled', 'jobId', id)
      if losses(key) > tonumber(ARGV[2]) then
        failWaiting(base, id, key, nowMs, channel, ARGV[7], 'crashed', 'err:lost', ARGV[6], ARGV[4])
        if fields[4] then rcall('RPUSH', root .. 'releases', base .. '\30' .. id) end
      else
        place(base, id, fields[2], fields[3], true)
        emit(base, 'event', 'waiting', 'jobId', id, 'prev', 'active')
      end
    end
  end
end
if #lost > 0 then wake(base) end
release(nowMs, channel, 100)
return lost
