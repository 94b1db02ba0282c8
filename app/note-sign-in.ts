import type { Authorisation } from '../lib/people/sign-in/access.ts';
import { recordSignIn } from '../lib/people/audit-trail.ts';
import { openPorts } from '../lib/wire/wire.ts';
import { logError } from './log.ts';
import { addressFor } from './refusals.ts';

/** Leaves an entry in the audit trail when somebody signs in for the first time of a day. Keeps nobody out where that fails. */
export async function noteSignIn(answer: Extract<Authorisation, { readonly allowed: true }>, headers: Pick<Headers, 'get'>): Promise<void> {
  if (answer.user === null) return;
  try {
    await recordSignIn(await openPorts(), answer.user, addressFor(headers));
  } catch (error) {
    logError('the audit trail', error);
  }
}
