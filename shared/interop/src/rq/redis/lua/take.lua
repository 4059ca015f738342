--[[
  Takes jobs off the queues in their order and starts them, in one step: no job is ever in neither place.

  KEYS  [2] sorted set of what was taken and has not begun
  ARGV  [3] worker, [4] how many at most, [5] "auto", "1" or "2": the form of running jobs,
        [6] number of queues, then the queues, then an execution id for each job
  Returns "suspended", or for each job: place of its queue, id, execution ("" in the form of RQ 1), fields
          and values of its hash in turn
]]
if rcall('EXISTS', P .. 'suspended') == 1 then return 'suspended' end

local worker, most, form, count = ARGV[3], tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6])

--- RQ 2 writes this field with every job, RQ 1 never does. A colon would not tell an id from an execution.
local function isBare(id)
  if string.find(id, ':', 1, true) then return true end
  return form == '1' or (form == 'auto' and rcall('HEXISTS', jobKey(id), 'group_id') == 0)
end

local function start(place, queue, id, execution)
  hold(queue, id, execution, worker, true)
  rcall('HSET', jobKey(id), 'status', 'started', 'started_at', ISO, 'worker_name', worker)
  if field(id, 'retries_left') then rcall('HSETNX', jobKey(id), 'taskyard_retries', field(id, 'retries_left')) end
  rcall('PERSIST', jobKey(id))
  rcall('ZADD', KEYS[2], NOW, queue .. '\31' .. id .. '\31' .. execution)
  return { place, id, execution, rcall('HGETALL', jobKey(id)) }
end

local taken = {}
for place = 1, count do
  local queue = ARGV[6 + place]
  while #taken < most do
    local id = rcall('LPOP', P .. 'queue:' .. queue)
    if not id then break end
    -- Without a hash its time to live was over, or somebody deleted it.
    if isJob(id) then
      local execution = isBare(id) and '' or ARGV[6 + count + #taken + 1]
      taken[#taken + 1] = start(place, queue, id, execution)
    end
  end
end
return taken
