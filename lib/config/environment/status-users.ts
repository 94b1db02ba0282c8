import type { Reading } from '../../domain/settings/parse-value.ts';
import { isPasswordHash } from './password.ts';

/** What a user may do: a viewer looks, a responder acknowledges, silences and writes notes too. */
export const ROLES = ['viewer', 'responder'] as const;
export type Role = (typeof ROLES)[number];

export type StatusUser = { readonly name: string; readonly hash: string; readonly role: Role };

/** One entry of STATUS_USERS: `name:hash`, with `:viewer` or `:responder` (the default) after it. */
export function statusUser(text: string): Reading<StatusUser> {
  const [name = '', hash = '', given = 'responder', ...rest] = text.split(':');
  if (rest.length > 0 || !isUserName(name) || !isPasswordHash(hash))
    return { ok: false, problem: 'is not a line that `npm run user -- NAME` printed' };
  const role = ROLES.find((known) => known === given);
  if (role === undefined) return { ok: false, problem: `(${name}) ends in a role that there is not; write :viewer, :responder or neither` };
  return { ok: true, value: { name, hash, role } };
}

/** The entry as STATUS_USERS takes it; a responder's says nothing of its role. */
export function userLine({ name, hash, role }: StatusUser): string {
  return role === 'responder' ? `${name}:${hash}` : `${name}:${hash}:${role}`;
}

/** The hashes in a text of STATUS_USERS, whether or not the text is right: what stands after a name and is no role. */
export function hashesIn(text: string): readonly string[] {
  const pieces = text.split(',').flatMap((line) => line.trim().split(':').slice(1));
  return pieces.filter((piece) => !ROLES.some((role) => role === piece));
}

/** Characters of a user's name. */
export const LONGEST_NAME = 64;

/** Names that need no quoting in a shell, a header or a list. */
export function isUserName(name: string): boolean {
  return name.length <= LONGEST_NAME && /^[A-Za-z0-9._@-]+$/.test(name);
}
