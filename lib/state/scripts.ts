/**
 * Lua that Redis runs at once and undivided, so that each is one command and one round trip. Every key is in KEYS, as
 * Upstash asks (https://upstash.com/docs/redis/overall/rediscompatibility). Numbers come and go as text: Lua's own
 * printing of a millisecond date would round it.
 */

/** KEYS head, lease. ARGV owner, now, until, skew, seconds until garbage. → [held 0|1, revision, head]. Same rule as `lease.ts`. */
export const LEASE = `
local stored, held = redis.call('GET', KEYS[2]), 1
if stored then
  local owner, takenAt, till = string.match(stored, '^(.*)|(%d+)|(%d+)$')
  local now = tonumber(ARGV[2])
  if owner and owner ~= ARGV[1] and now < tonumber(till) and tonumber(takenAt) <= now + tonumber(ARGV[4]) then held = 0 end
end
if held == 1 then redis.call('SET', KEYS[2], ARGV[1] .. '|' .. ARGV[2] .. '|' .. ARGV[3], 'EX', ARGV[5]) end
local head = redis.call('HMGET', KEYS[1], 'rev', 'data')
return { held, head[1], head[2] }`;

/** KEYS blobs. ARGV seconds to live, then the texts. One that is there stays as it is: a request that arrives late must not make an adopted blob expire. */
export const WRITE_BLOBS = `
for i, key in ipairs(KEYS) do redis.call('SET', key, ARGV[i + 1], 'EX', ARGV[1], 'NX') end
return #KEYS`;

/**
 * KEYS head, lease, history, then the adopted blobs, then the dropped ones.
 * ARGV expected revision, writer, head, number of adopted, seconds a dropped blob stays, owner to release or '',
 * most of history, seconds of history, moment before which history is forgotten, then history as 'endedAt|text', oldest first.
 * → ['swapped', revision] | ['lost', revision, head] | ['missing', key]
 * The second of two equal requests is one whose first answer was lost: it is told the same and changes nothing.
 */
export const SWAP = `
local head = redis.call('HMGET', KEYS[1], 'rev', 'by', 'data')
local rev, expected, adopted = tonumber(head[1] or '0'), tonumber(ARGV[1]), tonumber(ARGV[4])
if rev ~= expected then
  if rev == expected + 1 and head[2] == ARGV[2] and head[3] == ARGV[3] then return { 'swapped', head[1] } end
  return { 'lost', head[1], head[3] }
end
for i = 4, 3 + adopted do
  if redis.call('EXISTS', KEYS[i]) == 0 then return { 'missing', KEYS[i] } end
end
redis.call('HSET', KEYS[1], 'rev', string.format('%d', rev + 1), 'by', ARGV[2], 'data', ARGV[3])
for i = 4, 3 + adopted do redis.call('PERSIST', KEYS[i]) end
for i = 4 + adopted, #KEYS do redis.call('EXPIRE', KEYS[i], ARGV[5]) end
for i = 10, #ARGV do redis.call('LPUSH', KEYS[3], ARGV[i]) end
if #ARGV > 9 then
  redis.call('LTRIM', KEYS[3], 0, tonumber(ARGV[7]) - 1)
  redis.call('EXPIRE', KEYS[3], ARGV[8])
end
local oldest = redis.call('LINDEX', KEYS[3], -1)
while oldest and tonumber(string.match(oldest, '^%d+')) < tonumber(ARGV[9]) do
  redis.call('RPOP', KEYS[3])
  oldest = redis.call('LINDEX', KEYS[3], -1)
end
if ARGV[6] ~= '' then
  local lease = redis.call('GET', KEYS[2])
  if lease and string.match(lease, '^(.*)|%d+|%d+$') == ARGV[6] then redis.call('DEL', KEYS[2]) end
end
return { 'swapped', string.format('%d', rev + 1) }`;
