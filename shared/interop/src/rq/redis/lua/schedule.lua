--[[
  Queues the jobs that are due, of the queues that this scheduler has the lock of.

  ARGV  [3] what the lock holds, [4] seconds it is held, [5] how many jobs at most, then the queues
  Returns how many were queued.
]]
local mine, lockSeconds, most, moved = ARGV[3], ARGV[4], tonumber(ARGV[5]), 0

local function isMine(queue)
  local key = P .. 'scheduler-lock:' .. queue
  if rcall('GET', key) == mine then
    rcall('EXPIRE', key, lockSeconds)
    return true
  end
  return rcall('SET', key, mine, 'NX', 'EX', lockSeconds) and true or false
end

local function front(id)
  if field(id, 'enqueue_at_front') == '1' then return true end
  return field(id, 'enqueue_at_front_on_retry') == '1' and field(id, 'ended_at') ~= nil
end

for at = 6, #ARGV do
  local queue = ARGV[at]
  if isMine(queue) then
    for _, id in ipairs(rcall('ZRANGEBYSCORE', P .. 'scheduled:' .. queue, 0, SECONDS, 'LIMIT', 0, most)) do
      rcall('ZREM', P .. 'scheduled:' .. queue, id)
      if isJob(id) then
        enqueue(queue, id, front(id))
        moved = moved + 1
      end
    end
  end
end
return moved
