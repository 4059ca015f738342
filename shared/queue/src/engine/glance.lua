--[[
  Reads what is small of jobs: never a payload, a result or a stack.

  KEYS  [1] any queue's base
  ARGV  [1] now in ms, then "<queue>:<id>" for each job
  Returns for each { place, due in ms or "", then the values of FIELDS in their order }, or an empty
  list if the job is gone or its time is over. Places: failed, completed, active, delayed,
  waiting-children, waiting.
]]
local FIELDS = {
  'name', 'timestamp', 'processedOn', 'finishedOn', 'priority', 'atm', 'ix', 'fc', 'failedReason', 'qtn', 'rdv',
}
local REASON_BYTES = 2000

local function placeOf(base, id, key, finished)
  if finished then
    local expiry = rcall('ZSCORE', base .. 'expiry', id)
    if expiry and tonumber(expiry) <= tonumber(ARGV[1]) then return nil end
    return rcall('ZSCORE', base .. 'failed', id) and 'failed' or 'completed', ''
  end
  if rcall('EXISTS', key .. ':lock') == 1 then return 'active', '' end
  local due = rcall('ZSCORE', base .. 'delayed', id)
  if due then return 'delayed', string.format('%.0f', math.floor(tonumber(due) / 0x1000)) end
  if rcall('ZSCORE', base .. 'waiting-children', id) then return 'waiting-children', '' end
  return 'waiting', ''
end

local jobs = {}
for i = 2, #ARGV do
  local queue, id = string.match(ARGV[i], '^([^:]*):(.*)$')
  local base = root .. queue .. ':'
  local key = base .. id
  local values = rcall('HMGET', key, unpack(FIELDS))
  local job = {}
  local place, due
  if values[1] then place, due = placeOf(base, id, key, values[4]) end
  if place then
    if values[9] then values[9] = string.sub(values[9], 1, REASON_BYTES) end
    job = { place, due, unpack(values) }
  end
  jobs[i - 1] = job
end
return jobs
