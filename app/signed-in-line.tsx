import type { Role } from '../lib/config/environment/status-users.ts';
import { SIGN_OUT } from './sign-out.ts';

const MAY: Readonly<Record<Role, string>> = { responder: 'responder', viewer: 'viewer, who changes nothing' };

/** Who is signed in and as what, on every page. */
export function SignedInLine({ user, role }: { readonly user: string; readonly role: Role }) {
  return (
    <aside className="signed-in only-screen" aria-label="Signed in">
      <span>
        <strong>{user}</strong>, {MAY[role]}
      </span>{' '}
      <a href={SIGN_OUT}>Sign out</a>
    </aside>
  );
}
