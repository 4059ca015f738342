--[[
  Reads all that is known of one job.

  KEYS  [1] the queue's base
  ARGV  [1] id, [2] now in ms
  Returns nil, or { state, due in ms or "", fields and values }; a job whose time is over is gone even
  if nobody has swept it yet. States: finished, active, delayed, waiting-children, waiting.
]]
local base, id = KEYS[1], ARGV[1]
local key = base .. id
local fields = rcall('HGETALL', key)
if #fields == 0 then return nil end
for i = 1, #fields, 2 do
  if fields[i] == 'finishedOn' then
    local expiry = rcall('ZSCORE', base .. 'expiry', id)
    if expiry and tonumber(expiry) <= tonumber(ARGV[2]) then return nil end
    return { 'finished', '', fields }
  end
end
if rcall('EXISTS', key .. ':lock') == 1 then return { 'active', '', fields } end
local due = rcall('ZSCORE', base .. 'delayed', id)
if due then
  return { 'delayed', string.format('%.0f', math.floor(tonumber(due) / 0x1000)), fields }
end
if rcall('ZSCORE', base .. 'waiting-children', id) then return { 'waiting-children', '', fields } end
return { 'waiting', '', fields }
