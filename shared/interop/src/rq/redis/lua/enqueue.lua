--[[
  Enqueues a job as RQ's clients do.

  ARGV  [3] queue, [4] id, [5] 1 for the front of the queue, [6] when it is due in seconds, or "" for now,
        [7] seconds that it may wait, or "", [8] 1: only if there is no job of the id,
        [9] number of parents, then their ids, then fields and values of its hash in turn
  Returns "queued", "scheduled", "deferred", or "taken" if there is such a job already.
]]
local queue, id, front, due, ttl = ARGV[3], ARGV[4], ARGV[5] == '1', ARGV[6], ARGV[7]
if ARGV[8] == '1' and rcall('EXISTS', jobKey(id)) == 1 then return 'taken' end

local parents, unmet = {}, false
for at = 10, 9 + tonumber(ARGV[9]) do
  local parent = ARGV[at]
  parents[#parents + 1] = parent
  local status = isJob(parent) and field(parent, 'status')
  if status and status ~= 'finished' then unmet = true end
end
local fields = { unpack(ARGV, 10 + #parents) }
rcall('HSET', jobKey(id), unpack(fields))
rcall('SADD', P .. 'queues', P .. 'queue:' .. queue)
if front and (unmet or due ~= '') then rcall('HSET', jobKey(id), 'enqueue_at_front', '1') end

local function place()
  if unmet then
    rcall('HSET', jobKey(id), 'status', 'deferred')
    rcall('ZADD', P .. 'deferred:' .. queue, SECONDS, id)
    for _, parent in ipairs(parents) do
      rcall('SADD', dependentsKey(parent), id)
      rcall('SADD', dependenciesKey(id), parent)
    end
    return 'deferred'
  end
  if due ~= '' then
    rcall('HSET', jobKey(id), 'status', 'scheduled')
    rcall('ZADD', P .. 'scheduled:' .. queue, due, id)
    return 'scheduled'
  end
  enqueue(queue, id, front)
  return 'queued'
end

local placed = place()
if ttl ~= '' then expire(id, tonumber(ttl)) end
return placed
