import type { Retention } from '../facts/facts.ts';
import type { HeldSnapshot } from '../memory/memory.ts';
import { inWords, keptUntil } from '../retention/calendar.ts';
import { plural } from '../text.ts';
import { DAY, type Instant, iso } from '../time.ts';

/** What the last check that could read them knows of one cluster's backups (`backupsOf`). */
export type BackupsNow = {
  readonly cluster: string;
  /** When Atlas last listed the snapshots; null: it never did. */
  readonly asOf: Instant | null;
  /** Why nothing newer is known, though checks went on; null if the last check read it. */
  readonly blind: string | null;
  /** Complete snapshots; a deleted cluster's are those that were left. */
  readonly snapshots: readonly HeldSnapshot[];
  /** When the snapshots were asked for that were under way: Atlas sets their expiry when they complete (docs/facts/atlas.md §3). */
  readonly unfinished: readonly Instant[];
  /** Null where continuous backup is off; undefined where it is not known. */
  readonly restoreWindowDays: number | null | undefined;
  /** Copies with a retention of their own, by region and kind; `until`: when it was set no longer. All others end with their originals (docs/facts/atlas.md §10). */
  readonly copies: readonly { readonly what: string; readonly kept: Retention; readonly until: Instant | null }[];
  /** Exports into buckets of the customer's own; null if the kind of cluster has none. */
  readonly exports: ExportsNow | null;
  /** A Backup Compliance Policy; null if the kind of cluster cannot have one. */
  readonly lock: LockNow | null;
  /** For how many days policy promises to keep backups, by which classes; null: nothing. */
  readonly promised: { readonly minDays: number | null; readonly classes: readonly string[] } | null;
};

/** `buckets`: their names, or why they are not known. `lastAt`: when the last export succeeded of which an event told; null: none. */
export type ExportsNow = { readonly buckets: readonly string[] | { readonly why: string }; readonly lastAt: Instant | null };

/** `off`: the project has none. `kept`: the least retention of each kind of snapshot. */
export type LockNow =
  | { readonly is: 'off' }
  | { readonly is: 'on'; readonly kept: readonly Retention[] }
  | { readonly is: 'unknown'; readonly why: string };

export type Leaving = {
  /** When the last backup that is known to hold it expires; null if none is known to. */
  readonly at: Instant | null;
  /** Which backup that is: "a snapshot of orders"; null where `at` is. */
  readonly by: string | null;
  /** Snapshots from before the erasure. */
  readonly holding: number;
  /** What could not be told: then the data does not leave before `at`, and nobody knows when. */
  readonly unknown: readonly string[];
  /** What stands against deleting backups earlier, and what is late. */
  readonly warnings: readonly string[];
  /** When Atlas was last asked, of the cluster for which that is longest ago; null: never. */
  readonly asOf: Instant | null;
};

/** How long plan 7.1 keeps the data of users. */
const KEPT_FOR = 90 * DAY;

/**
 * Pure: when data that was erased then will have left the backups of these clusters. A snapshot and the oplog hold whole clusters, so that an erasure of some
 * namespaces leaves them no earlier. Never a date that nobody knows: what Atlas does not tell is named under `unknown`.
 */
export function leavingBackups(erasedAt: Instant, backups: readonly BackupsNow[], now: Instant): Leaving {
  const each = backups.map((one) => ({ one, ...leavingOne(erasedAt, one, now) }));
  const last = latestOf(each.flatMap(({ ends }) => ends));
  const at = last?.at ?? null;
  const late = at !== null && at - erasedAt > KEPT_FOR ? ['that is later than the 90 days for which the plan keeps the data of users'] : [];
  return {
    at,
    by: last?.what ?? null,
    holding: each.reduce((sum, { holding }) => sum + holding, 0),
    unknown: each.flatMap(({ unknown }) => unknown),
    warnings: [
      ...late,
      ...each.flatMap(({ one, holding, snapshotsUntil }) => (holding === 0 ? [] : forbidden(one, holding, snapshotsUntil))),
    ],
    asOf: backups.some(({ asOf }) => asOf === null) ? null : Math.min(...backups.flatMap(({ asOf }) => asOf ?? [])),
  };
}

/** A backup that holds the data, and when it ends. */
type End = { readonly at: Instant; readonly what: string };

type LeavingOne = Pick<Leaving, 'holding' | 'unknown'> & { readonly ends: readonly End[]; readonly snapshotsUntil: Instant | null };

function leavingOne(erasedAt: Instant, one: BackupsNow, now: Instant): LeavingOne {
  const holding = one.snapshots.filter(({ at, expiresAt }) => (at ?? erasedAt) <= erasedAt && (expiresAt === null || expiresAt > now));
  const unfinished = one.unfinished.filter((at) => at <= erasedAt);
  const snapshotsUntil = latest(holding.map(({ expiresAt }) => expiresAt));
  const window = one.restoreWindowDays;
  const least = one.lock?.is === 'on' ? one.lock.kept : [];
  const ends = [
    { at: snapshotsUntil, what: `a snapshot of ${one.cluster}` },
    { at: typeof window === 'number' ? erasedAt + window * DAY : null, what: `the restore window of ${one.cluster}` },
    ...one.copies.map(({ what, kept, until }) => ({
      at: keptUntil(Math.min(erasedAt, until ?? erasedAt), kept),
      what: `copies of ${one.cluster} in ${what}, at the latest`,
    })),
    // Under a compliance policy a snapshot is kept for the shortest of its retentions at least, whichever kind it becomes.
    ...unfinished.map((at) => ({ at: shortest(at, least), what: `a snapshot of ${one.cluster} under way, at the earliest` })),
  ];
  return {
    ends: ends.flatMap(({ at, what }) => (at !== null && at > now ? [{ at, what }] : [])),
    holding: holding.length + unfinished.length,
    unknown: unknownOf(erasedAt, one, {
      endless: holding.filter(({ expiresAt }) => expiresAt === null).length,
      unfinished: unfinished.length,
    }),
    snapshotsUntil,
  };
}

