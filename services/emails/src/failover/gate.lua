-- Whether a provider may be given a mail now, for the whole fleet.
-- KEYS[1] the provider's hash: failures (in a row), openUntil (ms), tat (ms, of the rate limit)
-- ARGV 'admit', max, perMs, failures that open, probe ms
--   returns {wait in ms, reason}: {0, ''} admits one mail; the reason is 'open' or 'rate'
-- ARGV 'succeeded'
-- ARGV 'failed', failures that open, open ms, longest open ms, hold ms that the provider asked for
--   returns {how long it is not asked in ms, ''}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function number(field)
  return tonumber(redis.call('HGET', KEYS[1], field) or '0')
end

local function keep()
  redis.call('PEXPIRE', KEYS[1], 86400000)
end

if ARGV[1] == 'succeeded' then
  redis.call('HDEL', KEYS[1], 'failures', 'openUntil')
  return {0, ''}
end

if ARGV[1] == 'failed' then
  local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
  local threshold = tonumber(ARGV[2])
  local wait = tonumber(ARGV[5])
  if failures >= threshold then
    wait = math.max(wait, math.min(tonumber(ARGV[3]) * 2 ^ math.min(failures - threshold, 20), tonumber(ARGV[4])))
  end
  if wait > 0 then
    redis.call('HSET', KEYS[1], 'openUntil', math.max(number('openUntil'), now + wait))
  end
  keep()
  return {wait, ''}
end

local openUntil = number('openUntil')
if openUntil > now then
  return {openUntil - now, 'open'}
end

-- The rate limit as a virtual schedule (GCRA): max at once, then one every perMs / max.
local max = tonumber(ARGV[2])
if max > 0 then
  local perMs = tonumber(ARGV[3])
  local tat = math.max(number('tat'), now)
  local wait = tat - now - (perMs - perMs / max)
  if wait > 0 then
    return {math.ceil(wait), 'rate'}
  end
  redis.call('HSET', KEYS[1], 'tat', tat + perMs / max)
end

-- After an outage one mail tries whether it is over; the others wait for what becomes of it.
if number('failures') >= tonumber(ARGV[4]) then
  redis.call('HSET', KEYS[1], 'openUntil', now + tonumber(ARGV[5]))
end
keep()
return {0, ''}
