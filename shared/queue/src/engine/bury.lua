--[[
  Deletes jobs that ended without a result, with all that is kept of them.

  KEYS  each queue's base
  ARGV  [1] 1 to tell only what would be done, then for each job: index into KEYS, id
  Returns for each job "done", or "gone" (it is no dead letter any more).
]]
local dry = ARGV[1] == '1'
local answers = {}
for at = 2, #ARGV, 2 do
  local base, id = KEYS[tonumber(ARGV[at])], ARGV[at + 1]
  local found = rcall('ZSCORE', base .. 'failed', id)
  if found and not dry then
    rcall('ZREM', base .. 'failed', id)
    rcall('ZREM', base .. 'expiry', id)
    removeKeys(base .. id)
    emit(base, 'event', 'removed', 'jobId', id, 'prev', 'failed')
  end
  answers[#answers + 1] = found and 'done' or 'gone'
end
return answers
