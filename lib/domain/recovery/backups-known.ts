import { eachPacked, unpackPoint } from '../memory/held/packed-points.ts';
import { unpackListing } from '../memory/history/packed-listing.ts';
import type { DailyNote } from '../memory/daily-notes.ts';
import type { ClusterMemory, HeldSnapshot, ProjectMemory } from '../memory/memory.ts';
import { type Instant, iso } from '../time.ts';
import type { BackupsNow, ExportsNow, LockNow } from './leaving-backups.ts';

type Known = {
  readonly project: ProjectMemory;
  readonly cluster: ClusterMemory;
  readonly promised: BackupsNow['promised'];
  /** When the last check began; null: none has. */
  readonly lastRunAt: Instant | null;
};

/** Pure: what checks know of the backups that hold a cluster's data. */
export function backupsOf({ project, cluster, promised, lastRunAt }: Known): BackupsNow {
  const isDedicated = cluster.kind === 'replicaSet' || cluster.kind === 'sharded';
  const lock = isDedicated ? lockOf(project) : null;
  const asOf = asOfOf(cluster);
  return {
    cluster: cluster.name,
    asOf,
    blind: blindOf(cluster, asOf, lastRunAt),
    snapshots: snapshotsOf(cluster),
    unfinished: cluster.gone ? [] : cluster.unfinished.flatMap((id) => requestedAt(id) ?? []),
    restoreWindowDays: isDedicated ? restoreWindowOf(cluster, lock) : null,
    copies: copiesOf(cluster),
    exports: isDedicated ? exportsOf(project, cluster) : null,
    lock,
    promised,
  };
}

/** Of a cluster of which memory holds nothing (any more): it was deleted long ago, or its project is watched no longer. */
export function backupsForgotten(cluster: string, promised: BackupsNow['promised'] = null): BackupsNow {
  const blind = 'no check knows it any more; what was known when the erasure was registered stands in the record';
  const nothing = { snapshots: [], unfinished: [], restoreWindowDays: null, copies: [], exports: null, lock: null };
  return { cluster, asOf: null, blind, promised, ...nothing };
}

/** An M0 has no backups, so that there is no list of them. */
function asOfOf({ kind, gone, snapshotsReadAt, readAt, held, history }: ClusterMemory): Instant | null {
  if (gone) return gone.remains?.readAt ?? null;
  if (kind === 'free') return readAt;
  return held && held.of !== '' ? held.readAt : history ? snapshotsReadAt : null;
}

function blindOf({ gone, missingSince, kind }: ClusterMemory, asOf: Instant | null, lastRunAt: Instant | null): string | null {
  if (gone)
    return gone.remains
      ? null
      : `it was ${gone.upgradedTo === undefined ? 'deleted' : 'upgraded'} at ${iso(gone.at)}, and what is left of its backups is ${gone.left}`;
  if (missingSince !== null) return `Atlas has not listed it since ${iso(missingSince)}`;
  if (asOf === null || lastRunAt === null || asOf >= lastRunAt || kind === 'free') return null;
  return `its snapshots could not be read since ${iso(asOf)}`;
}

/** `held` has seconds and every point; the listing has those of the kinds of clusters that `held` leaves out, in whole minutes, and is read with a minute to spare. */
function snapshotsOf({ kind, gone, held, history, beside = [] }: ClusterMemory): readonly HeldSnapshot[] {
  if (gone) return gone.remains ? [...unpacked(gone.remains.points), ...beside] : [];
  if (kind === 'free') return [];
  if (held && held.of !== '') return [...unpacked(held.points), ...beside];
  const listed = unpackListing(history?.listed ?? { text: '', regions: [] }).filter((point) => point.listed);
  return [...listed.map(({ createdAt: at, expiresAt }) => ({ at, expiresAt: expiresAt === null ? null : expiresAt + 60_000 })), ...beside];
}

function unpacked(points: string): readonly HeldSnapshot[] {
  return eachPacked(points).map((packed) => {
    const { createdAt: at, expiresAt } = unpackPoint(packed);
    return { at, expiresAt };
  });
}

/** Copies go with their original when it is deleted, so that a cluster of which nothing is left has none. */
function copiesOf({ gone, copiesKept = {}, copiesEnded = [], beside = [] }: ClusterMemory): BackupsNow['copies'] {
  if (gone?.remains?.points === '' && beside.length === 0) return [];
  return [
    ...Object.entries(copiesKept).map(([what, kept]) => ({ what, kept, until: null })),
    ...copiesEnded.map(({ what, kept, at }) => ({ what, kept, until: at })),
  ];
}

/** The second in an ObjectId's first four bytes. */
function requestedAt(id: string): Instant | null {
  const second = Number.parseInt(id.slice(0, 8), 16);
  return Number.isFinite(second) ? second * 1_000 : null;
}

/** Of a deleted cluster the oplog is gone, unless a compliance policy kept it, and nobody tells for how long. */
function restoreWindowOf({ gone, pitr, restoreWindowDays }: ClusterMemory, lock: LockNow | null): number | null | undefined {
  if (gone) return lock?.is === 'off' ? null : undefined;
  if (pitr.on === false) return null;
  return pitr.on === null ? undefined : (restoreWindowDays ?? undefined);
}

function exportsOf({ daily, exportedAt: ownerless = 0 }: ProjectMemory, { exportedAt = 0 }: ClusterMemory): ExportsNow {
  const note = daily?.exportBuckets;
  const last = Math.max(exportedAt, ownerless);
  const why = whyUnknown(note, 'which buckets there are');
  const buckets = note?.last?.value ?? null;
  return {
    buckets:
      why !== null ? { why } : buckets === null ? { why: 'Atlas does not say which buckets there are' } : buckets.map(({ name }) => name),
    lastAt: last === 0 ? null : last,
  };
}

function lockOf({ daily }: ProjectMemory): LockNow {
  const note = daily?.compliancePolicy;
  const why = whyUnknown(note, 'whether there is one');
  if (why !== null) return { is: 'unknown', why };
  const policy = note?.last?.value ?? null;
  return policy === null ? { is: 'off' } : { is: 'on', kept: policy.kept };
}

/** Null if the note has a value that the last attempt brought. */
function whyUnknown(note: DailyNote<unknown> | undefined, what: string): string | null {
  if (note === undefined) return `no check has asked Atlas yet ${what}`;
  if (note.trouble === null) return note.last === null ? `no check has asked Atlas yet ${what}` : null;
  return note.trouble.role === null ? note.trouble.reason : `needs the role ${note.trouble.role}`;
}
