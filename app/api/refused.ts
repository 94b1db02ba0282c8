import { auditRefusal } from '../../lib/wire-people.ts';
import type { Done } from './by-user.ts';

/** The answer to what makes no sense: 400 in words, with a line of the audit and no change. `what` was asked, and by whom. */
export async function refused(what: string, problems: readonly string[]): Promise<Done> {
  await auditRefusal(`${what}: ${problems.join('; ')}`);
  return { status: 400, body: { problems }, words: problems.join('\n') };
}
