import type { ClusterFacts, PolicyItem, Schedule } from '../facts/facts.ts';
import type { ClusterSubject } from './cluster-subject.ts';
import { mapValues } from './map-values.ts';
import type { Memory, ProjectMemory } from './memory.ts';
import { isKept, isSameSchedule, isScheduled, type SchedulePromise, schedulePromises, type ScheduleSetting } from './schedule-promises.ts';
import { type Act, actorsOf, DATA_PROTECTION_ACTS, SCHEDULE_ACTS } from './who-did-it.ts';
import type { Instant } from '../time.ts';

/** What earlier checks saw of a cluster's backup schedule. */
export type ScheduleNote = {
  /** The last complete check that read a schedule with a scheduled item, and those items; null and none if there was none. */
  readonly readAt: Instant | null;
  readonly items: readonly PolicyItem[];
  /** For how many days each promise was kept when a complete check last saw it kept. Absent: it never was. */
  readonly kept: Readonly<Partial<Record<ScheduleSetting, number>>>;
  /** The promises that were seen kept and are not any more. */
  readonly broken?: Readonly<Partial<Record<ScheduleSetting, Weakening>>>;
  /** The schedule has no item besides on-demand ones. */
  readonly emptied?: Weakening;
};

/** When and by whom a schedule was weakened. */
export type Weakening = {
  /** The last complete check that saw it as it was; null if none did. */
  readonly from: Instant | null;
  /** The first check that saw it changed. */
  readonly to: Instant;
  /** What may have done it, as far as Atlas has shown it. */
  readonly by: readonly Act[];
  /** The items before it, to be put back. */
  readonly items: readonly PolicyItem[];
};

const NOTHING: ScheduleNote = { readAt: null, items: [], kept: {} };

/** The acts that change a schedule: a compliance policy changes those of its whole project. */
const SCHEDULE_CHANGES = [...SCHEDULE_ACTS, ...DATA_PROTECTION_ACTS];

/** A promise that was kept, with what has become of it. */
export type Weakened = SchedulePromise & Weakening & { readonly days: number; readonly before: number };

type Watched = Pick<ClusterSubject, 'memory' | 'project'>;

/** Pure: the promises that an earlier complete check saw kept and that this one does not. */
export function weakened({ memory, project }: Watched, promises: readonly SchedulePromise[], now: Instant): readonly Weakened[] {
  const { schedule: note = NOTHING } = memory;
  return promises.flatMap((promise) => {
    const before = note.kept[promise.setting];
    const { days } = promise;
    if (days === null || days >= promise.promised || before === undefined || before < promise.promised) return [];
    return [{ ...promise, days, before, ...weakening(note.broken?.[promise.setting], note, { memory, project, now }) }];
  });
}

/** Pure: since when the schedule has been empty, and who may have emptied it. */
export function emptied({ memory, project }: Watched, now: Instant): Weakening {
  const { schedule: note = NOTHING } = memory;
  return weakening(note.emptied, note, { memory, project, now });
}

/** Atlas may show who did it up to 7 h later, so each check looks again. Whom an earlier one found stays when the project has forgotten the act. */
function weakening(
  known: Weakening | undefined,
  note: ScheduleNote,
  { memory, project, now }: Watched & { readonly now: Instant },
): Weakening {
  const { from, to, by, items } = known ?? { from: note.readAt, to: now, by: [], items: note.items };
  const remembered = new Set(project.acts?.map(({ id }) => id));
  const found = from === null ? [] : actorsOf(project.acts, { types: SCHEDULE_CHANGES, clusterId: memory.id, from, to });
  return { from, to, items, by: [...by.filter(({ id }) => !remembered.has(id)), ...found] };
}

/** Pure: was the restore window weakened, and says nothing now because PITR was switched off since? Nobody has put it back then. */
export function isWindowUnasked(
  { memory: { schedule: note }, policy: { pitr, backupPolicy } }: Pick<ClusterSubject, 'memory' | 'policy'>,
  promises: readonly SchedulePromise[],
): boolean {
  const isPromised = pitr.wanted && backupPolicy.restoreWindowDays > 0;
  return isPromised && note?.broken?.restoreWindow !== undefined && !promises.some(({ setting }) => setting === 'restoreWindow');
}

/** Pure: has the schedule been weakened, or changed since the last check? An act that names no cluster may be about each such cluster. */
export function isScheduleChanged({ memory: { schedule: note }, facts }: Pick<ClusterSubject, 'memory' | 'facts'>): boolean {
  if (note === undefined) return false;
  if (isWeakened(note)) return true;
  return (
    note.readAt !== null &&
    facts !== null &&
    facts.schedule.known &&
    facts.schedule.value !== null &&
    !isSameSchedule(note.items, facts.schedule.value.items)
  );
}

