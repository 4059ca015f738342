--[[
  Ends a run whose worker gives no sign of life any more, or one that another worker lost on its way.

  ARGV  [3] queue, [4] member of the registry of running jobs, or an id with [5] = "intermediate",
        [5] "wip" or "intermediate", [6] exception text in base64
  Returns "alive", "gone", "failed", "queued" or "scheduled".
]]
local queue, member, place = ARGV[3], ARGV[4], ARGV[5]
local id = member
if place == 'wip' then
  local score = tonumber(rcall('ZSCORE', P .. 'wip:' .. queue, member) or 'inf')
  if score > SECONDS then return 'alive' end
  rcall('ZREM', P .. 'wip:' .. queue, member)
  local colon = string.find(member, ':', 1, true)
  if colon and not isJob(member) then id = string.sub(member, 1, colon - 1) end
  if id ~= member then letGo(queue, id, string.sub(member, colon + 1)) end
elseif rcall('LREM', P .. 'queue:' .. queue .. ':intermediate', 1, id) == 0 then
  return 'gone'
end
if not isJob(id) then return 'gone' end
local status = field(id, 'status')
if place == 'wip' and status ~= 'started' then return 'gone' end
local again = retry(queue, id)
if again then return again end
fail(queue, id, 'failed', '2', 'exc_string', ARGV[6], 'worker_name', '')
return 'failed'
