--[[
  Puts jobs that ended without a result back to work, as if they had just been enqueued: their attempts
  begin anew, their errors and the fence stay.

  KEYS  each queue's base
  ARGV  [1] now in ms, [2] 1 to tell only what would be done, [3] engine priority (1 first) or "" for
        each job's own, [4] attempts or "" for each job's own, then for each job: index into KEYS, id,
        when it is due in ms (0 = at once)
  Returns for each job "done", "gone" (it is no dead letter any more), "inputs" (it never had all that it
        waits for) or "held\31<id>" (another job holds its unique key).
]]
local now, dry = tonumber(ARGV[1]), ARGV[2] == '1'
local ROUNDS_KEPT = 3
local woken, delayed = {}, {}

-- Errors of the rounds before stand in "err:<round>.<n>", those of the first in "err:<n>".
local function dropOldErrors(key, round)
  if round < ROUNDS_KEPT then return end
  for _, field in ipairs(rcall('HKEYS', key)) do
    if string.sub(field, 1, 4) == 'err:' then
      local of = tonumber(string.match(field, '^err:(%d+)%.') or 0)
      if of <= round - ROUNDS_KEPT then rcall('HDEL', key, field) end
    end
  end
end

local function stand(base, id, fields, due)
  if fields.qtn then
    suspect(base, id, now)
  elseif due > now then
    delayUntil(base, id, due)
    delayed[base] = true
    return
  else
    place(base, id, fields.priority, fields.lane, false)
  end
  emit(base, 'event', 'waiting', 'jobId', id, 'prev', 'failed')
  woken[base] = true
end

local NAMES = { 'name', 'priority', 'lane', 'fc', 'failedReason', 'ix', 'timestamp', 'pend', 'join', 'uniq', 'qtn' }

local function redrive(base, id, due)
  local key = base .. id
  local expiry = rcall('ZSCORE', base .. 'expiry', id)
  if not rcall('ZSCORE', base .. 'failed', id) or (expiry and tonumber(expiry) <= now) then return 'gone' end
  local fields = {}
  for i, value in ipairs(rcall('HMGET', key, unpack(NAMES))) do fields[NAMES[i]] = value end
  if not fields.name then return 'gone' end
  if fields.join or tonumber(fields.pend or 0) > 0 then return 'inputs' end
  -- A key held for a time is about enqueuing, which this is not.
  local unique = fields.uniq and string.sub(fields.uniq, 1, 3) ~= 'for' and fields.uniq
  local holder = unique and holderOf(base, unique, id)
  if holder then return 'held\31' .. holder end
  if dry then return 'done' end
  if unique then hold(base, unique, id) end

  rcall('ZREM', base .. 'failed', id)
  rcall('ZREM', base .. 'expiry', id)
  if fields.fc then unlistDead(fields.name, fields.fc, fields.failedReason, refOf(key)) end
  enlistUnder(fields.ix, refOf(key), fields.timestamp)
  rcall('HDEL', key, 'failedReason', 'finishedOn', 'processedOn', 'fc', 'atm', 'cancelled', 'lost', 'progress',
    'tries', 'stc', 'doom')
  dropOldErrors(key, rcall('HINCRBY', key, 'rdv', 1))
  if ARGV[3] ~= '' then
    fields.priority = ARGV[3]
    rcall('HSET', key, 'priority', ARGV[3])
  end
  if ARGV[4] ~= '' then rcall('HSET', key, 'tries', ARGV[4]) end
  rcall('HSET', key, 'delay', math.max(due - now, 0))
  stand(base, id, fields, due)
  return 'done'
end

local answers = {}
for at = 5, #ARGV, 3 do
  answers[#answers + 1] = redrive(KEYS[tonumber(ARGV[at])], ARGV[at + 1], tonumber(ARGV[at + 2]))
end
for base in pairs(woken) do wake(base) end
for base in pairs(delayed) do wakeWhenDue(base) end
return answers
