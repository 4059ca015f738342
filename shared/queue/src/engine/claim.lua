--[[
  Adds a job for somebody else's message that lies in a list of this server, and takes the message from its
  list: both or neither.

  KEYS, ARGV  as add.lua has them, for one job, then: the list's database, ours, the list, the message
  Returns { what add.lua returns, how many messages the list still has }, or false if the message is not
        the next in its list any more. It stays there unless the job was added.
]]
local message, list = table.remove(ARGV), table.remove(ARGV)
local own, theirs = table.remove(ARGV), table.remove(ARGV)

redis.call('SELECT', theirs)
local isNext = redis.call('LINDEX', list, -1) == message
redis.call('SELECT', own)
if not isNext then return false end

local function add()
  --[[add]]
end

local answers = add()
redis.call('SELECT', theirs)
-- Last: a script that fails on its way, in a full Redis say, has lost nothing.
if answers[1] == 0 then redis.call('RPOP', list) end
return { answers, redis.call('LLEN', list) }
