--[[
  Goes on telling the dependents of ended jobs, where a script stopped so as not to block Redis.

  KEYS  [1] any queue's base
  ARGV  [1] now in ms, [2] channel prefix, [3] how many at most
  Returns 1 if there may be more.
]]
release(tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]))
return rcall('EXISTS', root .. 'releases')
