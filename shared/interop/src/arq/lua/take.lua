--[[
  Takes jobs that are due and that nobody has: locks each, counts the try and fetches it.

  KEYS  the queues (sorted sets of ids by when they are due in ms), in order of precedence
  ARGV  [1] now in ms, [2] how many at most, [3] ms the lock is held without a sign of life
        [4] the lock's value
  Returns for each job: index of its queue, id, when it was due, what its client wrote or false, which try
        this is, 1 if its client wants it stopped.
]]
local now, most, found = tonumber(ARGV[1]), tonumber(ARGV[2]), {}
for index, queue in ipairs(KEYS) do
  local due = redis.call('ZRANGEBYSCORE', queue, '-inf', now, 'WITHSCORES', 'LIMIT', 0, math.max(most * 5, 100))
  for at = 1, #due, 2 do
    if #found == most then return found end
    local id, score = due[at], due[at + 1]
    -- ARQ takes a score of 0 for none.
    if score ~= '0' and redis.call('SET', 'arq:in-progress:' .. id, ARGV[4], 'NX', 'PX', ARGV[3]) then
      local try = redis.call('INCR', 'arq:retry:' .. id)
      redis.call('EXPIRE', 'arq:retry:' .. id, 88400)
      found[#found + 1] = {
        index, id, score, redis.call('GET', 'arq:job:' .. id), try, redis.call('ZREM', 'arq:abort', id),
      }
    end
  end
end
return found
