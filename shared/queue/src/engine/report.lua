--[[
  Stores a running job's progress and tells whoever watches it.

  KEYS  [1] the queue's base
  ARGV  [1] id, [2] progress as JSON, [3] channel prefix
  Returns 1, or 0 if the job is gone.
]]
local key = KEYS[1] .. ARGV[1]
if redis.call('EXISTS', key) == 0 then return 0 end
redis.call('HSET', key, 'progress', ARGV[2])
redis.call('PUBLISH', ARGV[3] .. ARGV[1], '{"status":"in_progress","progress":' .. ARGV[2] .. '}')
return 1
