import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

type Parameters = { readonly cost: number; readonly blockSize: number; readonly parallel: number };
type Parsed = Parameters & { readonly salt: Buffer; readonly hash: Buffer };

/** OWASP's Password Storage Cheat Sheet, the row for 32 MiB: N = 2^15, r = 8, p = 3. */
const STANDARD: Parameters = { cost: 2 ** 15, blockSize: 8, parallel: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** No line of STATUS_USERS may make one request cost more than this. */
const MOST_MEMORY = 256 * 1024 * 1024;
/** Longer passwords are refused unhashed. */
export const LONGEST_PASSWORD = 1_024;

/** `scrypt.N.r.p.salt.hash`, in base64url. Dots and not dollar signs, since shells, Compose and `.env` readers expand `$8` to nothing. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, STANDARD, HASH_BYTES);
  return ['scrypt', STANDARD.cost, STANDARD.blockSize, STANDARD.parallel, salt.toString('base64url'), hash.toString('base64url')].join('.');
}

/** Whether the text is one that `hashPassword` made, with a cost within bounds. */
export function isPasswordHash(text: string): boolean {
  return parse(text) !== null;
}

/** The least work of the sheet's rows: N = 2^13, r = 8, p = 10. */
const LEAST_WORK = work({ cost: 2 ** 13, blockSize: 8, parallel: 10 });

/** Whether its N is smaller than in what `hashPassword` makes, or guessing its password takes less memory, or less work than the least that is advised. */
export function isWeakHash(text: string): boolean {
  const parsed = parse(text);
  if (parsed === null) return false;
  const { cost, blockSize } = parsed;
  return cost < STANDARD.cost || cost * blockSize < STANDARD.cost * STANDARD.blockSize || work(parsed) < LEAST_WORK;
}

function work({ cost, blockSize, parallel }: Parameters): number {
  return cost * blockSize * parallel;
}

/** Compares in constant time. A text that is no hash never matches. */
export async function verifyPassword(password: string, text: string): Promise<boolean> {
  const parsed = parse(text);
  if (parsed === null || password.length > LONGEST_PASSWORD) return false;
  const hash = await derive(password, parsed.salt, parsed, parsed.hash.length);
  return timingSafeEqual(hash, parsed.hash);
}

/** A hash that no password has, at the usual cost: what an unknown user is compared with. */
export const NOBODY = ['scrypt', STANDARD.cost, STANDARD.blockSize, STANDARD.parallel, 'A'.repeat(22), 'A'.repeat(43)].join('.');

function parse(text: string): Parsed | null {
  const found = /^scrypt\.(\d{1,8})\.(\d{1,2})\.(\d{1,2})\.([\w-]{22,86})\.([\w-]{43,86})$/.exec(text);
  if (found === null) return null;
  const [, cost, blockSize, parallel, salt = '', hash = ''] = found;
  const parameters = { cost: Number(cost), blockSize: Number(blockSize), parallel: Number(parallel) };
  return affordable(parameters) ? { ...parameters, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') } : null;
}

function affordable({ cost, blockSize, parallel }: Parameters): boolean {
  const powerOfTwo = cost > 1 && Number.isInteger(Math.log2(cost));
  return powerOfTwo && blockSize > 0 && parallel > 0 && parallel <= 16 && memory({ cost, blockSize, parallel }) <= MOST_MEMORY;
}

/** RFC 7914: 128·N·r bytes, and 128·r·p beside them. */
function memory({ cost, blockSize, parallel }: Parameters): number {
  return 128 * blockSize * (cost + parallel + 2);
}

function derive(password: string, salt: Buffer, parameters: Parameters, bytes: number): Promise<Buffer> {
  const { cost, blockSize, parallel } = parameters;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // One spelling of each accented letter, whatever the keyboard.
  const options = { N: cost, r: blockSize, p: parallel, maxmem: 2 * memory(parameters) };
  scrypt(password.normalize('NFC'), salt, bytes, options, (error, hash) => (error === null ? resolve(hash) : reject(error)));
  return promise;
}
