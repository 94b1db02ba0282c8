import type { ClusterFacts, PolicyItem } from '../facts/facts.ts';
import type { ClusterMemory } from '../memory/memory.ts';
import { PAUSED } from '../memory/pitr-breaks.ts';
import { DAY, type Duration, HOUR, type Instant, iso } from '../time.ts';
import type { ReadSubject } from './check-definition.ts';

/** From when on the age of backups is measured, and why from then. */
export type FreshnessStart = { readonly at: Instant; readonly because: string };

/**
 * The latest of: the creation of the cluster; backups switched on; resumed after a pause; topology or kind changed. The last three count only if an earlier
 * run saw the state before the change, so a first run measures from creation.
 */
export function freshnessStart(cluster: ClusterMemory): FreshnessStart {
  const starts: readonly (readonly [Instant | null, string])[] = [
    [cluster.createdAt, 'created'],
    [cluster.backup.onSince, 'backup switched on'],
    [cluster.running.onSince, 'resumed'],
    [cluster.topology?.changedAt ?? null, 'topology changed'],
  ];
  return starts.reduce<FreshnessStart>((latest, [at, because]) => (at !== null && at > latest.at ? { at, because } : latest), {
    at: 0,
    because: 'created',
  });
}

/** How long the cluster has run since then: what is late because it was paused meanwhile is not late. Pauses are known for as long as breaks are kept. */
export function unpausedSince({ breaks }: ClusterMemory, at: Instant, now: Instant): Duration {
  const paused = breaks.filter(({ cause }) => cause === PAUSED).map(({ from, to }) => Math.max(0, Math.min(to, now) - Math.max(from, at)));
  return now - at - paused.reduce((sum, length) => sum + length, 0);
}

const EVERY: Readonly<Record<PolicyItem['frequency'], Duration | null>> = {
  hourly: HOUR,
  daily: DAY,
  weekly: 7 * DAY,
  monthly: 31 * DAY,
  yearly: 366 * DAY,
  ondemand: null,
};

/** The shortest interval at which the schedule takes snapshots; a day for flex (docs/facts/atlas.md §2). Null if there is no schedule. */
export function scheduleInterval(facts: ClusterFacts): Duration | null {
  if (facts.kind === 'flex') return DAY;
  if (!facts.schedule.known || facts.schedule.value === null) return null;
  const lengths = facts.schedule.value.items.flatMap((item) => intervalOf(item) ?? []);
  return lengths.length === 0 ? null : Math.min(...lengths);
}

/** The time between two snapshots of a policy item; null if it has no schedule (on-demand). */
export function intervalOf({ frequency, interval }: Pick<PolicyItem, 'frequency' | 'interval'>): Duration | null {
  return frequency === 'hourly' ? HOUR * interval : EVERY[frequency];
}

/** "first backup due by …" during the first interval + grace after `freshnessStart`; null after that, and if backups are off. */
export function firstDue(subject: ReadSubject, now: Instant): string | null {
  if (subject.facts.backupEnabled.known && !subject.facts.backupEnabled.value) return null;
  return dueAfter(subject, freshnessStart(subject.memory), now);
}

/** As `firstDue`, for the snapshot with which the window of a newly enabled PITR begins; null if PITR was always on. */
export function firstBaseDue(subject: ReadSubject, now: Instant): string | null {
  const at = subject.memory.pitr.onSince;
  return at === null ? null : dueAfter(subject, { at, because: 'PITR switched on' }, now);
}

function dueAfter({ facts, policy }: ReadSubject, start: FreshnessStart, now: Instant): string | null {
  const due = start.at + (scheduleInterval(facts) ?? DAY) + policy.grace;
  return now < due ? `first backup due by ${iso(due)} (${start.because} ${iso(start.at)})` : null;
}

/** The longest time that one of the cluster's recent snapshots took; null if none is known. */
export function longestCompletion(cluster: ClusterMemory): Duration | null {
  return cluster.completions.length === 0 ? null : Math.max(...cluster.completions.map((completion) => completion.took));
}
