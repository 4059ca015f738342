-- What every script starts with.
local rcall = redis.call
local root = string.match(KEYS[1], '^(%b{}:)')

-- A queue's paused, concurrency, max, duration and opts.maxLenEvents, read once a script.
local metas = {}
local function metaOf(base)
  local meta = metas[base]
  if not meta then
    meta = rcall('HMGET', base .. 'meta', 'paused', 'concurrency', 'max', 'duration', 'opts.maxLenEvents')
    metas[base] = meta
  end
  return meta
end

local function emit(base, ...)
  rcall('XADD', base .. 'events', 'MAXLEN', '~', metaOf(base)[5] or '10000', '*', ...)
end

-- Wakes one sleeping worker of the queue.
local function wake(base)
  if not metaOf(base)[1] then rcall('ZADD', base .. 'marker', 0, '0') end
end
