import type { Head } from './head.ts';
import type { Delivery, Incident } from './incident.ts';
import type { CheckId } from '../policy/policy.ts';
import { type Duration, type Instant, MINUTE } from '../time.ts';
import { dayOf } from './trigger-calls.ts';

/** Of the incidents that opened on a day: how many were measured, and of how many a provider accepted a message in time. */
export type PromptDay = readonly [day: string, measured: number, inTime: number];

/** From the check that found a fault to the first message that a provider accepted (docs/operations.md, "Service levels"). */
export const PROMPT: Duration = 5 * MINUTE;

const DAYS_KEPT = 31;
const FIRST_MESSAGES: ReadonlySet<Delivery['kind']> = new Set(['trigger', 'past']);

/**
 * Pure: the counts of promptness with these incidents. Not measured are incidents that no message was owed for, those that a silence or a maintenance
 * window withheld at first, those too young to be late, and those that ended before they could be; nor the incidents of the checks in `except`, which are
 * tests.
 */
export function countPrompt(
  before: readonly PromptDay[],
  { incidents, deliveries }: Pick<Head, 'incidents' | 'deliveries'>,
  { now, except }: { readonly now: Instant; readonly except: ReadonlySet<CheckId> },
): readonly PromptDay[] {
  const measured = incidents.filter(({ check }) => !except.has(check));
  if (measured.length === 0) return before;
  const firsts = firstMessages(new Set(measured.map(({ id }) => id)), deliveries);
  const days = new Map(before.map((day) => [day[0], day]));
  for (const incident of measured) {
    const inTime = wasInTime(incident, firsts.get(incident.id), now);
    if (inTime === null) continue;
    const name = dayOf(incident.openedAt);
    const [, all, prompt] = days.get(name) ?? [name, 0, 0];
    days.set(name, [name, all + 1, prompt + (inTime ? 1 : 0)]);
  }
  return [...days.values()].toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(-DAYS_KEPT);
}

type First = { readonly owedAt: Instant; readonly acceptedAt: Instant | null };

/** When the first message about each of these incidents was owed, and when a provider first accepted one. */
function firstMessages(ids: ReadonlySet<string>, deliveries: readonly Delivery[]): ReadonlyMap<string, First> {
  const firsts = new Map<string, First>();
  for (const { kind, incidents, createdAt, acceptedAt } of deliveries) {
    if (!FIRST_MESSAGES.has(kind)) continue;
    for (const id of incidents) {
      if (!ids.has(id)) continue;
      const { owedAt, acceptedAt: earlier } = firsts.get(id) ?? { owedAt: createdAt, acceptedAt: null };
      const accepted = [acceptedAt, earlier].filter((at) => at !== null);
      firsts.set(id, { owedAt: Math.min(owedAt, createdAt), acceptedAt: accepted.length === 0 ? null : Math.min(...accepted) });
    }
  }
  return firsts;
}

/** Null if it is not measured. */
function wasInTime({ openedAt, resolvedAt }: Incident, first: First | undefined, now: Instant): boolean | null {
  if (first === undefined || first.owedAt - openedAt > PROMPT) return null;
  if (first.acceptedAt !== null) return first.acceptedAt - openedAt <= PROMPT;
  return (resolvedAt ?? now) - openedAt > PROMPT ? false : null;
}
