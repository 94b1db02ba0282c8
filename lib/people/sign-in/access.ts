import type { Access } from '../../config/environment/environment.ts';
import { LONGEST_PASSWORD, NOBODY, verifyPassword } from '../../config/environment/password.ts';
import { LONGEST_NAME, type Role } from '../../config/environment/status-users.ts';
import { processWide } from '../process-wide.ts';
import { networkOf } from './client-address.ts';
import { createSignIn, type SignIn } from './sign-in.ts';
import { same } from '../webhooks/signature.ts';

/**
 * Who looks, and what he may do; nobody by name where the page is open to all. Refused: `missing` credentials, `wrong` ones (`tried`: the user whose
 * password they guess, null for a name that there is not), or `busy`, where nothing was decided since too many wait.
 */
export type Authorisation =
  | { readonly allowed: true; readonly user: string | null; readonly role: Role }
  | { readonly allowed: false; readonly why: 'missing' | 'busy' }
  | { readonly allowed: false; readonly why: 'wrong'; readonly tried: string | null };

/** Nobody signs in, so nobody can be named as the one who changed something. */
const ANYBODY: Authorisation = { allowed: true, user: null, role: 'viewer' };
/** No user needs a longer header: a name, a colon, and a password whose letters have up to 3 bytes each, in base64. */
const LONGEST_HEADER = 'Basic '.length + 4 * Math.ceil((LONGEST_NAME + 1 + 3 * LONGEST_PASSWORD) / 3);

/** Everybody who signs in to this process, through whichever part of it. */
function processSignIn(): SignIn {
  const { signIn } = processWide('sign-in', () => ({
    signIn: createSignIn({ now: Date.now, timer, random: Math.random, verify: verifyPassword }),
  }));
  return signIn;
}

function timer(after: number, act: () => void): () => void {
  const timeout = setTimeout(act, after);
  return () => clearTimeout(timeout);
}

type Asking = {
  readonly header: string | null;
  /** Where the request came from. */
  readonly address: string;
};

/** Whether a request with this `Authorization` header may see the page. Takes as long for an unknown name as for a known one. */
export async function authorise(access: Access, { header, address }: Asking, signIn: SignIn = processSignIn()): Promise<Authorisation> {
  if (access.kind === 'public' || access.kind === 'vercel') return ANYBODY;
  if (header === null || header === '') return { allowed: false, why: 'missing' };
  const given = basicCredentials(header);
  if (access.kind === 'closed' || given === null) return { allowed: false, why: 'wrong', tried: null };
  const { name, password } = given;
  const user = access.users.find((known) => known.name === name);
  const verdict = await signIn({ name, password, hash: user?.hash ?? NOBODY, address: networkOf(address) });
  if (verdict === 'busy') return { allowed: false, why: 'busy' };
  if (verdict === 'wrong' || user === undefined) return { allowed: false, why: 'wrong', tried: user?.name ?? null };
  return { allowed: true, user: user.name, role: user.role };
}

/** Whether the header is `Bearer` and the secret, compared in constant time. False if no secret is set. */
export function bearerAuthorised(secret: string | null, header: string | null): boolean {
  return secret !== null && secret !== '' && same(`Bearer ${secret}`, header ?? '');
}

/** RFC 7617: base64 of name:password, in UTF-8; null for anything else. */
function basicCredentials(header: string): { readonly name: string; readonly password: string } | null {
  const encoded = header.length > LONGEST_HEADER ? undefined : /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 1 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}
