--[[
  Cancels a job that has not ended: takes a waiting one off its queue for good, marks a running one.

  KEYS  [1] the queue's base
  ARGV  [1] id, [2] now in ms, [3] reason, [4] error as JSON, [5] ms it is kept, [6] channel prefix
  Returns "missing", "ended", "cancelled" or "running".
]]
local rcall = redis.call
local base, id, now = KEYS[1], ARGV[1], ARGV[2]
local key = base .. id
if rcall('EXISTS', key) == 0 then return 'missing' end
if rcall('HEXISTS', key, 'finishedOn') == 1 then return 'ended' end

local waiting = rcall('ZREM', base .. 'prioritized', id) + rcall('ZREM', base .. 'delayed', id)
  + rcall('LREM', base .. 'wait', 1, id) + rcall('ZREM', base .. 'waiting-children', id)
if waiting == 0 then
  rcall('HSET', key, 'cancelled', ARGV[3])
  return 'running'
end
rcall('HSET', key, 'failedReason', ARGV[3], 'finishedOn', now, 'fc', 'cancelled', 'err:cancelled', ARGV[4])
rcall('ZADD', base .. 'failed', now, id)
rcall('ZADD', base .. 'expiry', tonumber(now) + tonumber(ARGV[5]), id)
rcall('XADD', base .. 'events', 'MAXLEN', '~', '10000', '*',
  'event', 'failed', 'jobId', id, 'failedReason', ARGV[3], 'prev', 'waiting')
rcall('PUBLISH', ARGV[6] .. id, '{"status":"failed"}')
return 'cancelled'
