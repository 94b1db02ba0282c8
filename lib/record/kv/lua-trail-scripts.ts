// Lua for the log, by the rules that lua-scripts.ts begins with.

/**
 * KEYS audit trail, its tip, and the mark of something that is written once, where it is. ARGV seconds that the mark lasts, tip that the acts follow or '',
 * tip after them, number of the first, then the acts. → ['appended'] | ['known'], where the mark is there | ['behind', tip].
 * An act that stands there already in the same words is one whose first answer was lost.
 */
export const APPEND_TO_TRAIL = `
if redis.call('HGET', KEYS[1], ARGV[4]) == ARGV[5] then return { 'appended' } end
if KEYS[3] and redis.call('EXISTS', KEYS[3]) == 1 then return { 'known' } end
local tip = redis.call('GET', KEYS[2]) or ''
if tip ~= ARGV[2] then return { 'behind', tip } end
if KEYS[3] then redis.call('SET', KEYS[3], '1', 'EX', ARGV[1]) end
for i = 5, #ARGV do redis.call('HSET', KEYS[1], string.format('%d', ARGV[4] + i - 5), ARGV[i]) end
redis.call('SET', KEYS[2], ARGV[3])
return { 'appended' }`;

/**
 * KEYS audit trail, its tip, packed days, the number of the last packed entry. ARGV number below which to look or '', most, moment from which and to which
 * entries are wanted or '', '1' without routine entries, then how the text of one ends. → entries, newest first, then packed days, newest first, that have
 * as many as are still wanted. A packed day is there whole: its reader leaves out what was not asked for. An entry that is gone is left out. The last packed
 * day of the period is found by halves, since each step reads a packed day. One older day between newer ones is what a clock leaves that was set back, and
 * one newer between older ones what a clock leaves that was ahead: only three older in a row, or four newer, are the end of the period.
 */
export const LIST_TRAIL = `
local texts, found, most, packed = {}, 0, tonumber(ARGV[2]), tonumber(redis.call('GET', KEYS[4]) or '0')
local from = tonumber(string.match(redis.call('GET', KEYS[2]) or '0', '^%d+'))
if ARGV[1] ~= '' and tonumber(ARGV[1]) <= from then from = tonumber(ARGV[1]) - 1 end
for number = from, packed + 1, -1 do
  if found >= most then break end
  local text = redis.call('HGET', KEYS[1], string.format('%d', number))
  local at = string.match(text or '', '"at":"([^"]+)"') or ''
  local wanted = text and at >= ARGV[3] and (ARGV[4] == '' or at <= ARGV[4])
  if wanted and ARGV[5] == '1' then
    for i = 6, #ARGV do if string.sub(text, -#ARGV[i]) == ARGV[i] then wanted = false end end
  end
  if wanted then found = found + 1; texts[#texts + 1] = text end
end
local member, days, older = nil, '^%d+|(%d+)|%d+|([%d-]+)|', 0
local firstDay, lastDay = string.sub(ARGV[3], 1, 10), string.sub(ARGV[4], 1, 10)
if found < most and lastDay ~= '' then
  local count, newest, low = redis.call('ZCARD', KEYS[3]), 0, 0
  local function passes(place)
    local last, day = string.match(redis.call('ZRANGE', KEYS[3], place, place)[1], days)
    if day <= lastDay then low, newest = place + 1, tonumber(last) end
    return day <= lastDay
  end
  local goesOn = true
  while goesOn do
    local high = count
    while low < high do
      local middle = math.floor((low + high) / 2)
      if not passes(middle) then high = middle end
    end
    goesOn = false
    for ahead = 1, 3 do
      if not goesOn and low + ahead < count then goesOn = passes(low + ahead) end
    end
  end
  from = math.min(from, newest)
end
if found < most then
  member = redis.call('ZRANGEBYSCORE', KEYS[3], from, '+inf', 'LIMIT', 0, 1)[1]
  if not member or tonumber(string.match(member, '^%d+')) > from then member = redis.call('ZREVRANGEBYSCORE', KEYS[3], from, '-inf', 'LIMIT', 0, 1)[1] end
end
while member and found < most and older < 3 do
  local first, last, acts, day = string.match(member, '^(%d+)|(%d+)|(%d+)|([%d-]+)|')
  local has, isWithin = tonumber(last) - tonumber(first) + 1, day >= firstDay and (lastDay == '' or day <= lastDay)
  if ARGV[5] == '1' then has = tonumber(acts) end
  if day < firstDay then older = older + 1 else older = 0 end
  if has > 0 and isWithin then texts[#texts + 1] = string.match(member, '|(gz:.*)$') end
  if isWithin and day ~= firstDay and day ~= lastDay then
    if tonumber(last) <= from then found = found + has elseif ARGV[5] ~= '1' then found = found + from - tonumber(first) + 1 end
  end
  member = redis.call('ZREVRANGEBYSCORE', KEYS[3], '(' .. first, '-inf', 'LIMIT', 0, 1)[1]
end
return texts`;

/**
 * KEYS audit trail, its tip, packed days, the number of the last packed entry. ARGV most, day before which packed days are forgotten.
 * → [number of the last packed, entries that are not packed, oldest first, 'number|hash' of the last that is to be forgotten or ''].
 */
export const LIST_UNPACKED = `
local packed, texts, forget = tonumber(redis.call('GET', KEYS[4]) or '0'), {}, ''
local tip = tonumber(string.match(redis.call('GET', KEYS[2]) or '0', '^%d+'))
for number = packed + 1, math.min(tip, packed + tonumber(ARGV[1])) do
  texts[#texts + 1] = redis.call('HGET', KEYS[1], string.format('%d', number))
end
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', '+inf', 'LIMIT', 0, 50)) do
  local last, day, hash = string.match(member, '^%d+|(%d+)|%d+|([%d-]+)|(%x+)|')
  if day >= ARGV[2] then break end
  forget = last .. '|' .. hash
end
return { string.format('%d', packed), texts, forget }`;

/**
 * KEYS audit trail, packed days, the number of the last packed entry. ARGV number of the last packed as it was read, that after these, number up to which
 * packed days are forgotten, then packed days. → 1, or 0 where another process packed meanwhile.
 */
export const PACK_TRAIL = `
local packed = tonumber(redis.call('GET', KEYS[3]) or '0')
if packed ~= tonumber(ARGV[1]) then return 0 end
for i = 4, #ARGV do redis.call('ZADD', KEYS[2], string.match(ARGV[i], '^%d+|(%d+)|'), ARGV[i]) end
for number = packed + 1, tonumber(ARGV[2]) do redis.call('HDEL', KEYS[1], string.format('%d', number)) end
if #ARGV > 3 then redis.call('SET', KEYS[3], ARGV[2]) end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[3])
return 1`;
