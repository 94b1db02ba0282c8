import { hashPassword } from '../../lib/config/environment/password.ts';
import { type Role, userLine } from '../../lib/config/environment/status-users.ts';

export type Account = { readonly name: string; readonly password: string; readonly role: Role };

/** Who may open the demo's page. The passwords are printed and the page is on this machine alone, so they are no secrets. */
export const RESPONDER: Account = { name: 'alice', password: 'the-demo-is-not-a-secret', role: 'responder' };
export const VIEWER: Account = { name: 'victor', password: 'victor-may-only-look', role: 'viewer' };

/** The value of STATUS_USERS that lets both in. */
export async function statusUsers(): Promise<string> {
  const lines = [RESPONDER, VIEWER].map(async ({ name, password, role }) => userLine({ name, hash: await hashPassword(password), role }));
  return (await Promise.all(lines)).join(',');
}