function shortest(at: Instant, kept: readonly Retention[]): Instant | null {
  return kept.length === 0 ? null : Math.min(...kept.map((one) => keptUntil(at, one)));
}

function latestOf(ends: readonly End[]): End | null {
  return ends.reduce<End | null>((last, end) => (last === null || end.at > last.at ? end : last), null);
}

function latest(moments: readonly (Instant | null)[]): Instant | null {
  const known = moments.filter((at) => at !== null);
  return known.length === 0 ? null : known.reduce((last, at) => Math.max(last, at));
}

type Undated = { readonly endless: number; readonly unfinished: number };

function unknownOf(erasedAt: Instant, one: BackupsNow, { endless, unfinished }: Undated): readonly string[] {
  const { cluster, asOf, blind, restoreWindowDays, exports } = one;
  return [
    ...(asOf === null ? [`${cluster}: ${blind ?? 'its snapshots were never read'}`] : []),
    ...(asOf !== null && asOf < erasedAt
      ? [`${cluster}: what was taken between ${iso(asOf)}, when Atlas last listed its snapshots, and the erasure`]
      : []),
    ...(asOf !== null && blind !== null ? [`${cluster}: ${blind}`] : []),
    ...(endless > 0 ? [`${cluster}: Atlas names no expiry for ${plural(endless, 'snapshot')}`] : []),
    ...(unfinished > 0 ? [`${cluster}: ${plural(unfinished, 'snapshot')} under way, whose expiry Atlas sets at completion`] : []),
    ...(restoreWindowDays === undefined ? [`${cluster}: its restore window is not known`] : []),
    ...(exports === null ? [] : exportsInWords(cluster, exports)),
  ];
}

/** What was exported from a bucket's beginning is there for as long as the bucket's owner keeps it. */
function exportsInWords(cluster: string, { buckets, lastAt }: ExportsNow): readonly string[] {
  const seen = lastAt === null ? 'no export of it was seen' : `the last export seen ended at ${iso(lastAt)}`;
  if ('why' in buckets) return [`${cluster}: its exports (${seen}): ${buckets.why}`];
  if (buckets.length === 0 && lastAt === null) return [];
  const where =
    buckets.length === 0 ? 'a bucket that Atlas lists no more' : `the ${buckets.length === 1 ? 'bucket' : 'buckets'} ${buckets.join(', ')}`;
  return [`${cluster}: its exports in ${where} (${seen}): Atlas knows no expiry there; set the lifecycle rule of the bucket, or verify it`];
}

/** Why nobody may delete what holds the data earlier. */
function forbidden({ cluster, lock, promised }: BackupsNow, holding: number, until: Instant | null): readonly string[] {
  const { minDays = null, classes = [] } = promised ?? {};
  return [
    ...(lock === null ? [] : [lockInWords(cluster, lock, { holding, until })]),
    ...(minDays === null
      ? []
      : [
          `policy keeps backups of ${cluster} for at least ${plural(minDays, 'day')} (${classes.join(', ')}), which deleting them earlier would break`,
        ]),
  ];
}

function lockInWords(
  cluster: string,
  lock: LockNow,
  { holding, until }: { readonly holding: number; readonly until: Instant | null },
): string {
  const snapshots = plural(holding, 'snapshot');
  if (lock.is === 'off')
    return `${cluster}: to be gone earlier, ${snapshots} would have to be deleted by hand; no Backup Compliance Policy forbids it`;
  if (lock.is === 'unknown')
    return `${cluster}: to be gone earlier, ${snapshots} would have to be deleted by hand, which a Backup Compliance Policy would forbid; whether there is one is not watched: ${lock.why}`;
  const least =
    lock.kept.length === 0 ? '' : ` (it keeps each kind for at least ${[...new Set(lock.kept.map((one) => inWords(one)))].join(', ')})`;
  const end = until === null ? 'before it expires' : `before it expires, the last at ${iso(until)}`;
  return `${cluster}: a Backup Compliance Policy forbids everybody to delete ${holding === 1 ? 'the snapshot' : `any of ${snapshots}`} ${end}${least}`;
}

/** "the last backup that holds it expires at …", or "not before …, and unknown for …", with what to mind. */
export function leavingInWords(leaving: Leaving): string {
  const { unknown, warnings, asOf } = leaving;
  return [
    leavingInShort(leaving),
    ...(unknown.length === 0 ? [] : [`unknown for ${unknown.join('; ')}`]),
    ...warnings,
    asOfInWords(asOf),
  ].join('; ');
}

/** The first of these sentences. */
export function leavingInShort({ at, by, unknown }: Leaving): string {
  if (at === null) return unknown.length === 0 ? 'no backup holds it any more' : 'nobody knows when the last backup that holds it expires';
  return unknown.length === 0 ? `the last backup that holds it expires at ${iso(at)} (${by})` : `not before ${iso(at)} (${by})`;
}

export function asOfInWords(asOf: Instant | null): string {
  return asOf === null ? 'Atlas was not asked yet' : `as of ${iso(asOf)}`;
}
