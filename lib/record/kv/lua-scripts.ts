import { HISTORY_FORGET_MOST } from '../store.ts';

/**
 * Lua that Redis runs at once and undivided, so that each is one command and one round trip. Every key is in KEYS, as
 * Upstash asks (https://upstash.com/docs/redis/overall/rediscompatibility). Numbers come and go as text: Lua's own
 * printing of a millisecond date would round it.
 */

/** KEYS head, lease, tip of the audit trail. ARGV owner, now, until, skew, seconds until garbage. → [held 0|1, revision, head, owner before, tip]. Same rules as `lease.ts`. */
export const LEASE = `
local stored, held, owner, takenAt, till, before = redis.call('GET', KEYS[2]), 1, nil, nil, nil, ''
if stored then
  owner, takenAt, till, before = string.match(stored, '^([^|]*)|(%d+)|(%d+)|?(.*)$')
  local now = tonumber(ARGV[2])
  if owner and owner ~= ARGV[1] and now < tonumber(till) and tonumber(takenAt) <= now + tonumber(ARGV[4]) then held = 0 end
end
if owner ~= ARGV[1] then before = owner or '' end
if held == 1 then redis.call('SET', KEYS[2], table.concat({ ARGV[1], ARGV[2], ARGV[3], before }, '|'), 'EX', ARGV[5]) end
local head = redis.call('HMGET', KEYS[1], 'rev', 'data')
return { held, head[1], head[2], before ~= '' and before, redis.call('GET', KEYS[3]) }`;

/** KEYS blobs. ARGV seconds to live, then the texts. One that is there stays as it is: a request that arrives late must not make an adopted blob expire. */
export const WRITE_BLOBS = `
for i, key in ipairs(KEYS) do redis.call('SET', key, ARGV[i + 1], 'EX', ARGV[1], 'NX') end
return #KEYS`;

/**
 * KEYS head, lease, incidents that ended, records, texts of those incidents, history of earlier versions, then the adopted blobs, then the dropped ones, then of each record its own key and those of its pieces,
 * then, where there are acts, the audit trail and its tip.
 * ARGV expected revision, writer, head, number of adopted, seconds a dropped blob stays, owner to release or '',
 * most of history, seconds of history, moment before which history is forgotten, number of dropped, number of history,
 * bound below which records are to be forgotten or '', most of them, number of acts, tip that they follow or '', tip after them, number of the
 * first, then of each incident of history when it ended, its place and its text, then of each record its place, its text and the number of its pieces, then the acts.
 * → ['swapped', revision, places to forget] | ['lost', revision, head] | ['missing', key] | ['behind', tip of the trail]
 * The second of two equal requests is one whose first answer was lost: it gets the same answer and changes nothing.
 * A record that is there stays as it is, and the pieces that came with another of its id go on expiring.
 */
