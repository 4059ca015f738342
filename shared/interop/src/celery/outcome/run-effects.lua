-- Carries out the effects of one outcome, once.
--
-- KEYS[1]  the marker that this outcome was carried out; empty for none
-- ARGV[1]  seconds that the marker stays
-- ARGV[2]  the database of the marker, ARGV[3] of the broker, ARGV[4] of the results
-- ARGV[5…] operations: a name and its arguments, each preceded by how many there are
--
-- push   key, text                    the front of a queue's list
-- bind   key, member                  a binding of the broker
-- store  key, meta, ttl               unless a SUCCESS is stored there; ttl 0: for ever
-- store-unbegun  key, meta, ttl       unless the state there says that the task has begun or ended
-- keep   key, value, ttl              stored and published
-- grow   key, ttl                     one more that a chord waits for
-- count  results, added, size, fired, ordered, score, prefix, member, ttl
--                                     a member of a chord, unless one of this prefix is there already
-- drop   keys…                        of the results
-- ack    index, unacked, tag          a message that is no longer held
--
-- Returns {1 if it was carried out now, 0 if before; for each count: {ready, total, saved size}}, where
-- ready is 1 when all have ended and nobody sent the body yet.
local marker, markerTtl = KEYS[1], tonumber(ARGV[1])
local markerDb, brokerDb, resultDb = ARGV[2], ARGV[3], ARGV[4]
local current = nil

local function on(db)
  if db ~= current and db ~= '' then
    redis.call('SELECT', db)
    current = db
  end
end

local function put(key, value, ttl)
  if tonumber(ttl) > 0 then redis.call('SETEX', key, ttl, value) else redis.call('SET', key, value) end
  redis.call('PUBLISH', key, value)
end

local SUCCESS = '{"status": "SUCCESS"'

local function succeeded(meta)
  if not meta then return false end
  if string.sub(meta, 1, #SUCCESS) == SUCCESS then return true end
  if string.sub(meta, 1, 11) == '{"status": ' then return false end
  local read, value = pcall(cjson.decode, meta)
  return read and type(value) == 'table' and value['status'] == 'SUCCESS'
end

local UNBEGUN = { PENDING = true, RECEIVED = true, RETRY = true, REJECTED = true }

local function begun(meta)
  if not meta then return false end
  local read, value = pcall(cjson.decode, meta)
  return not (read and type(value) == 'table' and UNBEGUN[value['status']])
end

-- Whether a member of this task was counted before, perhaps by a worker that died afterwards.
local function counted(a)
  local near
  if a[5] == '1' then
    near = redis.call('ZRANGEBYSCORE', a[1], a[6], a[6])
  else
    near = redis.call('LRANGE', a[1], 0, -1)
  end
  for _, member in ipairs(near) do
    if string.sub(member, 1, #a[7]) == a[7] then return true end
  end
  return false
end

-- A chord that was frozen may be sent again under its id: it has a size again, which firing drops.
local function fired(a)
  if redis.call('EXISTS', a[4]) == 0 then return false end
  if redis.call('EXISTS', a[3]) == 0 then return true end
  redis.call('DEL', a[4], a[4] .. ' before')
  return false
end

local function count(a, isNew)
  local wasFired = fired(a)
  if isNew and not counted(a) then
    if a[5] == '1' then redis.call('ZADD', a[1], a[6], a[8]) else redis.call('RPUSH', a[1], a[8]) end
  end
  local total = redis.call(a[5] == '1' and 'ZCARD' or 'LLEN', a[1])
  local added = tonumber(redis.call('GET', a[2]) or '0')
  local size = tonumber(redis.call('GET', a[3]) or '-1')
  if tonumber(a[9]) > 0 then
    for key = 1, 3 do redis.call('EXPIRE', a[key], a[9]) end
  end
  local ready = not wasFired and size >= 0 and total == size + added
  return { ready and 1 or 0, total, size }
end

local once = {
  push = function(a) on(brokerDb); redis.call('LPUSH', a[1], a[2]) end,
  bind = function(a) on(brokerDb); redis.call('SADD', a[1], a[2]) end,
  store = function(a)
    on(resultDb)
    if not succeeded(redis.call('GET', a[1])) then put(a[1], a[2], a[3]) end
  end,
  ['store-unbegun'] = function(a)
    on(resultDb)
    if not begun(redis.call('GET', a[1])) then put(a[1], a[2], a[3]) end
  end,
  keep = function(a) on(resultDb); put(a[1], a[2], a[3]) end,
  grow = function(a)
    on(resultDb)
    redis.call('INCR', a[1])
    if tonumber(a[2]) > 0 then redis.call('EXPIRE', a[1], a[2]) end
  end,
  drop = function(a) on(resultDb); redis.call('DEL', unpack(a)) end,
}

local isNew = true
if marker ~= '' then
  on(markerDb)
  isNew = redis.call('EXISTS', marker) == 0
end

local counts = {}
local at = 5
while at <= #ARGV do
  local name, length = ARGV[at], tonumber(ARGV[at + 1])
  local arguments = {}
  for index = 1, length do arguments[index] = ARGV[at + 1 + index] end
  at = at + 2 + length
  if name == 'count' then
    on(resultDb)
    counts[#counts + 1] = count(arguments, isNew)
  elseif name == 'ack' then
    on(brokerDb)
    redis.call('ZREM', arguments[1], arguments[3])
    redis.call('HDEL', arguments[2], arguments[3])
  elseif isNew then
    once[name](arguments)
  end
end
-- Last: a script that fails on its way, in a full Redis say, is repeated whole.
if marker ~= '' and isNew then
  on(markerDb)
  redis.call('SET', marker, '1', 'EX', markerTtl)
end
return { isNew and 1 or 0, counts }
