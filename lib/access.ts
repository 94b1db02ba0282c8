import { createHash, timingSafeEqual } from 'node:crypto';
import type { Access } from './config/environment.ts';
import { NOBODY, verifyPassword } from './password.ts';

export type Authorisation = { readonly allowed: true; readonly user: string | null } | { readonly allowed: false };

const REFUSED: Authorisation = { allowed: false };
/** Longer headers hold no user name and password of ours. */
const LONGEST_HEADER = 2_048;
/** Hashing takes 32 MiB and a tenth of a second, on the threads that name look-ups need too: one at a time, and few that wait. */
const MOST_WAITING = 8;
const MOST_REMEMBERED = 64;

/** Digests of headers that were verified with the users' lines as they were, so that each request need not cost a hash. */
const remembered = new Map<string, string>();
let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/** Whether a request with this `Authorization` header may see the page. Says nothing of why not, and takes as long for a name that nobody has. */
export async function authorise(access: Access, header: string | null): Promise<Authorisation> {
  if (access.kind === 'public' || access.kind === 'vercel') return { allowed: true, user: null };
  if (access.kind === 'closed') return REFUSED;
  const given = basicCredentials(header);
  if (given === null) return REFUSED;
  const line = access.users.find((user) => user.name === given.name)?.hash ?? NOBODY;
  const digest = sha256(`${line}\n${given.name}\n${given.password}`).toString('base64');
  const user = remembered.get(digest);
  if (user !== undefined) return { allowed: true, user };
  if (!(await inTurn(() => verifyPassword(given.password, line)))) return REFUSED;
  remember(digest, given.name);
  return { allowed: true, user: given.name };
}

/** Whether the header is `Bearer` and the secret, compared in constant time. Without a secret nothing is. */
export function cronAuthorised(secret: string | null, header: string | null): boolean {
  if (secret === null || secret === '') return false;
  return timingSafeEqual(sha256(`Bearer ${secret}`), sha256(header ?? ''));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** RFC 7617: base64 of name:password, in UTF-8; null for anything else. */
function basicCredentials(header: string | null): { readonly name: string; readonly password: string } | null {
  if (header === null || header.length > LONGEST_HEADER) return null;
  const encoded = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 1 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Runs one after the other; with too many waiting, refuses at once. */
async function inTurn(verify: () => Promise<boolean>): Promise<boolean> {
  if (waiting >= MOST_WAITING) return false;
  waiting += 1;
  const mine = last.then(verify, verify);
  last = mine.catch(() => false);
  try {
    return await mine;
  } finally {
    waiting -= 1;
  }
}

function remember(digest: string, user: string): void {
  const oldest = remembered.keys().next();
  if (remembered.size >= MOST_REMEMBERED && !oldest.done) remembered.delete(oldest.value);
  remembered.set(digest, user);
}
