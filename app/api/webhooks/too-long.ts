import { auditRefusal } from '../../../lib/wire-people.ts';
import { json } from '../answer.ts';

/** The answer to a webhook that is longer than any of theirs, with its line in the audit. Throws `EnvironmentError`. */
export async function tooLong(who: string): Promise<Response> {
  await auditRefusal(`${who} webhook: longer than 512 KB`);
  return json({ error: 'too long' }, 413);
}
