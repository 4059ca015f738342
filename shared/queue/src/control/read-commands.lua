--[[
  Reads the commands that came after the last one seen.

  KEYS  [1] the stream of commands
  ARGV  [1] id of the last one seen, [2] how many at most
  Returns { now in ms, entries }: a command's id says when it was sent by the same clock.
]]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return { now, redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2]) }
