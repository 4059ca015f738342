--[[
  Cancels a job that has not ended: takes a waiting one off its queue for good, marks a running one. One
  that came in by another protocol is put first, marked, for a worker to tell that protocol and end it.

  KEYS  [1] the queue's base
  ARGV  [1] id, [2] now in ms, [3] reason, [4] error as JSON, [5] ms it is kept, [6] channel prefix,
        [7] code of the error
  Returns "missing", "ended", "cancelled" or "running".
]]
local base, id, now = KEYS[1], ARGV[1], tonumber(ARGV[2])
local key = base .. id
local fields = rcall('HMGET', key, 'name', 'finishedOn', 'lane', 'deps', 'fgn', 'priority')
if not fields[1] then return 'missing' end
if fields[2] then return 'ended' end

local waiting = unplace(base, id, fields[3])
  or rcall('ZREM', base .. 'delayed', id) + rcall('ZREM', base .. 'waiting-children', id) > 0
if not waiting then
  rcall('HSET', key, 'cancelled', ARGV[3])
  return 'running'
end
if fields[5] and ARGV[7] == 'cancelled' then
  rcall('HSET', key, 'cancelled', ARGV[3])
  place(base, id, fields[6], fields[3], true)
  emit(base, 'event', 'waiting', 'jobId', id)
  wake(base)
  return 'cancelled'
end
failWaiting(base, id, key, now, ARGV[6], ARGV[3], ARGV[7], 'err:' .. ARGV[7], ARGV[4], ARGV[5])
if fields[4] then
  rcall('RPUSH', root .. 'releases', base .. '\30' .. id)
  release(now, ARGV[6], 100)
end
return 'cancelled'
