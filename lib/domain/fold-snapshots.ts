import type { Fact } from './fact.ts';
import type { Snapshot } from './facts.ts';
import type { ClusterMemory } from './memory.ts';
import { type RecoveryPoint, recoveryPoints } from './recovery.ts';
import type { Duration, Instant } from './time.ts';

export type Completion = { readonly createdAt: Instant; readonly took: Duration };

const COMPLETIONS_KEPT = 8;

/** Pure: what a listing of snapshots, and the completions that events told, leave in memory. */
export function foldSnapshots(
  previous: ClusterMemory,
  fact: Fact<readonly Snapshot[]>,
  news: { readonly completions: readonly Completion[]; readonly now: Instant },
): Pick<ClusterMemory, 'completions' | 'unfinished' | 'lastPoint'> {
  const told = news.completions;
  if (!fact.known)
    return { completions: recent(NONE, previous.completions, told), unfinished: previous.unfinished, lastPoint: previous.lastPoint };
  const { newest, doubt, uncompleted } = recoveryPoints(fact.value, news.now);
  return {
    completions: recent(polled(fact.value, previous.unfinished, news.now), previous.completions, told),
    unfinished: unfinishedIn(uncompleted),
    lastPoint: doubt !== null && newest === null ? previous.lastPoint : pointOf(newest, previous.lastPoint),
  };
}

const NONE: readonly never[] = [];

function unfinishedIn(uncompleted: readonly Snapshot[]): readonly string[] {
  if (uncompleted.length === 0) return NONE;
  return uncompleted.filter(({ status }) => status === 'queued' || status === 'inProgress').map(({ id }) => id);
}

/** Completed since the last poll, which saw them unfinished. */
function polled(snapshots: readonly Snapshot[], unfinished: readonly string[], now: Instant): readonly Completion[] {
  if (unfinished.length === 0) return NONE;
  return unfinished.flatMap((id) => {
    const { status, createdAt = null } = snapshots.findLast((snapshot) => snapshot.id === id) ?? {};
    return status === 'completed' && createdAt !== null ? [{ createdAt, took: Math.max(0, now - createdAt) }] : [];
  });
}

function pointOf(newest: RecoveryPoint | null, before: ClusterMemory['lastPoint']): ClusterMemory['lastPoint'] {
  if (newest === null) return null;
  const { createdAt: at, expiresAt } = newest;
  return before?.at === at && before.expiresAt === expiresAt ? before : { at, expiresAt };
}

function isAmong({ createdAt, took }: Completion, known: readonly Completion[]): boolean {
  for (let index = known.length - 1; index >= 0; index -= 1) {
    const one = known[index];
    if (one?.createdAt === createdAt && one.took === took) return true;
  }
  return false;
}

/** One a snapshot (events tell the completion exactly, polls at most), newest last. */
function recent(seen: readonly Completion[], before: readonly Completion[], told: readonly Completion[]): readonly Completion[] {
  if (seen.length === 0 && told.length === 0) return before;
  // Events are read with an overlap: most that they tell is known, and among the newest.
  if (seen.length === 0 && told.every((completion) => isAmong(completion, before))) return before;
  const byTime = new Map([...seen, ...before, ...told].map((completion) => [completion.createdAt, completion]));
  return [...byTime.values()].toSorted((a, b) => a.createdAt - b.createdAt).slice(-COMPLETIONS_KEPT);
}
