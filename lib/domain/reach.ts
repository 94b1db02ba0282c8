import type { ClusterFacts } from './facts.ts';
import type { Evidence } from './finding.ts';
import { allGaps } from './gaps.ts';
import type { ClusterMemory } from './memory.ts';
import { type RecoveryPoint, recoveryPoints, type RecoveryPoints, windowOf } from './recovery.ts';
import { type Duration, type Instant, iso, spell } from './time.ts';
import type { Window } from './view.ts';

/** What can be restored of a cluster as this run saw it. Every check asks for it, so it is worked out once a cluster and run. */
export type Reach = {
  /** The counted snapshots; null where this run could not read them. */
  readonly points: RecoveryPoints | null;
  /** What PITR can reach; null where PITR is off, or anything that it rests on is unknown. */
  readonly window: Window | null;
  /** What can still be restored: the lines that every message about a cluster carries. */
  readonly evidence: () => Evidence;
};

export type Reading = {
  readonly memory: ClusterMemory;
  readonly facts: ClusterFacts | null;
  readonly eventsBlind: string | null;
  readonly oplogThreshold: Duration;
  readonly now: Instant;
};

/** Pure. */
export function reachOf(reading: Reading): Reach {
  const { memory, facts, now } = reading;
  const points = facts?.snapshots.known ? recoveryPoints(facts.snapshots.value, now) : null;
  const window = windowNow(reading, points);
  return { points, window, evidence: linesOf({ point: points?.newest ?? null, lastSeen: points ? null : memory.lastPoint, window, now }) };
}

function windowNow({ memory, facts, eventsBlind, oplogThreshold, now }: Reading, points: RecoveryPoints | null): Window | null {
  const pitr = facts?.pitEnabled;
  if (!points || !pitr?.known || !pitr.value || eventsBlind !== null || !facts?.schedule.known) return null;
  return windowOf(memory, points.points, allGaps(memory, points.points, oplogThreshold, now), now);
}

type Lines = {
  readonly point: RecoveryPoint | null;
  /** Where this run could not read the snapshots. */
  readonly lastSeen: ClusterMemory['lastPoint'];
  readonly window: Window | null;
  readonly now: Instant;
};

/** Written only where somebody is told of the cluster: of most, in most runs, nobody is. */
function linesOf({ point, lastSeen, window, now }: Lines): () => Evidence {
  return () => {
    const newest = point
      ? `${iso(point.createdAt)} (${spell(now - point.createdAt)} ago)`
      : lastSeen
        ? `${iso(lastSeen.at)} when last seen`
        : 'none';
    const first = ['newest recovery point', newest] as const;
    const reach = ['restorable window', window ? spanOf(window) : 'no point-in-time recovery known'] as const;
    const expiresAt = point?.expiresAt ?? null;
    return expiresAt === null ? [first, reach] : [first, ['it expires', iso(expiresAt)], reach];
  };
}

function spanOf({ from, to, breaks }: Window): string {
  return `${iso(from)} to ${iso(to)}${breaks.length > 0 ? `, ${breaks.length} break(s)` : ''}`;
}
