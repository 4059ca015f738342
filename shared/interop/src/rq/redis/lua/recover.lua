--[[
  Lets go on what a worker left half done when it died (rq 3.0, registry.py and rate_limit.py, `cleanup`): jobs whose
  dependencies are met and that were not queued yet, and places under rate limits that nobody has any more.

  ARGV  [3] queue
  Returns how many jobs were queued and how many places were freed.
]]
local queue, queued, freed = ARGV[3], 0, 0

local ready = P .. 'ready:' .. queue
for _, id in ipairs(rcall('ZRANGE', ready, 0, -1)) do
  rcall('ZREM', ready, id)
  if isJob(id) and field(id, 'status') == 'ready_to_enqueue' then
    enqueue(queue, id, field(id, 'enqueue_at_front') == '1')
    queued = queued + 1
  end
end

--- A job that was cancelled or deleted while it runs keeps its place until its run is over.
local function isHeld(id)
  local status = isJob(id) and field(id, 'status')
  if status == 'queued' or status == 'started' then return true end
  return rcall('ZCOUNT', executionsKey(id), '(' .. SECONDS, '+inf') > 0
end

for _, limit in ipairs(rcall('SMEMBERS', P .. 'rl-keys')) do
  local key = P .. 'rl:' .. limit
  for _, id in ipairs(rcall('ZRANGE', key .. ':allowed', 0, -1)) do
    if not isHeld(id) then freed = freed + rcall('ZREM', key .. ':allowed', id) end
  end
  promote(limit)
  if rcall('EXISTS', key .. ':allowed', key .. ':rate_limited') == 0 then
    rcall('SREM', P .. 'rl-keys', limit)
    rcall('DEL', key)
  end
end
return { queued, freed }
