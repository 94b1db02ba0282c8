import type { AtlasEvent, EventBatch } from '../../facts/facts.ts';
import type { Completion, ProjectMemory, Signal } from '../memory.ts';
import type { Instant } from '../../time.ts';

type Named = { readonly id: string; readonly name: string };

/** The reading: when it was made, and the span of the feed that earlier runs have read. */
export type FeedReading = { readonly now: Instant; readonly earlier: ProjectMemory['events'] };

/** Signals by cluster id; under null those that no cluster could be found for. */
export type SignalsByCluster = ReadonlyMap<string | null, readonly Signal[]>;

const SIGNAL_KINDS: Readonly<Record<string, Signal['kind']>> = {
  CPS_OPLOG_BEHIND: 'behind',
  CPS_OPLOG_BEHIND_AUDIT: 'behind',
  CPS_OPLOG_CAUGHT_UP: 'caughtUp',
  CPS_OPLOG_CAUGHT_UP_AUDIT: 'caughtUp',
  CPS_RESTORE_REQUESTED_AUDIT: 'restoreRequested',
  CPS_RESTORE_SUCCESSFUL: 'restored',
  CPS_RESTORE_FAILED: 'restored',
  CPS_SNAPSHOT_FAILED: 'snapshotFailed',
  CLUSTER_DELETED: 'deleted',
  CLUSTER_DELETE_SUBMITTED: 'deleted',
  SERVERLESS_INSTANCE_DELETED: 'deleted',
  CLUSTER_UPDATE_COMPLETED: 'updated',
};

/** Without a cluster, events of other kinds lead to nothing that could be done. */
const KEPT_UNATTRIBUTED: ReadonlySet<Signal['kind']> = new Set(['behind', 'caughtUp']);

/**
 * Sorts the events that matter by cluster. An event that names its cluster only by name belongs to the listed cluster of that name; a deletion
 * belongs to the one that is no longer listed. The two lists are made only if an event needs them, since most runs read none that does.
 */
export function signalsOf(
  batch: EventBatch | null,
  names: { readonly present: () => readonly Named[]; readonly deleted: () => readonly Named[] },
  reading: FeedReading,
): SignalsByCluster {
  const sorted = new Map<string | null, Signal[]>();
  for (const event of batch?.events ?? []) {
    const kind = SIGNAL_KINDS[event.type];
    if (!kind) continue;
    const owner = ownerOf(event, kind === 'deleted' ? names.deleted : names.present);
    if (owner === null && !KEPT_UNATTRIBUTED.has(kind)) continue;
    append(sorted, owner, {
      id: event.id,
      kind,
      at: event.at,
      actor: event.actor,
      ...(wasReadPast(event, reading) && { shownAt: reading.now }),
    });
  }
  return sorted;
}

/** Has an earlier run read past the event? Then Atlas shows it late, or memory holds it already (`mergeSignals`). */
function wasReadPast({ at }: AtlasEvent, { earlier }: FeedReading): boolean {
  return earlier !== null && at >= earlier.since && at < earlier.until;
}

/** The id of the cluster that the event names, by its id or by the name of one of these; null if it names none of them. */
export function ownerOf({ clusterId, clusterName }: AtlasEvent, clusters: () => readonly Named[]): string | null {
  if (clusterId !== null || clusterName === null) return clusterId;
  return clusters().findLast(({ name }) => name === clusterName)?.id ?? null;
}

/** The signals of both lists that are later than `since`, each once by its id, oldest first: reading an event twice changes nothing. */
export function mergeSignals(before: readonly Signal[], read: readonly Signal[], since: Instant): readonly Signal[] {
  if (before.length === 0 && read.length === 0) return before;
  // What memory holds comes last and stays: read again, an event only seems to be shown late.
  const byId = new Map([...read, ...before].map((signal) => [signal.id, signal]));
  return [...byId.values()].filter(({ at }) => at > since).toSorted((a, b) => a.at - b.at);
}

/** The snapshot completions that the events tell, by cluster id, or by name where an event has no id. */
export function completionsOf(batch: EventBatch | null): ReadonlyMap<string, readonly Completion[]> {
  const found = new Map<string, Completion[]>();
  for (const { clusterId, clusterName, snapshot } of batch?.events ?? []) {
    const owner = clusterId ?? clusterName;
    if (!snapshot || owner === null || snapshot.completedAt < snapshot.createdAt) continue;
    append(found, owner, { createdAt: snapshot.createdAt, took: snapshot.completedAt - snapshot.createdAt });
  }
  return found;
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
