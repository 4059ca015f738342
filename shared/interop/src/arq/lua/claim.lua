--[[
  A worker begins to run a job: makes sure that it is still ours to run.

  KEYS  [1] the queue
  ARGV  [1] id, [2] ms the lock is held, [3] the value of our locks before a run, [4] this run's value
  Returns false if somebody else has the job or it is over, else: which try this is, what its client wrote
        or false.
]]
local id = ARGV[1]
local lock, tries = 'arq:in-progress:' .. id, 'arq:retry:' .. id
local holder = redis.call('GET', lock)
if not redis.call('ZSCORE', KEYS[1], id) then return false end
if holder and string.sub(holder, 1, #ARGV[3]) ~= ARGV[3] then return false end
-- After an earlier run of ours that died, or a lock that lapsed meanwhile, this is another try.
if holder ~= ARGV[3] and holder ~= ARGV[4] then
  redis.call('INCR', tries)
  redis.call('EXPIRE', tries, 88400)
end
redis.call('SET', lock, ARGV[4], 'PX', ARGV[2])
return { tonumber(redis.call('GET', tries) or 1), redis.call('GET', 'arq:job:' .. id) }
