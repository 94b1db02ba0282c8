import { parseDuration } from '../../../lib/domain/time.ts';
import type { SilenceRequest, WindowRequest } from '../../../lib/people/silences.ts';
import { readFields } from '../fields.ts';

const MATCH = ['project', 'cluster', 'check', 'priority'] as const;
const FIELDS = [...MATCH, 'for', 'cron', 'timeZone', 'minutes', 'why'] as const;
const INSTEAD = { until: 'say how long by the field for alone, as 90m, 2h or 3d from now', from: 'a silence begins now' };

/**
 * The silence that the form of the page, or a program with the same fields as JSON, asks for. `for` is a length of time such as 90m, 2h or 3d. With
 * `cron`, `timeZone` and `minutes` instead, it is a maintenance window.
 */
export async function readSilence(
  request: Request,
  user: string,
  now: number,
): Promise<SilenceRequest | WindowRequest | { readonly problems: readonly string[] }> {
  const read = await readFields(request, FIELDS, INSTEAD);
  if ('problems' in read) return read;
  const { fields } = read;
  const match = Object.fromEntries(MATCH.flatMap((name) => (fields[name]?.trim() ? [[name, fields[name].trim()]] : [])));
  const asked = { match, by: user, why: fields.why ?? '' };
  const [cron, timeZone, minutes] = [fields.cron, fields.timeZone, fields.minutes].map((text) => text?.trim() ?? '');
  if (cron || timeZone || minutes) {
    if (fields.for?.trim()) return { problems: ['for: a maintenance window ends after its minutes; leave one of the two out'] };
    return { ...asked, cron: cron ?? '', timeZone: timeZone ?? '', minutes: Number(minutes) };
  }
  const length = parseDuration(fields.for ?? '');
  if (length === null) return { problems: ['for: how long, as 90m, 2h or 3d; a silence has an end'] };
  return { ...asked, from: now, until: now + length };
}
