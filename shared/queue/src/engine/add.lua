--[[
  Adds jobs to their queues, on BullMQ's own layout. A job whose id exists already is left as it is.

  KEYS  each queue's base, as in "{taskyard}:emails:"
  ARGV  [1] now in ms, then for each job: index into KEYS, id, task, data, engine priority (1 first),
        when it was enqueued in ms, when it is due in ms (0 = at once), lane or "",
        uniqueness or "" ("<for|started|finished>\31<ms>\31<key>"), number of inputs it waits for,
        dependents joined by "\29" or "", flow or "", 1 for a join, ms a join's result is kept,
        key of its stored payload or "", names of the indexes it is in, joined by "\31", or "",
        flags: "f" a worker must be there when it ends, "a" an ended job of its id gives way
  Returns for each job 0 if it was added, 1 if its id was taken, or the id of the job that holds its
        unique key.
]]
local FIELDS = 17
local now = tonumber(ARGV[1])
local queues = {}

local function queueAt(index)
  local queue = queues[index]
  if queue then return queue end
  local base = KEYS[tonumber(index)]
  queue = { base = base, ready = {}, woken = false, delayed = false }
  queues[index] = queue
  return queue
end

local function givesWay(base, id, key)
  if not rcall('HGET', key, 'finishedOn') then return false end
  rcall('ZREM', base .. 'completed', id)
  rcall('ZREM', base .. 'failed', id)
  rcall('ZREM', base .. 'expiry', id)
  rare().removeKeys(key)
  return true
end

local answers = {}
for at = 2, #ARGV, FIELDS do
  local queue = queueAt(ARGV[at])
  local base, id = queue.base, ARGV[at + 1]
  local key = base .. id
  local lane, unique, inputs, dependents = ARGV[at + 7], ARGV[at + 8], ARGV[at + 9], ARGV[at + 10]
  local answer = 0
  if rcall('EXISTS', key) == 1 and not (string.find(ARGV[at + 16], 'a', 1, true) and givesWay(base, id, key)) then
    answer = 1
  elseif unique ~= '' then
    answer = rare().holderOf(base, unique, id) or 0
    if answer == 0 then rare().hold(base, unique, id) end
  end
  answers[#answers + 1] = answer
  if answer == 0 then
    local priority, timestamp, due = ARGV[at + 4], ARGV[at + 5], tonumber(ARGV[at + 6])
    -- A field that says what its absence says too would be 40 bytes a job.
    rcall('HSET', key, 'name', ARGV[at + 2], 'data', ARGV[at + 3], 'timestamp', timestamp, 'priority', priority)
    if due > tonumber(timestamp) then rcall('HSET', key, 'delay', due - tonumber(timestamp)) end
    if lane ~= '' then rcall('HSET', key, 'lane', lane) end
    if ARGV[at + 14] ~= '' then rcall('HSET', key, 'spay', ARGV[at + 14]) end
    if unique ~= '' then rcall('HSET', key, 'uniq', unique) end
    local names = ARGV[at + 15]
    if names ~= '' then
      rcall('HSET', key, 'ix', names)
      rare().eachName(names, function(name) rcall('ZADD', root .. 'by:' .. name, timestamp, rare().refOf(key)) end)
    end
    if string.find(ARGV[at + 16], 'f', 1, true) then rcall('HSET', key, 'fgn', '1') end
    if ARGV[at + 11] ~= '' then
      rcall('HSET', key, 'flow', ARGV[at + 11])
      rcall('SADD', root .. 'flow:' .. ARGV[at + 11], base .. '\30' .. id)
      rcall('PEXPIRE', root .. 'flow:' .. ARGV[at + 11], 2592000000)
    end
    if dependents ~= '' then
      local list = {}
      for ref in string.gmatch(dependents .. '\29', '([^\29]*)\29') do list[#list + 1] = ref end
      for from = 1, #list, 1000 do
        rcall('RPUSH', key .. ':dependents', unpack(list, from, math.min(from + 999, #list)))
      end
      rcall('HSET', key, 'deps', #list)
    end
    if inputs ~= '0' then
      rcall('HSET', key, 'pend', inputs, 'inputs', inputs)
      if ARGV[at + 12] == '1' then rcall('HSET', key, 'join', '1', 'expiry', ARGV[at + 13]) end
      rcall('ZADD', base .. 'waiting-children', timestamp, id)
      emit(base, 'event', 'waiting-children', 'jobId', id)
    elseif due > now then
      rare().delayUntil(base, id, due)
      queue.delayed = true
    else
      emit(base, 'event', 'waiting', 'jobId', id)
      queue.woken = true
      if lane ~= '' then
        rare().place(base, id, priority, lane, false)
      else
        queue.ready[#queue.ready + 1] = { id = id, priority = tonumber(priority) }
      end
    end
  end
end

for _, queue in pairs(queues) do
  local base, ready = queue.base, queue.ready
  if #ready > 0 then
    local counter = rcall('INCRBY', base .. 'pc', #ready) - #ready
    local members = {}
    for i, job in ipairs(ready) do
      members[#members + 1] = job.priority * 0x100000000 + (counter + i) % 0x100000000
      members[#members + 1] = job.id
    end
    rcall('ZADD', base .. 'prioritized', unpack(members))
  end
  if queue.woken then wake(base) end
  if queue.delayed then rare().wakeWhenDue(base) end
end
return answers
