import type { PolicyItem } from '../facts/facts.ts';
import type { Evidence } from '../findings/finding.ts';
import { type Weakened, isScheduleChanged, type Weakening } from '../memory/schedule-note.ts';
import type { SchedulePromise, ScheduleSetting } from '../memory/schedule-promises.ts';
import { plural } from '../text.ts';
import { actInWords } from '../memory/who-did-it.ts';
import type { CheckInput, ReadSubject } from './check-definition.ts';

export const SETTING_IN_WORDS: Readonly<Record<ScheduleSetting, string>> = {
  restoreWindow: 'restore window of PITR',
  daily: 'daily snapshots',
  onDemand: 'on-demand snapshots',
};

/** "on-demand snapshots are kept 89 days (before 90, promised 90)". */
export function weakenedInWords({ setting, days, before, promised }: Weakened): string {
  return isNone(setting, days)
    ? `no ${SETTING_IN_WORDS[setting]} are taken (before ${plural(before, 'day')}, promised ${promised})`
    : `${stateInWords(setting, days)} (before ${before}, promised ${promised})`;
}

/** "daily snapshots are kept 7 days (promised 30)". */
export function neverKeptInWords({ setting, days, promised }: SchedulePromise): string {
  return isNone(setting, days ?? 0)
    ? `no ${SETTING_IN_WORDS[setting]} are taken (promised ${plural(promised, 'day')})`
    : `${stateInWords(setting, days ?? 0)} (promised ${promised})`;
}

/** The schedule has no item that takes any. */
function isNone(setting: ScheduleSetting, days: number): boolean {
  return setting === 'daily' && days === 0;
}

function stateInWords(setting: ScheduleSetting, days: number): string {
  if (setting === 'restoreWindow') return `the restore window of PITR is ${plural(days, 'day')}`;
  return `${SETTING_IN_WORDS[setting]} are kept ${plural(days, 'day')}`;
}

export function beforeAndAfter({ setting, before, days, promised }: Weakened): Evidence[number] {
  return [SETTING_IN_WORDS[setting], `${before} → ${plural(days, 'day')}; promised ${promised}`];
}

/** The items in one line, as they would have to be entered in Atlas; nothing if there are none. */
export function itemsEvidence(label: string, items: readonly PolicyItem[]): Evidence {
  return items.length === 0 ? [] : [[label, items.map(itemInWords).join('; ')]];
}

/** "hourly, every 6 hours, kept 7 days", "daily, kept 30 days". Of the others the interval is a day of the week or month (docs/facts/atlas.md §4). */
function itemInWords({ frequency, interval, retention, retentionDays }: PolicyItem): string {
  const when =
    frequency === 'hourly'
      ? `hourly, every ${plural(interval, 'hour')}`
      : frequency === 'ondemand'
        ? 'on demand'
        : `${frequency}${dayOf(frequency, interval)}`;
  return `${when}, kept ${keptInWords(retention, retentionDays)}`;
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
/** In a monthly item: the month's last day. */
const LAST_DAY = 40;

function dayOf(frequency: PolicyItem['frequency'], interval: number): string {
  if (frequency === 'weekly') return ` on ${WEEKDAYS[interval - 1] ?? `day ${interval}`}`;
  if (frequency === 'monthly') return interval === LAST_DAY ? ' on the last day' : ` on day ${interval}`;
  return frequency === 'yearly' ? ` in month ${interval}` : '';
}

function keptInWords(retention: PolicyItem['retention'], days: number | null): string {
  if (retention) return plural(retention.value, retention.unit.slice(0, -1));
  return days === null ? 'for a time that Atlas does not say' : plural(days, 'day');
}

/** A cluster whose schedule changed, and what the check sees besides. */
export type Look = { readonly subject: ReadSubject; readonly input: CheckInput };

/** Who may have done it. An act that names no cluster may be about another one of the project whose schedule has changed too. */
export function possibleActors(changes: readonly Weakening[], { subject: { project, memory }, input }: Look): readonly string[] {
  const acts = [...new Map(changes.flatMap(({ by }) => by.map((act) => [act.id, act] as const))).values()];
  const others = input.clusters.filter((other) => other.project.id === project.id && other.memory.id !== memory.id);
  const isInDoubt = acts.some(({ clusterId }) => clusterId === null) && others.some(isScheduleChanged);
  return acts.map((act) =>
    isInDoubt && act.clusterId === null ? `perhaps ${actInWords(act)} (Atlas does not say on which cluster)` : actInWords(act),
  );
}
