--[[
  Lets a job go: it is due again at a time, for anybody.

  KEYS  [1] the queue
  ARGV  [1] id, [2] when it is due in ms or "" to leave it, [3] what our lock's value begins with, [4] 1 if
        this was no try
  Returns 1, or 0 if somebody else has the job.
]]
local id = ARGV[1]
local lock = 'arq:in-progress:' .. id
local holder = redis.call('GET', lock)
if holder and string.sub(holder, 1, #ARGV[3]) ~= ARGV[3] then return 0 end
if ARGV[2] ~= '' then redis.call('ZADD', KEYS[1], 'XX', ARGV[2], id) end
if ARGV[4] == '1' and holder and redis.call('EXISTS', 'arq:retry:' .. id) == 1 then
  redis.call('DECR', 'arq:retry:' .. id)
end
redis.call('DEL', lock)
return 1
