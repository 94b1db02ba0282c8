import type { AtlasEvent, PolicyItem, Snapshot } from '../../lib/domain/facts/facts.ts';
import { DAY, type Duration, HOUR, type Instant, MINUTE, SECOND } from '../../lib/domain/time.ts';
import { between, type Chance } from './chance.ts';
import type { Habits } from './habits.ts';

/** A snapshot as it will be when it is completed, or has failed. */
export type Taken = { readonly snapshot: Snapshot; readonly doneAt: Instant; readonly due: Instant; readonly failed: boolean };

/** What comes of one scheduled moment. */
export function takenAt(habits: Habits, id: string, due: Instant, chance: Chance): readonly Taken[] {
  const scheduled = take(habits, id, due, chance, 'scheduled');
  if (habits.fails(due)) {
    const failed: Taken = {
      ...scheduled,
      failed: true,
      snapshot: { ...scheduled.snapshot, status: 'failed', createdAt: null, sizeBytes: 0 },
    };
    return [failed, take(habits, id, due + 50 * MINUTE, chance, 'scheduled')];
  }
  return chance() < habits.byHand
    ? [scheduled, take(habits, id, due + between(chance, HOUR, habits.every), chance, 'onDemand')]
    : [scheduled];
}

function take(habits: Habits, id: string, due: Instant, chance: Chance, type: 'scheduled' | 'onDemand'): Taken {
  const requestedAt = Math.round(due + chance() * habits.jitter);
  // 311 recorded snapshots: data 35–454 s after the request (docs/facts/atlas.md §3).
  const createdAt = requestedAt + Math.round(between(chance, 35, 454)) * SECOND;
  const took = Math.min(HOUR, Math.round(habits.takes * between(chance, 0.75, 1.25)));
  const weeks = (due - habits.bornAt) / (7 * DAY);
  const sizeBytes = habits.kind === 'flex' ? null : Math.round(habits.bytes * (1 + habits.growth) ** weeks * between(chance, 0.98, 1.02));
  const snapshot: Snapshot = {
    id: idOf(id, requestedAt, type),
    status: 'completed',
    type,
    requestedAt,
    createdAt,
    expiresAt: createdAt + took + keptFor(habits, due),
    sizeBytes,
    frequency: type === 'onDemand' ? 'ondemand' : labelOf(habits, due),
    copyRegions: habits.copyTo === undefined || type === 'onDemand' ? [] : [habits.copyTo],
  };
  return { snapshot, doneAt: createdAt + took, due, failed: false };
}

function keptFor(habits: Habits, due: Instant): Duration {
  if (habits.kind === 'flex') return 8 * DAY;
  const label = labelOf(habits, due);
  if (label === 'monthly') return 365 * DAY;
  return label === 'weekly' ? Math.max(habits.kept, 28 * DAY) : habits.kept;
}

/** An ObjectId: the second of the request, the cluster's number, and one for the kind. */
function idOf(cluster: string, requestedAt: Instant, type: 'scheduled' | 'onDemand'): string {
  const parts = [Math.floor(requestedAt / SECOND), Number(cluster.slice(1)), type === 'scheduled' ? 0 : 1];
  return parts.map((part) => part.toString(16).padStart(8, '0')).join('');
}

/** Overlapping policy items give one snapshot with the longest retention (docs/facts/atlas.md §3): month, week, day, hour. */
function labelOf({ every }: Habits, due: Instant): PolicyItem['frequency'] {
  const date = new Date(due);
  const firstOfDay = every >= DAY || due % DAY < every;
  if (firstOfDay && date.getUTCDate() === 28) return 'monthly';
  if (every >= 7 * DAY || (firstOfDay && date.getUTCDay() === 6)) return 'weekly';
  return firstOfDay ? 'daily' : 'hourly';
}

export function eventOf({ snapshot, doneAt, due, failed }: Taken, { name, kind }: Habits, clusterId: string): readonly AtlasEvent[] {
  if (kind === 'flex' || kind === 'free') return [];
  const type = failed ? 'CPS_SNAPSHOT_FAILED' : 'CPS_SNAPSHOT_SUCCESSFUL';
  const event = { id: `e-${snapshot.id}`, type, at: doneAt, clusterId, clusterName: name, actor: null };
  const copied = { ...event, id: `c-${snapshot.id}`, type: 'CPS_COPY_SNAPSHOT_SUCCESSFUL', snapshot: null };
  return [
    { ...event, snapshot: failed ? null : { createdAt: due, completedAt: doneAt } },
    ...((snapshot.copyRegions?.length ?? 0) > 0 && !failed ? [copied] : []),
  ];
}
