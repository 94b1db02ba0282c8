import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { after } from 'next/server';
import type { Role } from '../lib/config/environment/status-users.ts';
import { noteSignIn } from './note-sign-in.ts';
import { signedIn } from './signed-in.ts';

/** The query of a page's address. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The name of whoever looks at a page and may change something there; null for a viewer, and where nobody signs in: such a page has no buttons and forms.
 * Whoever may not see the page gets "not found": proxy.ts has authorised the request already, and a bypass of it (as CVE-2025-29927) must not open the page.
 */
export async function viewer(): Promise<string | null> {
  const sent = await headers();
  const answer = await signedIn(sent);
  if (!answer.allowed) return notFound();
  // Nobody waits for it, least of all while the store is down.
  if (answer.user !== null) after(() => noteSignIn(answer, sent));
  return answer.role === 'responder' ? answer.user : null;
}

/** Who looks at a page, and whether he may change something; null where nobody signs in, and for whoever may not see the page. */
export async function whoLooks(sent: Pick<Headers, 'get'>): Promise<{ readonly user: string; readonly role: Role } | null> {
  const answer = await signedIn(sent);
  return answer.allowed && answer.user !== null ? { user: answer.user, role: answer.role } : null;
}