export const SWAP = `
local head = redis.call('HMGET', KEYS[1], 'rev', 'by', 'data')
local rev, expected, adopted = tonumber(head[1] or '0'), tonumber(ARGV[1]), tonumber(ARGV[4])
local lastDropped, lastHistory, acts = 6 + adopted + tonumber(ARGV[10]), 17 + 3 * tonumber(ARGV[11]), tonumber(ARGV[14])
if rev ~= expected then
  if rev == expected + 1 and head[2] == ARGV[2] and head[3] == ARGV[3] then return { 'swapped', head[1], {} } end
  return { 'lost', head[1], head[3] }
end
for i = 7, 6 + adopted do
  if redis.call('EXISTS', KEYS[i]) == 0 then return { 'missing', KEYS[i] } end
end
local key, records = lastDropped + 1, {}
for i = lastHistory + 1, #ARGV - acts, 3 do
  local pieces = tonumber(ARGV[i + 2])
  if redis.call('EXISTS', KEYS[key]) == 0 then
    for piece = key + 1, key + pieces do
      if redis.call('EXISTS', KEYS[piece]) == 0 then return { 'missing', KEYS[piece] } end
    end
    records[#records + 1] = { key = key, place = ARGV[i], text = ARGV[i + 1], pieces = pieces }
  end
  key = key + 1 + pieces
end
if acts > 0 then
  local tip = redis.call('GET', KEYS[#KEYS]) or ''
  if tip ~= ARGV[15] then return { 'behind', tip } end
  for i = 1, acts do redis.call('HSET', KEYS[#KEYS - 1], string.format('%d', ARGV[17] + i - 1), ARGV[#ARGV - acts + i]) end
  redis.call('SET', KEYS[#KEYS], ARGV[16])
end
redis.call('HSET', KEYS[1], 'rev', string.format('%d', rev + 1), 'by', ARGV[2], 'data', ARGV[3])
for i = 7, 6 + adopted do redis.call('PERSIST', KEYS[i]) end
for i = 7 + adopted, lastDropped do redis.call('EXPIRE', KEYS[i], ARGV[5]) end
for i = 18, lastHistory, 3 do
  redis.call('ZADD', KEYS[3], ARGV[i], ARGV[i + 1])
  redis.call('HSET', KEYS[5], ARGV[i + 1], ARGV[i + 2])
end
local past = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', '(' .. ARGV[9], 'LIMIT', 0, ${HISTORY_FORGET_MOST})
if lastHistory > 17 then
  for _, key in ipairs({ KEYS[3], KEYS[5] }) do redis.call('EXPIRE', key, ARGV[8]) end
  local over = math.min(redis.call('ZCARD', KEYS[3]) - tonumber(ARGV[7]), ${HISTORY_FORGET_MOST})
  if over > #past then past = redis.call('ZRANGE', KEYS[3], 0, over - 1) end
end
for _, place in ipairs(past) do
  redis.call('ZREM', KEYS[3], place)
  redis.call('HDEL', KEYS[5], place)
end
local oldest = redis.call('LINDEX', KEYS[6], -1)
while oldest and tonumber(string.match(oldest, '^%d+')) < tonumber(ARGV[9]) do
  redis.call('RPOP', KEYS[6])
  oldest = redis.call('LINDEX', KEYS[6], -1)
end
if oldest then redis.call('PERSIST', KEYS[6]) end
for _, record in ipairs(records) do
  if redis.call('SET', KEYS[record.key], record.text, 'NX') then
    redis.call('ZADD', KEYS[4], 0, record.place)
    for piece = record.key + 1, record.key + record.pieces do redis.call('PERSIST', KEYS[piece]) end
  end
end
if ARGV[6] ~= '' then
  local lease = redis.call('GET', KEYS[2])
  if lease and string.match(lease, '^([^|]*)|%d+|%d+') == ARGV[6] then redis.call('DEL', KEYS[2]) end
end
local due = {}
if ARGV[12] ~= '' then due = redis.call('ZRANGEBYLEX', KEYS[4], '-', '(' .. ARGV[12], 'LIMIT', 0, ARGV[13]) end
return { 'swapped', string.format('%d', rev + 1), due }`;

/**
 * KEYS incidents that ended, their texts, history of earlier versions. ARGV moment at or after which they ended, place below which they are, most.
 * → [texts, the last opened first; entries of earlier versions, all of them].
 */
export const FIND_INCIDENTS = `
local found, texts = {}, {}
for _, place in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf')) do
  if place < ARGV[2] then found[#found + 1] = place end
end
table.sort(found, function(one, other) return one > other end)
for i = 1, math.min(#found, tonumber(ARGV[3])) do
  local text = redis.call('HGET', KEYS[2], found[i])
  if text then texts[#texts + 1] = text end
end
return { texts, redis.call('LRANGE', KEYS[3], 0, -1) }`;

/**
 * KEYS records. ARGV bound below which to look or '', most, kind or '', bound from which to look or '', then digests of which one is to be corrected, where it
 * matters.
 * → places, newest first. By name and not by score: two records of one millisecond keep an order that a page can end within.
 */
export const FIND_RECORDS = `
local found, corrected, most, step = {}, {}, tonumber(ARGV[2]), 500
local from, till = '+', '-'
if ARGV[1] ~= '' then from = '(' .. ARGV[1] end
if ARGV[4] ~= '' then till = '[' .. ARGV[4] end
for i = 5, #ARGV do corrected[ARGV[i]] = true end
while #found < most do
  local places = redis.call('ZREVRANGEBYLEX', KEYS[1], from, till, 'LIMIT', 0, step)
  for _, place in ipairs(places) do
    local kind, corrects = string.match(place, '^%d+|%x+|([%a-]+)|(%x*)$')
    local fits = (ARGV[3] == '' or kind == ARGV[3]) and (#ARGV < 5 or corrected[corrects])
    if fits and #found < most then found[#found + 1] = place end
  end
  if #places < step then break end
  from = '(' .. places[#places]
end
return found`;

/** KEYS records, then everything that is kept of those to forget. ARGV their places. */
export const FORGET_RECORDS = `
for _, place in ipairs(ARGV) do redis.call('ZREM', KEYS[1], place) end
for i = 2, #KEYS do redis.call('DEL', KEYS[i]) end
return #ARGV`;
