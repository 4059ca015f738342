--[[
  Takes messages and notes that they are held, as kombu does, in one step: it would lose those that it has
  popped and not noted when it dies.

  KEYS  [1] unacked, [2] its index, [3…] lists, in the order they are to be emptied
  ARGV  [1] how many at most, [2] start of the tags they are held by, [3] number of the first tag,
        [4…] the queue of each list
  Returns for each: place of its list (from 1), its tag, the message. What is no message that could be
  given back as it is, is held in the body of one that can.
]]
local now = redis.call('TIME')
local seconds = now[1] .. '.' .. string.format('%06d', tonumber(now[2]))
local want, tags, number = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])

-- Decoding is for the address only: what is held is the text as it came.
local MAX_DECODED = 16777216

-- Of a very large message only the end is looked at, where kombu has the properties.
local function infoOf(message)
  if #message > MAX_DECODED then
    local text = string.match(string.sub(message, -65536), '"delivery_info": *(%b{})')
    local ok, info = pcall(cjson.decode, text or 'null')
    return ok and info
  end
  local ok, envelope = pcall(cjson.decode, message)
  if not ok or type(envelope) ~= 'table' or type(envelope.properties) ~= 'table' then return nil end
  return type(envelope.body) == 'string' and envelope.properties.delivery_info
end

local function addressOf(message)
  local info = infoOf(message)
  if type(info) ~= 'table' then return nil end
  if type(info.exchange) ~= 'string' or type(info.routing_key) ~= 'string' then return nil end
  return cjson.encode(info.exchange) .. ', ' .. cjson.encode(info.routing_key)
end

local BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

local function base64(bytes)
  local parts = {}
  for at = 1, #bytes, 3 do
    local a, b, c = string.byte(bytes, at, at + 2)
    local sum = a * 65536 + (b or 0) * 256 + (c or 0)
    local function digit(shift)
      local index = math.floor(sum / shift) % 64 + 1
      return string.sub(BASE64, index, index)
    end
    parts[#parts + 1] = digit(262144) .. digit(4096) .. (b and digit(64) or '=') .. (c and digit(1) or '=')
  end
  return table.concat(parts)
end

local function wrapped(message, tag)
  return '{"body": "' .. base64(message) .. '", "content-encoding": "binary", "content-type": "application/data", '
    .. '"headers": {"taskyard_raw": true}, "properties": {"body_encoding": "base64", "delivery_tag": "' .. tag
    .. '", "delivery_info": {"exchange": "", "routing_key": '
end

local taken = {}
for place = 3, #KEYS do
  while want > 0 do
    local message = redis.call('RPOP', KEYS[place])
    if not message then break end
    want = want - 1
    local tag = tags .. number
    number = number + 1
    local address = addressOf(message)
    if not address then
      local queue = cjson.encode(ARGV[place + 1])
      message = wrapped(message, tag) .. queue .. '}}}'
      address = '"", ' .. queue
    end
    redis.call('HSET', KEYS[1], tag, '[' .. message .. ', ' .. address .. ']')
    redis.call('ZADD', KEYS[2], seconds, tag)
    taken[#taken + 1] = place - 2
    taken[#taken + 1] = tag
    taken[#taken + 1] = message
  end
  if want == 0 then break end
end
return taken
