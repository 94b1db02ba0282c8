import type { ClusterMemory, VerdictNote, Verdicts } from '../../domain/memory/memory.ts';
import type { ScheduleNote } from '../../domain/memory/schedule-note.ts';
import type { CheckId } from '../../domain/policy/policy.ts';

/** Notes of verdicts in the order in which they appear first, each with the checks that have one equal to it. */
type StoredNotes = readonly (readonly [note: VerdictNote, checks: readonly CheckId[]])[];

/** A cluster's memory as it is stored: of equal notes only one. */
export type StoredCluster = Omit<ClusterMemory, 'verdicts'> & {
  /** By check: an earlier version wrote them. */
  readonly verdicts: StoredNotes | Verdicts;
};

/**
 * Pure. Some sixteen checks of a cluster mostly have the same verdict since the same moment: to write each note made half of the stored text, and one
 * object for each a tenth of the memory that a run holds.
 */
export function storedCluster(cluster: ClusterMemory): StoredCluster {
  const notes: [VerdictNote, CheckId[]][] = [];
  for (const [check, note] of Object.entries(cluster.verdicts)) {
    const equal = notes.find(([one]) => isSame(one, note));
    if (equal === undefined) notes.push([note, [check]]);
    else equal[1].push(check);
  }
  return { ...cluster, verdicts: notes };
}

/** Gives the list of items that it was given first of those equal to this one. */
type SharedItems = (items: ScheduleNote['items']) => ScheduleNote['items'];

/** For clusters that are read together: most have the same schedule as others, and a list of four items takes some 400 bytes of the heap. */
export function sharedItems(): SharedItems {
  const lists = new Map<string, ScheduleNote['items']>();
  return (items) => {
    const text = JSON.stringify(items);
    const list = lists.get(text) ?? items;
    lists.set(text, list);
    return list;
  };
}

/** Pure: the cluster's memory that was stored. Checks whose notes are equal share one object, and clusters with equal schedules one list of its items. */
export function readCluster(cluster: StoredCluster, shared: SharedItems): ClusterMemory {
  const { verdicts, schedule } = cluster;
  return {
    ...cluster,
    verdicts: isByCheck(verdicts) ? verdicts : byCheck(verdicts),
    ...(schedule && { schedule: { ...schedule, items: shared(schedule.items) } }),
  };
}

function byCheck(notes: StoredNotes): Verdicts {
  const verdicts: Record<CheckId, VerdictNote> = {};
  for (const [note, checks] of notes) for (const check of checks) verdicts[check] = note;
  return verdicts;
}

function isByCheck(verdicts: StoredCluster['verdicts']): verdicts is Verdicts {
  return !Array.isArray(verdicts);
}

function isSame(one: VerdictNote, other: VerdictNote): boolean {
  if (one === other) return true;
  const fields = Object.keys(one) as (keyof VerdictNote)[]; // Proof: a note has no other fields.
  return fields.length === Object.keys(other).length && fields.every((field) => one[field] === other[field]);
}
