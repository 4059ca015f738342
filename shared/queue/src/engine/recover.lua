--[[
  Puts the jobs of dead workers back to the front of their own priority: active, but their lock has
  lapsed. (BullMQ's own script puts them before every prioritised job.) A job that was lost too often
  is failed.

  KEYS  [1] the queue's base
  ARGV  [1] now in ms, [2] how often a job may be lost, [3] channel prefix, [4] ms a failed job is kept,
        [5] ms within which no other worker looks again, [6] error as JSON, [7] failed reason
  Returns the ids of the jobs found.
]]
local rcall = redis.call
local base, now, channel = KEYS[1], ARGV[1], ARGV[3]
if not rcall('SET', base .. 'stalled-check', now, 'PX', ARGV[5], 'NX') then return {} end

local function emit(...)
  rcall('XADD', base .. 'events', 'MAXLEN', '~', '10000', '*', ...)
end

local lost = {}
for _, id in ipairs(rcall('LRANGE', base .. 'active', 0, -1)) do
  local key = base .. id
  if rcall('EXISTS', key .. ':lock') == 0 then
    rcall('LREM', base .. 'active', 1, id)
    if rcall('EXISTS', key) == 1 then
      lost[#lost + 1] = id
      local times = rcall('HINCRBY', key, 'stc', 1)
      if times > tonumber(ARGV[2]) then
        rcall('HSET', key, 'failedReason', ARGV[7], 'finishedOn', now, 'fc', 'crashed', 'err:lost', ARGV[6])
        rcall('ZADD', base .. 'failed', now, id)
        rcall('ZADD', base .. 'expiry', tonumber(now) + tonumber(ARGV[4]), id)
        emit('event', 'failed', 'jobId', id, 'failedReason', ARGV[7], 'prev', 'active')
        rcall('PUBLISH', channel .. id, '{"status":"failed"}')
      else
        local priority = tonumber(rcall('HGET', key, 'priority')) or 0
        if priority == 0 then
          rcall('RPUSH', base .. 'wait', id)
        else
          rcall('ZADD', base .. 'prioritized', priority * 0x100000000, id)
        end
        emit('event', 'stalled', 'jobId', id)
        emit('event', 'waiting', 'jobId', id, 'prev', 'active')
      end
    end
  end
end
if #lost > 0 and rcall('HEXISTS', base .. 'meta', 'paused') == 0 then
  rcall('ZADD', base .. 'marker', 0, '0')
end
return lost
