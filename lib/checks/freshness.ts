import type { ClusterFacts, PolicyItem } from '../domain/facts.ts';
import type { ClusterMemory } from '../domain/memory.ts';
import { DAY, type Duration, HOUR, type Instant, iso } from '../domain/time.ts';
import type { ReadSubject } from './check.ts';

/** Where the clocks of freshness start, and why. */
export type FreshnessStart = { readonly at: Instant; readonly because: string };

/**
 * The latest of: created; backup switched on, resumed or topology changed, each only where an earlier run saw it otherwise
 * (a first run counts from creation).
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

const EVERY: Readonly<Record<PolicyItem['frequency'], Duration | null>> = {
  hourly: HOUR,
  daily: DAY,
  weekly: 7 * DAY,
  monthly: 31 * DAY,
  yearly: 366 * DAY,
  ondemand: null,
};

/** The shortest interval at which the schedule takes snapshots; flex: daily (facts/atlas-api §2). Null where there is no schedule. */
export function scheduleInterval(facts: ClusterFacts): Duration | null {
  if (facts.kind === 'flex') return DAY;
  if (!facts.schedule.known || facts.schedule.value === null) return null;
  let shortest: Duration | null = null;
  for (const { frequency, interval } of facts.schedule.value.items) {
    const every = EVERY[frequency];
    if (every === null) continue;
    const length = frequency === 'hourly' ? every * interval : every;
    if (shortest === null || length < shortest) shortest = length;
  }
  return shortest;
}

/** Until the first interval + grace after the clocks of freshness started: "first backup due by …"; null after that, or with backups off. */
export function firstDue(subject: ReadSubject, now: Instant): string | null {
  if (subject.facts.backupEnabled.known && !subject.facts.backupEnabled.value) return null;
  return dueAfter(subject, freshnessStart(subject.memory), now);
}

/** As `firstDue`, for the snapshot that the window of a PITR that was switched on begins with; null where it was always on. */
export function firstBaseDue(subject: ReadSubject, now: Instant): string | null {
  const at = subject.memory.pitr.onSince;
  return at === null ? null : dueAfter(subject, { at, because: 'PITR switched on' }, now);
}

function dueAfter({ facts, policy }: ReadSubject, start: FreshnessStart, now: Instant): string | null {
  const due = start.at + (scheduleInterval(facts) ?? DAY) + policy.grace;
  return now < due ? `first backup due by ${iso(due)} (${start.because} ${iso(start.at)})` : null;
}

/** The longest of the cluster's recent snapshot completions; null where none is known. */
export function longestCompletion(cluster: ClusterMemory): Duration | null {
  return cluster.completions.length === 0 ? null : Math.max(...cluster.completions.map((completion) => completion.took));
}
