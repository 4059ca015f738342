--[[
  How jobs wait for each other. Comes after index.lua.

  Fields of a job's hash
    pend   how many inputs it still waits for; while above 0 it stands in "waiting-children"
    deps   how many jobs wait for it
    join   "1" for a job that has no handler: it is complete once all its inputs are there, and its
           result is the list of them
    flow   id of the flow it belongs to, which is the id of the flow's last job
    expiry how long a join's result is kept, in ms
    spay, sres  keys in object storage of a large payload and result; once the job has left, in the
                list "{prefix}:orphans"
  Keys
    <job>:dependents  list of "<queue's base>\30<id>\30<slot>\30<f|i>" of the jobs that wait for it;
                      f: they fail with it, i: they take null instead of its result
    <job>:processed   hash: slot -> result, the inputs of a waiting job (BullMQ's name for it)
    {prefix}:releases list of "<queue's base>\30<id>" of ended jobs that have yet to tell their dependents
]]
local INPUTS_A_CHUNK = 1000

local function joined(key, count)
  local parts = {}
  for from = 0, count - 1, INPUTS_A_CHUNK do
    local slots = {}
    for slot = from, math.min(from + INPUTS_A_CHUNK, count) - 1 do slots[#slots + 1] = slot end
    for _, value in ipairs(rcall('HMGET', key .. ':processed', unpack(slots))) do
      parts[#parts + 1] = value or 'null'
    end
  end
  return '[' .. table.concat(parts, ',') .. ']'
end

-- What of the job lies in object storage is deleted by whoever has the store.
local function removeKeys(key)
  local fields = rcall('HMGET', key, 'spay', 'sres', 'ix', 'fc', 'name', 'failedReason')
  for i = 1, 2 do
    if fields[i] then rcall('RPUSH', root .. 'orphans', fields[i]) end
  end
  unlistFrom(fields[3], refOf(key))
  if fields[4] then unlistDead(fields[5], fields[4], fields[6], refOf(key)) end
  rcall('DEL', key, key .. ':logs', key .. ':dependencies', key .. ':processed', key .. ':failed',
    key .. ':unsuccessful', key .. ':dependents')
end

-- Keeps a finished job for `ms`, or not at all. `names` are the indexes it is in.
local function keep(base, set, id, key, now, ms, names)
  if tonumber(ms) <= 0 then
    removeKeys(key)
    return false
  end
  rcall('ZADD', base .. set, now, id)
  rcall('ZADD', base .. 'expiry', now + tonumber(ms), id)
  enlistUnder(names, refOf(key), now)
  return true
end

local function failWaiting(base, id, key, now, channel, reason, code, errorField, errorJson, ms)
  rcall('HSET', key, 'failedReason', reason, 'finishedOn', now, 'fc', code, errorField, errorJson)
  local fields = rcall('HMGET', key, 'name', 'ix')
  if keep(base, 'failed', id, key, now, ms, fields[2]) then
    enlistDead(fields[1], code, reason, refOf(key), now)
  end
  emit(base, 'event', 'failed', 'jobId', id, 'failedReason', reason, 'prev', 'waiting')
  rcall('PUBLISH', channel .. id, '{"status":"failed"}')
end

local KEEP_FAILED_MS = 1209600000

-- Tells up to `budget` dependents of ended jobs; returns how much of the budget is left.
local function release(now, channel, budget)
  while budget > 0 do
    local ref = rcall('LINDEX', root .. 'releases', 0)
    if not ref then return budget end
    local base, id = string.match(ref, '^(.-)\30(.*)$')
    local key = base .. id
    local ended = rcall('HMGET', key, 'returnvalue', 'failedReason', 'finishedOn')
    local dependent = rcall('LPOP', key .. ':dependents')
    if not dependent then
      rcall('LREM', root .. 'releases', 1, ref)
    else
      budget = budget - 1
      local toBase, toId, slot, mode = string.match(dependent, '^(.-)\30(.-)\30(.-)\30(.)$')
      local toKey = toBase .. toId
      if rcall('ZSCORE', toBase .. 'waiting-children', toId) then
        local value = ended[1]
        if not value and mode == 'f' then
          rcall('ZREM', toBase .. 'waiting-children', toId)
          local reason = 'job ' .. id .. ', which it waits for, did not succeed: ' .. (ended[2] or 'it is gone')
          failWaiting(toBase, toId, toKey, now, channel, reason, 'child_failed', 'err:child', cjson.encode({
            attempt = 0, code = 'child_failed', name = 'ChildFailedError', message = reason, retryable = false,
            at = tonumber(now),
          }), KEEP_FAILED_MS)
          if rcall('EXISTS', toKey .. ':dependents') == 1 then
            rcall('RPUSH', root .. 'releases', toBase .. '\30' .. toId)
          end
        else
          rcall('HSET', toKey .. ':processed', slot, value or 'null')
          if rcall('HINCRBY', toKey, 'pend', -1) <= 0 then
            rcall('ZREM', toBase .. 'waiting-children', toId)
            local fields = rcall('HMGET', toKey, 'priority', 'lane', 'join', 'inputs', 'expiry', 'delay')
            if fields[3] then
              rcall('HSET', toKey, 'returnvalue', joined(toKey, tonumber(fields[4])), 'finishedOn', now, 'atm', 1)
              rcall('DEL', toKey .. ':processed')
              keep(toBase, 'completed', toId, toKey, now, fields[5] or 3600000)
              emit(toBase, 'event', 'completed', 'jobId', toId, 'returnvalue', 'null', 'prev', 'waiting-children')
              rcall('PUBLISH', channel .. toId, '{"status":"complete"}')
              if rcall('EXISTS', toKey .. ':dependents') == 1 then
                rcall('RPUSH', root .. 'releases', toBase .. '\30' .. toId)
              end
            elseif (tonumber(fields[6]) or 0) > 0 then
              delayUntil(toBase, toId, now + tonumber(fields[6]))
              wakeWhenDue(toBase)
            else
              place(toBase, toId, fields[1], fields[2], false)
              emit(toBase, 'event', 'waiting', 'jobId', toId, 'prev', 'waiting-children')
              wake(toBase)
            end
          end
        end
      end
    end
  end
  return budget
end
