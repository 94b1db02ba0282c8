import type { Head } from '../domain/head.ts';
import { NO_RECOVERY, type RestorePoint } from '../domain/restore-test.ts';
import { type Duration, type Instant, iso, spell } from '../domain/time.ts';
import type { RecordedView, Window } from '../domain/view.ts';
import type { LiveCluster, RecoveryAtlas } from '../domain/recovery-atlas.ts';
import { usable } from './choose.ts';
import { pointRefusals, restoreRefusals } from './interlock.ts';
import { rowOf, usersOf, windowNow } from './manual-surroundings.ts';

export type RestoreAsked = {
  readonly source: { readonly project: string; readonly cluster: string };
  readonly target: { readonly project: string; readonly cluster: string };
  /** A moment in ISO 8601 or a snapshot's id, as it was typed. */
  readonly to: string;
};

/** What a restore by hand would do, for a person to read before it is begun. `refusals` not empty: it may not be. */
export type RestorePlanned = {
  readonly source: LiveCluster | null;
  readonly target: LiveCluster | null;
  readonly point: RestorePoint | null;
  readonly refusals: readonly string[];
  readonly lines: readonly string[];
};

type Surroundings = {
  readonly atlas: RecoveryAtlas;
  readonly head: Head | null;
  /** What the last check recorded. */
  readonly view: RecordedView | null;
  readonly sources: Parameters<typeof restoreRefusals>[0]['sources'];
  readonly now: Instant;
  readonly deadline: Instant;
};

/** Reads source and target, and says what would be lost, how long it took before, and which moments cannot be restored. Changes nothing. */
export async function planRestore(asked: RestoreAsked, surroundings: Surroundings): Promise<RestorePlanned> {
  const { atlas, head, view, sources, now, deadline } = surroundings;
  const [source, target] = await Promise.all([
    atlas.findCluster(asked.source.project, asked.source.cluster, deadline),
    atlas.findCluster(asked.target.project, asked.target.cluster, deadline),
  ]);
  const question = { source, target, targetName: asked.target, sources, sourceName: asked.source.cluster };
  const refusals = [...restoreRefusals({ ...question, others: usersOf(head, target) }), ...watchedRefusals(asked.target, view)];
  const snapshots = source ? usable({ snapshots: await atlas.snapshots(source, deadline), now }) : [];
  const point = pointNamed(asked.to, snapshots, source);
  const recorded = source?.pitEnabled === false ? null : (rowOf(view, asked.source)?.window ?? null);
  const { window, words } = windowNow(recorded, head, now);
  if (typeof point === 'string') refusals.push(point);
  else refusals.push(...pointRefusals(point, window, now));
  const chosen = typeof point === 'string' ? null : point;
  const lines = linesOf({ asked, source, target, point: chosen, window, words, head, snapshots, now });
  return { source, target, point: chosen, refusals, lines };
}

/** The tag alone makes no sandbox: who is watched is somebody's data. */
function watchedRefusals(target: RestoreAsked['target'], view: RecordedView | null): readonly string[] {
  const row = rowOf(view, target);
  if (row === null || row.verdict === 'exempt') return [];
  return [
    `the target ${target.cluster} (project ${target.project}) is watched as a cluster with data of its own: if it may be overwritten, name it as the target of a restore test or drill in restorable.config.ts, or tag it restorable-exempt="recovery target" in Atlas, and wait for the next check`,
  ];
}

/** The point that was typed; in words, why it names none. */
export function pointNamed(
  to: string,
  snapshots: readonly (RestorePoint & { readonly kind: 'snapshot' })[],
  source: LiveCluster | null,
): RestorePoint | string {
  if (/^[0-9a-f]{24}$/i.test(to))
    return (
      snapshots.find(({ snapshotId }) => snapshotId === to.toLowerCase()) ??
      `no completed snapshot ${to} of ${source?.name ?? 'the source'} is left; the newest are ${newest(snapshots)}`
    );
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(to) ? Date.parse(to) : Number.NaN;
  if (Number.isNaN(at))
    return `--to ${to}: write a moment with its zone, as 2026-11-22T13:42:00Z, or a snapshot's id (24 hexadecimal digits)`;
  return { kind: 'moment', at: Math.floor(at / 1_000) * 1_000, expiresAt: null };
}

function newest(snapshots: readonly (RestorePoint & { readonly kind: 'snapshot' })[]): string {
  const last = snapshots.slice(-3).map(({ snapshotId, at }) => `${snapshotId} (${iso(at)})`);
  return last.length === 0 ? 'none' : last.join(', ');
}

type Told = {
  readonly asked: RestoreAsked;
  readonly source: LiveCluster | null;
  readonly target: LiveCluster | null;
  readonly point: RestorePoint | null;
  readonly window: Window | null;
  /** What is to be said of the window's end. */
  readonly words: string | null;
  readonly head: Head | null;
  readonly snapshots: readonly (RestorePoint & { readonly kind: 'snapshot' })[];
  readonly now: Instant;
};

function linesOf({ asked, source, target, point, window, words, head, snapshots, now }: Told): readonly string[] {
  const breaks = window?.breaks ?? [];
  return [
    `source   ${asked.source.cluster} (project ${asked.source.project})${source ? '' : ': not found'}`,
    `target   ${asked.target.cluster} (project ${asked.target.project})${target ? '' : ': not found'}; ALL ITS DATA IS REPLACED, and it cannot be used meanwhile`,
    ...(point
      ? [
          `point    ${point.kind === 'snapshot' ? `snapshot ${point.snapshotId} of ` : ''}${iso(point.at)}; lost: everything written in the ${spell(now - point.at)} since`,
        ]
      : []),
    `window   ${window ? `${iso(window.from)} to ${iso(window.to)}` : 'point-in-time recovery is off, or its window is not known'}; snapshots: ${newest(snapshots)}`,
    ...(words === null ? [] : [`         ${words}`]),
    ...breaks.map(({ from, to, cause }) => `         not restorable: ${iso(from)} to ${iso(to)} (${cause})`),
    `time     ${durations(head, source)}`,
  ];
}

/** How long the last restores of this cluster took, as the restore tests measured them. */
function durations(head: Head | null, source: LiveCluster | null): string {
  const proofs = (head?.recovery ?? NO_RECOVERY).proofs.filter((proof) => proof.source.clusterId === source?.clusterId);
  const spans = proofs.flatMap(({ measured }) => (measured.restore === null ? [] : [measured.restore]));
  const last = spans.slice(-5).map((span: Duration) => spell(span));
  return last.length === 0
    ? 'never measured: no restore test of this cluster has come so far'
    : `the last ${last.length} restore(s) took ${last.join(', ')}`;
}
