import { maintenanceWindow } from '../../lib/config/policy/maintenance-windows.ts';
import type { Duration } from '../../lib/domain/time.ts';
import { silenceProblems } from '../../lib/people/silences.ts';
import { userNamed } from '../terminal/words.ts';

const MATCH = ['project', 'cluster', 'check', 'priority'] as const;

export type AskedSilence = {
  readonly [Name in (typeof MATCH)[number] | 'cron' | 'timeZone' | 'why']?: string | undefined;
} & { readonly minutes?: number | undefined };

export function matchOf(asked: AskedSilence): Readonly<Record<string, string>> {
  return Object.fromEntries(MATCH.flatMap((name) => (asked[name] === undefined ? [] : [[name, asked[name]]])));
}

/** What is wrong with a silence or a window by itself, whatever the store holds. Without `length` it is a window. */
export function wrongSilence(asked: AskedSilence, length: Duration | undefined, now: number): readonly string[] {
  const match = matchOf(asked);
  const why = asked.why ?? '';
  if (length !== undefined) return silenceProblems({ match, by: userNamed(undefined), why, from: now, until: now + length }, now);
  const { cron = '', timeZone = '', minutes } = asked;
  const { error } = maintenanceWindow.safeParse({ ...match, cron, timeZone, minutes, why });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.') || 'match'}: ${message}`);
}