function isWeakened({ broken, emptied: empty }: ScheduleNote): boolean {
  return broken !== undefined || empty !== undefined;
}

/**
 * Pure: the ids of the acts that name no cluster and may be about several whose schedules were weakened at the same time. Only such are worth asking Atlas for
 * by the names of the clusters, which uses up the tightest of its rate limits (docs/facts/atlas.md §9).
 */
export function doubtfulActs({ acts = [], clusters }: Pick<ProjectMemory, 'acts' | 'clusters'>): readonly string[] {
  const unnamed = new Set(acts.flatMap(({ id, clusterId, clusterName }) => (clusterId === null && clusterName === null ? [id] : [])));
  if (unnamed.size === 0) return [];
  const suspected = Object.values(clusters).flatMap(({ schedule: { broken = {}, emptied: empty } = NOTHING }) => [
    ...new Set([...Object.values(broken), ...(empty ? [empty] : [])].flatMap(({ by }) => by.map(({ id }) => id))),
  ]);
  return [...Map.groupBy(suspected, (id) => id)].flatMap(([id, of]) => (of.length > 1 && unnamed.has(id) ? [id] : []));
}

/** Pure: memory with what this run has seen of each schedule. Only a complete run says that a promise is kept. */
export function noteSchedules(
  memory: Memory,
  clusters: readonly ClusterSubject[],
  run: { readonly now: Instant; readonly complete: boolean },
): Memory {
  const notes = new Map<string, ScheduleNote>();
  for (const subject of clusters) {
    const note = noteOf(subject, run);
    if (note !== subject.memory.schedule && note !== undefined) notes.set(subject.memory.id, note);
  }
  if (notes.size === 0) return memory;
  return { ...memory, projects: mapValues(memory.projects, (project) => withNotes(project, notes)) };
}

function withNotes(project: ProjectMemory, notes: ReadonlyMap<string, ScheduleNote>): ProjectMemory {
  return {
    ...project,
    clusters: mapValues(project.clusters, (cluster) => {
      const schedule = notes.get(cluster.id);
      return schedule === undefined ? cluster : { ...cluster, schedule };
    }),
  };
}

/** The same note where the schedule was not read, and while the cluster is paused: Atlas takes no snapshots then, whatever the schedule says. */
function noteOf(
  subject: ClusterSubject,
  { now, complete }: { readonly now: Instant; readonly complete: boolean },
): ScheduleNote | undefined {
  const { facts, memory, policy } = subject;
  const before = memory.schedule;
  if (facts === null || memory.gone !== null || policy.exempt !== null || !facts.schedule.known || facts.schedule.value === null)
    return before;
  if (!facts.paused.known || facts.paused.value) return before && withoutEmptied(before);
  const schedule = facts.schedule.value;
  if (!schedule.items.some(isScheduled)) return { ...(before ?? NOTHING), emptied: emptied(subject, now) };
  if (!complete) return before && withoutEmptied(before);
  return noteOfItems(subject, facts, schedule, now);
}

function withoutEmptied(note: ScheduleNote): ScheduleNote {
  if (note.emptied === undefined) return note;
  const { emptied: _emptied, ...rest } = note;
  return rest;
}

function noteOfItems(subject: ClusterSubject, facts: ClusterFacts, schedule: Schedule, now: Instant): ScheduleNote {
  const { memory, policy } = subject;
  const { items } = schedule;
  const before = memory.schedule ?? NOTHING;
  const promises = schedulePromises(schedule, facts, policy);
  const kept = keptOf(before.kept, promises);
  const broken = brokenOf(subject, promises, now);
  return { readAt: now, items: isSameSchedule(before.items, items) ? before.items : items, kept, ...(broken && { broken }) };
}

/** The same object if nothing changes, which is nearly always. */
function keptOf(before: ScheduleNote['kept'], promises: readonly SchedulePromise[]): ScheduleNote['kept'] {
  const further = promises.filter((promise) => isKept(promise) && before[promise.setting] !== promise.days);
  return further.length === 0 ? before : { ...before, ...Object.fromEntries(further.map(({ setting, days }) => [setting, days])) };
}

/** What is not judged now, such as the window while PITR is off, stays as it was; so does what Atlas does not say. */
function brokenOf(subject: Watched, promises: readonly SchedulePromise[], now: Instant): ScheduleNote['broken'] {
  const before = subject.memory.schedule?.broken;
  const found = weakened(subject, promises, now);
  if (before === undefined && found.length === 0) return undefined;
  const settled = new Set<string>(promises.filter((promise) => isKept(promise)).map(({ setting }) => setting));
  const stays = Object.entries(before ?? {}).filter(([setting]) => !settled.has(setting));
  const entries = [...stays, ...found.map(({ setting, from, to, by, items }) => [setting, { from, to, by, items }] as const)];
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
