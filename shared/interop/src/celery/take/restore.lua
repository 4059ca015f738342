--[[
  Gives held messages back to their queues, next to be taken unless told otherwise. One that is held no more,
  or by somebody who wrote it anew, is left alone.

  KEYS  [1] unacked, [2] its index, [3…] a list for each message
  ARGV  [1] "RPUSH" or "LPUSH", then for each message: its tag, what it is held as or "" for anything, the
        message as it is to lie in the queue
  Returns how many were given back.
]]
local restored = 0
for at = 2, #ARGV, 3 do
  local tag, expected, message = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local held = redis.call('HGET', KEYS[1], tag)
  if held and (expected == '' or held == expected) then
    redis.call('HDEL', KEYS[1], tag)
    redis.call('ZREM', KEYS[2], tag)
    redis.call(ARGV[1], KEYS[3 + (at - 2) / 3], message)
    restored = restored + 1
  end
end
return restored
