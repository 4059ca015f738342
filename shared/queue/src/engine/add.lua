--[[
  Adds jobs to their queues, on BullMQ's own layout. A job whose id exists already is left as it is.

  KEYS  each queue's base, as in "{taskyard}:emails:"
  ARGV  [1] now in ms, [2] channel prefix, then for each job: index into KEYS, id, task, data, opts,
        engine priority (1 first), when it was enqueued in ms, when it is due in ms (0 = at once)
  Returns for each job 1 if the id was taken, else 0.
]]
local rcall = redis.call
local now = tonumber(ARGV[1])
local queues = {}

local function queueAt(index)
  local queue = queues[index]
  if queue then return queue end
  local base = KEYS[tonumber(index)]
  local meta = rcall('HMGET', base .. 'meta', 'opts.maxLenEvents', 'paused')
  queue = { base = base, maxEvents = meta[1] or '10000', paused = meta[2], ready = {}, delayed = false }
  if not meta[1] then rcall('HSET', base .. 'meta', 'opts.maxLenEvents', queue.maxEvents) end
  queues[index] = queue
  return queue
end

-- Jobs due in the same millisecond keep their order: the score's low 12 bits count them.
local function delayedScore(base, due)
  local min = due * 0x1000
  local max = min + 0xfff
  local last = rcall('ZREVRANGEBYSCORE', base .. 'delayed', max, min, 'WITHSCORES', 'LIMIT', 0, 1)
  if #last == 0 then return min end
  return math.min(tonumber(last[2]) + 1, max)
end

local taken = {}
for at = 3, #ARGV, 8 do
  local queue = queueAt(ARGV[at])
  local base, id = queue.base, ARGV[at + 1]
  local key = base .. id
  if rcall('EXISTS', key) == 1 then
    taken[#taken + 1] = 1
  else
    local priority, timestamp, due = ARGV[at + 5], ARGV[at + 6], tonumber(ARGV[at + 7])
    local delay = math.max(due - tonumber(timestamp), 0)
    rcall('HSET', key, 'name', ARGV[at + 2], 'data', ARGV[at + 3], 'opts', ARGV[at + 4],
      'timestamp', timestamp, 'delay', delay, 'priority', priority)
    if due > now then
      rcall('ZADD', base .. 'delayed', delayedScore(base, due), id)
      rcall('XADD', base .. 'events', 'MAXLEN', '~', queue.maxEvents, '*',
        'event', 'delayed', 'jobId', id, 'delay', due)
      queue.delayed = true
    else
      local ready = queue.ready
      ready[#ready + 1] = { id = id, priority = tonumber(priority) }
      rcall('XADD', base .. 'events', 'MAXLEN', '~', queue.maxEvents, '*',
        'event', 'waiting', 'jobId', id)
    end
    taken[#taken + 1] = 0
  end
end

for _, queue in pairs(queues) do
  local ready = queue.ready
  if #ready > 0 then
    -- Score = priority, then a counter: first in, first out within one priority.
    local counter = rcall('INCRBY', queue.base .. 'pc', #ready) - #ready
    local members = {}
    for i, job in ipairs(ready) do
      members[#members + 1] = job.priority * 0x100000000 + (counter + i) % 0x100000000
      members[#members + 1] = job.id
    end
    rcall('ZADD', queue.base .. 'prioritized', unpack(members))
    if not queue.paused then rcall('ZADD', queue.base .. 'marker', 0, '0') end
  end
  if queue.delayed then
    local first = rcall('ZRANGE', queue.base .. 'delayed', 0, 0, 'WITHSCORES')
    rcall('ZADD', queue.base .. 'marker', math.floor(tonumber(first[2]) / 0x1000), '1')
  end
end
return taken
