--[[
  Finds the active jobs whose locks a worker holds.

  KEYS  [1] the queue's base
  ARGV  [1] what the worker's tokens start with
  Returns { id, token, lane, "1" if jobs wait for it, what it is indexed under } for each.
]]
local base, found = KEYS[1], {}
for _, id in ipairs(redis.call('LRANGE', base .. 'active', 0, -1)) do
  local token = redis.call('GET', base .. id .. ':lock')
  if token and string.sub(token, 1, #ARGV[1]) == ARGV[1] then
    local fields = redis.call('HMGET', base .. id, 'lane', 'deps', 'ix')
    found[#found + 1] = { id, token, fields[1] or '', fields[2] and '1' or '', fields[3] or '' }
  end
end
return found
