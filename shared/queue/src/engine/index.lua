--[[
  Where jobs are found by what they are about. Comes after lanes.lua.

  An index is a sorted set "{prefix}:by:<name>" of "<queue>:<id>", by when the job ended or, while it
  has not, was enqueued. Ordinary jobs are in none, and a job leaves its indexes when its record does;
  what BullMQ's own scripts remove stays until a search comes across it.
    tag:<tag>, group:<group>  jobs that have one; `ix` in a job's hash names its own, joined by "\31"
    task:<task>, code:<code>  jobs that ended without a result
    word:<word>               failed ones, by the words of their reason
  "{prefix}:words" holds all words, so that one is found by its beginning.
]]
local INDEX_MAX_ENTRIES = 100000
local WORDS_A_REASON = 24
local WORD_BYTES = 40

-- Trims when a job ends, not when it is added: what waits is there anyway.
local function enlist(name, ref, at)
  local key = root .. 'by:' .. name
  rcall('ZADD', key, at, ref)
  local surplus = rcall('ZCARD', key) - INDEX_MAX_ENTRIES
  if surplus > 0 then rcall('ZREMRANGEBYRANK', key, 0, surplus - 1) end
end

local function eachName(names, visit)
  for name in string.gmatch(names .. '\31', '([^\31]*)\31') do visit(name) end
end

-- A job without tags and group has no names: nothing is done for it.
local function enlistUnder(names, ref, at)
  if names and names ~= '' then
    eachName(names, function(name) enlist(name, ref, at) end)
  end
end

local function unlistFrom(names, ref)
  if names and names ~= '' then
    eachName(names, function(name) rcall('ZREM', root .. 'by:' .. name, ref) end)
  end
end

-- As shared/queue/src/search/words.ts has it.
local function wordsOf(reason)
  local words, seen = {}, {}
  for word in string.gmatch(string.lower(reason), '[%w_\128-\255]+') do
    word = string.sub(word, 1, WORD_BYTES)
    if #word > 1 and not seen[word] then
      seen[word] = true
      words[#words + 1] = word
      if #words == WORDS_A_REASON then break end
    end
  end
  return words
end

local function hasWords(code) return code ~= 'cancelled' and code ~= 'expired' end

local function enlistDead(task, code, reason, ref, at)
  enlist('task:' .. task, ref, at)
  enlist('code:' .. code, ref, at)
  if not hasWords(code) then return end
  local words, vocabulary = wordsOf(reason), {}
  for i, word in ipairs(words) do
    enlist('word:' .. word, ref, at)
    vocabulary[2 * i - 1], vocabulary[2 * i] = 0, word
  end
  if #words > 0 then rcall('ZADD', root .. 'words', unpack(vocabulary)) end
end

local function unlistDead(task, code, reason, ref)
  rcall('ZREM', root .. 'by:task:' .. task, ref)
  rcall('ZREM', root .. 'by:code:' .. code, ref)
  if not hasWords(code) then return end
  for _, word in ipairs(wordsOf(reason)) do
    local key = root .. 'by:word:' .. word
    if rcall('ZREM', key, ref) == 1 and rcall('EXISTS', key) == 0 then rcall('ZREM', root .. 'words', word) end
  end
end

-- What an index calls the job of a key.
local function refOf(key) return string.sub(key, #root + 1) end
