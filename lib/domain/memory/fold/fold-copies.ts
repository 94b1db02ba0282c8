import type { AtlasEvent, ClusterFacts, EventBatch, Retention } from '../../facts/facts.ts';
import { keptUntil } from '../../retention/calendar.ts';
import type { ClusterMemory } from '../memory.ts';
import { isScheduled } from '../schedule-promises.ts';
import type { Instant } from '../../time.ts';

/** What the events of one reading say of copies, or of exports: the failures, and the latest success (0: none). */
type JobEvents = { readonly failures: readonly Instant[]; readonly succeededAt: Instant };

/** The events about copies and exports of one cluster, or of none. */
export type CopyEvents = { readonly copy: JobEvents; readonly export: JobEvents };

/** What memory keeps of copies and exports, of a cluster or, of events that name no cluster, of a project. */
type Failures = Pick<ClusterMemory, 'copyFailures' | 'exportFailures' | 'exportedAt'>;

/** Clause 10 of docs/contract.md. CPS_COPY_SNAPSHOT_FAILED_WILL_RETRY is not among them: Atlas is still at it. */
const JOBS: Readonly<Record<string, { readonly job: keyof CopyEvents; readonly failed: boolean }>> = {
  CPS_COPY_SNAPSHOT_FAILED: { job: 'copy', failed: true },
  CPS_COPY_SNAPSHOT_SUCCESSFUL: { job: 'copy', failed: false },
  CPS_EXPORT_FAILED: { job: 'export', failed: true },
  CPS_AUTO_EXPORT_FAILED: { job: 'export', failed: true },
  CPS_EXPORT_SUCCESSFUL: { job: 'export', failed: false },
};

/** The events about copies and exports, by `ownerOf`: the id of the cluster, null for those that name none, and undefined for those to be left out. */
export function copyEventsOf(
  batch: EventBatch | null,
  ownerOf: (event: AtlasEvent) => string | null | undefined,
): ReadonlyMap<string | null, CopyEvents> {
  const found = new Map<string | null, CopyEvents>();
  for (const event of batch?.events ?? []) {
    const kind = JOBS[event.type];
    const owner = kind && ownerOf(event);
    if (kind === undefined || owner === undefined) continue;
    const events = found.get(owner) ?? { copy: NOTHING, export: NOTHING };
    found.set(owner, { ...events, [kind.job]: withEvent(events[kind.job], event.at, kind.failed) });
  }
  return found;
}

const NOTHING: JobEvents = { failures: [], succeededAt: 0 };

function withEvent({ failures, succeededAt }: JobEvents, at: Instant, failed: boolean): JobEvents {
  return failed ? { failures: [...failures, at], succeededAt } : { failures, succeededAt: Math.max(succeededAt, at) };
}

/** Pure: the failures that no later success has ended, and the last export that succeeded. Null if there is neither, as nearly always. */
export function foldFailures(previous: Failures, events: CopyEvents | undefined): Failures | null {
  const copyFailures = unended(previous.copyFailures, events?.copy);
  const exportFailures = unended(previous.exportFailures, events?.export);
  const exportedAt = Math.max(previous.exportedAt ?? 0, events?.export.succeededAt ?? 0);
  if (copyFailures === undefined && exportFailures === undefined && exportedAt === 0) return null;
  return { ...(copyFailures && { copyFailures }), ...(exportFailures && { exportFailures }), ...(exportedAt > 0 && { exportedAt }) };
}

/**
 * The first and the last failure are enough: the first says since when nothing succeeds, and the last remains if Atlas shows late that something
 * succeeded between them. A success is not kept, since whatever Atlas may still show of the time before it is read together with it.
 */
function unended(before: readonly Instant[] | undefined, read: JobEvents | undefined): readonly Instant[] | undefined {
  if (read === undefined) return before;
  const all = new Set([...(before ?? []), ...read.failures].filter((at) => at >= read.succeededAt));
  return all.size === 0 ? undefined : [...new Set([Math.min(...all), Math.max(...all)])];
}

/**
 * Pure: what a cluster's memory keeps of its copies and exports; null if there is nothing to keep. A region, or a kind of snapshot that is copied to it,
 * counts from the check that first saw it in the settings, since Atlas does not copy the snapshots from before.
 */
export function foldCopies(
  previous: ClusterMemory,
  facts: ClusterFacts,
  { copyEvents, now }: { readonly copyEvents?: CopyEvents | undefined; readonly now: Instant },
): Pick<ClusterMemory, 'copiesSince' | 'copiesKept' | 'copiesEnded' | keyof Failures> | null {
  const failures = foldFailures(previous, copyEvents);
  const copiesSince = foldCopiesSince(previous.copiesSince, facts.schedule, now);
  const copiesKept = copiesSince && foldCopiesKept(previous.copiesKept, facts.schedule, copiesSince === previous.copiesSince);
  const copiesEnded = foldCopiesEnded(previous, copiesKept, now);
  if (copiesSince === undefined && copiesEnded === undefined) return failures;
  return { ...failures, ...(copiesSince && { copiesSince }), ...(copiesKept && { copiesKept }), ...(copiesEnded && { copiesEnded }) };
}

function foldCopiesKept(
  before: ClusterMemory['copiesKept'],
  schedule: ClusterFacts['schedule'],
  isUnread: boolean,
): ClusterMemory['copiesKept'] {
  const copies = schedule.known ? schedule.value?.copies : null;
  if (isUnread || !copies) return before;
  const kept = copies.flatMap(({ region, kinds }) =>
    kinds.flatMap(({ frequency, retention }) => (retention ? [[copyKey(region, frequency), retention] as const] : [])),
  );
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** More than anybody's settings change within the life of a copy; of more, those are kept that changed last. */
const ENDED_KEPT = 100;

/** A copy that was made keeps its retention, whatever the setting says later, as far as Atlas documents it (docs/facts/atlas.md §10). */
function foldCopiesEnded(
  { copiesKept: before = {}, copiesEnded = [] }: ClusterMemory,
  kept: ClusterMemory['copiesKept'] = {},
  now: Instant,
): ClusterMemory['copiesEnded'] {
  const ended = Object.entries(before).flatMap(([what, one]) => (isSame(kept[what], one) ? [] : [{ what, kept: one, at: now }]));
  const earlier = copiesEnded.filter((one) => !ended.some((other) => other.what === one.what && isSame(other.kept, one.kept)));
  const held = [...earlier, ...ended].filter((one) => keptUntil(one.at, one.kept) > now);
  return held.length === 0 ? undefined : held.slice(-ENDED_KEPT);
}

function isSame(one: Retention | undefined, { unit, value }: Retention): boolean {
  return one?.unit === unit && one.value === value;
}

/** Names a kind of snapshot that is copied to a region. */
export function copyKey(region: string, frequency: string): string {
  return `${region} ${frequency}`;
}

function foldCopiesSince(
  before: ClusterMemory['copiesSince'],
  schedule: ClusterFacts['schedule'],
  now: Instant,
): ClusterMemory['copiesSince'] {
  const copies = schedule.known ? schedule.value?.copies : null;
  // A schedule without items is often being replaced, and has its copy settings again at the next check.
  if (copies === null || (schedule.known && !schedule.value?.items.some(isScheduled))) return before;
  const keys = (copies ?? []).flatMap(({ region, kinds }) => kinds.map(({ frequency }) => copyKey(region, frequency)));
  if (keys.length === 0) return undefined;
  return Object.fromEntries(keys.map((key) => [key, before?.[key] ?? now]));
}
