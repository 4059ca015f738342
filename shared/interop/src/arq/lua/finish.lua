--[[
  A job is over: result and removal at once, or a waiting client would see neither.

  KEYS  [1] the queue
  ARGV  [1] id, [2] the result or "", [3] ms it is kept, 0 = for ever, [4] the value that our lock must have,
        or begin with if [5] is 1, [6] ms that the lock stays, 0 = not at all
  Returns 1, or 0 if somebody else has the job or it is over already.
]]
local id = ARGV[1]
local lock = 'arq:in-progress:' .. id
local holder = redis.call('GET', lock)
local ours = holder and (holder == ARGV[4] or (ARGV[5] == '1' and string.sub(holder, 1, #ARGV[4]) == ARGV[4]))
if holder and not ours then return 0 end
if not holder and not redis.call('ZSCORE', KEYS[1], id) then return 0 end
if ARGV[2] ~= '' then
  if ARGV[3] == '0' then
    redis.call('SET', 'arq:result:' .. id, ARGV[2])
  else
    redis.call('SET', 'arq:result:' .. id, ARGV[2], 'PX', ARGV[3])
  end
end
redis.call('ZREM', 'arq:abort', id)
redis.call('ZREM', KEYS[1], id)
redis.call('DEL', 'arq:retry:' .. id, 'arq:job:' .. id)
if ARGV[6] == '0' then redis.call('DEL', lock) else redis.call('PEXPIRE', lock, ARGV[6]) end
return 1
