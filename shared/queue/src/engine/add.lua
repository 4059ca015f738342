--[[
  Adds jobs to their queues, on BullMQ's own layout. A job whose id exists already is left as it is.

  KEYS  each queue's base, as in "{taskyard}:emails:"
  ARGV  [1] now in ms, [2] 1 if nobody is to be woken, since whoever adds them takes them next, then for
        each job: index into KEYS, id, task, data, engine priority (1 first), when it was enqueued in ms,
        when it is due in ms (0 = at once), and "" or, as a JSON object, what most jobs do without:
          lane       where it waits apart from others
          unique     "<for|started|finished>\31<ms>\31<key>"
          flow       id of its flow; inputs: how many it waits for; dependents: joined by "\29";
                     joinKeptMs: it is a join, whose result is kept that long
          stored     key of its payload in object storage
          names      of the indexes it is in, joined by "\31"
          foreign    true if a worker must be there when it ends
          again      true if an ended job of its id gives way
  Returns for each job 0 if it was added, 1 if its id was taken, or the id of the job that holds its
        unique key.
]]
local FIELDS = 8
local NOTHING = {}
local now, isQuiet = tonumber(ARGV[1]), ARGV[2] == '1'
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

local DEPENDENTS_A_PUSH = 1000

local function pushDependents(key, dependents)
  local list = {}
  for ref in string.gmatch(dependents .. '\29', '([^\29]*)\29') do list[#list + 1] = ref end
  for from = 1, #list, DEPENDENTS_A_PUSH do
    rcall('RPUSH', key .. ':dependents', unpack(list, from, math.min(from + DEPENDENTS_A_PUSH - 1, #list)))
  end
  rcall('HSET', key, 'deps', #list)
end

local FLOW_KEPT_MS = 2592000000

local function addMore(base, id, key, timestamp, more)
  if more.lane then rcall('HSET', key, 'lane', more.lane) end
  if more.stored then rcall('HSET', key, 'spay', more.stored) end
  if more.unique then rcall('HSET', key, 'uniq', more.unique) end
  if more.names then
    rcall('HSET', key, 'ix', more.names)
    rare().eachName(more.names, function(name)
      rcall('ZADD', root .. 'by:' .. name, timestamp, rare().refOf(key))
    end)
  end
  if more.foreign then rcall('HSET', key, 'fgn', '1') end
  if more.flow then
    local flow = root .. 'flow:' .. more.flow
    rcall('HSET', key, 'flow', more.flow)
    rcall('SADD', flow, base .. '\30' .. id)
    rcall('PEXPIRE', flow, FLOW_KEPT_MS)
  end
  if more.dependents then pushDependents(key, more.dependents) end
  if more.inputs then
    rcall('HSET', key, 'pend', more.inputs, 'inputs', more.inputs)
    if more.joinKeptMs then rcall('HSET', key, 'join', '1', 'expiry', more.joinKeptMs) end
  end
end

local answers = {}
for at = 3, #ARGV, FIELDS do
  local queue = queueAt(ARGV[at])
  local base, id = queue.base, ARGV[at + 1]
  local key = base .. id
  local more = ARGV[at + 7] == '' and NOTHING or cjson.decode(ARGV[at + 7])
  local answer = 0
  if rcall('EXISTS', key) == 1 and not (more.again and givesWay(base, id, key)) then
    answer = 1
  elseif more.unique then
    answer = rare().holderOf(base, more.unique, id) or 0
    if answer == 0 then rare().hold(base, more.unique, id) end
  end
  answers[#answers + 1] = answer
  if answer == 0 then
    local priority, timestamp, due = ARGV[at + 4], ARGV[at + 5], tonumber(ARGV[at + 6])
    -- A field that says what its absence says too would be 40 bytes a job.
    rcall('HSET', key, 'name', ARGV[at + 2], 'data', ARGV[at + 3], 'timestamp', timestamp, 'priority', priority)
    if due > tonumber(timestamp) then rcall('HSET', key, 'delay', due - tonumber(timestamp)) end
    if more ~= NOTHING then addMore(base, id, key, timestamp, more) end
    if more.inputs then
      rcall('ZADD', base .. 'waiting-children', timestamp, id)
      emit(base, 'event', 'waiting-children', 'jobId', id)
    elseif due > now then
      rare().delayUntil(base, id, due)
      queue.delayed = true
    else
      emit(base, 'event', 'waiting', 'jobId', id)
      queue.woken = true
      if more.lane then
        rare().place(base, id, priority, more.lane, false)
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
  if queue.woken and not isQuiet then wake(base) end
  if queue.delayed then rare().wakeWhenDue(base) end
end
return answers
