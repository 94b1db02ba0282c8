import { durationOf } from '../../../lib/domain/duration.ts';
import type { SilenceRequest } from '../../../lib/wire-people.ts';
import { readFields } from '../fields.ts';

const FIELDS = ['project', 'cluster', 'check', 'priority'] as const;

/** What the page's form, or a program with the same fields as JSON, asks for. `for` is a length of time such as 90m, 2h or 3d. */
export async function readSilence(
  request: Request,
  user: string,
  now: number,
): Promise<SilenceRequest | { readonly problems: readonly string[] }> {
  const fields = await readFields(request);
  if (fields === null) return { problems: ['body: a form, or JSON with the fields project, cluster, check, priority, for and why'] };
  const length = durationOf(fields['for'] ?? '');
  if (length === null) return { problems: ['for: how long, as 90m, 2h or 3d; a silence has an end'] };
  const match = Object.fromEntries(FIELDS.flatMap((name) => (fields[name]?.trim() ? [[name, fields[name].trim()]] : [])));
  return { match, by: user, why: fields['why'] ?? '', from: now, until: now + length };
}
