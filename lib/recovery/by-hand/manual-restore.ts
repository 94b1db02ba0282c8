import type { Head } from '../../domain/incidents/head.ts';
import { type ClusterName, NO_RECOVERY, type RestorePoint } from '../../domain/recovery/restore-test.ts';
import { type Instant, iso, MINUTE, parseMoment, spell } from '../../domain/time.ts';
import { byPlans, restoreTimes } from '../../domain/recovery/restore-times.ts';
import type { RecordedView, Window } from '../../domain/findings/recorded-view.ts';
import type { LiveCluster, RecoveryAtlas } from '../../domain/recovery/atlas-recovery.ts';
import { usable } from '../restore-tests/choose-point.ts';
import { pointRefusals, restoreRefusals, sourceAddressesOf, sourcesOf } from '../restore-tests/restore-interlock.ts';
import { inUseRefusals } from '../restore-tests/sandbox-in-use.ts';
import { rowOf } from '../state/restore-tests-in-head.ts';
import { usersOf } from '../state/target-users.ts';
import type { Ports } from '../../ports/ports.ts';
import { readView } from '../../record/blobs/packed-blobs.ts';
import { inWords } from './watch-atlas.ts';

export type RestoreAsked = {
  readonly source: ClusterName;
  readonly target: ClusterName;
  /** A moment in ISO 8601 or a snapshot's id, as it was typed. */
  readonly to: string;
};

/** What a restore by hand would do, for a person to read before it is begun. It may not be begun where there are refusals. */
export type RestorePlanned = {
  readonly source: LiveCluster | null;
  readonly target: LiveCluster | null;
  readonly point: RestorePoint | null;
  readonly refusals: readonly string[];
  readonly lines: readonly string[];
};

export type Asking = { readonly asked: RestoreAsked; readonly ports: Ports; readonly atlas: RecoveryAtlas };

/** What the restore would do, by Atlas and the store as they are now; a store that cannot be read is a refusal. Throws `AtlasError`. */
export async function planned({ asked, ports, atlas }: Asking): Promise<RestorePlanned> {
  const { trouble, ...recorded } = await recordedBy(ports);
  const plans = ports.policy.general.restoreTests ?? [];
  const { recovery } = ports;
  const sourceAddresses = recovery ? sourceAddressesOf(plans, recovery) : [];
  const now = Date.now();
  const deadline = now + MINUTE;
  const plan = await planRestore(asked, { atlas, sources: sourcesOf(plans), sourceAddresses, now, deadline, ...recorded });
  const { target } = plan;
  const inUse = recovery && target ? await inUseRefusals(recovery, { target, variable: null, deadline }) : [];
  return { ...plan, refusals: [...(trouble === null ? [] : [trouble]), ...plan.refusals, ...inUse] };
}

async function recordedBy({ store }: Ports) {
  try {
    const { head } = await store.readHead();
    return { head, view: await readView(store, head), trouble: null };
  } catch (error) {
    const instead = 'the runbook pitr-recovery has the same restore by the Atlas CLI and UI';
    const trouble = `the store cannot be read, so that nobody knows who uses the target or whose data it holds (${inWords(error)}); ${instead}`;
    return { head: null, view: null, trouble };
  }
}

type SnapshotPoint = RestorePoint & { readonly kind: 'snapshot' };

type RestoreInputs = {
  readonly atlas: RecoveryAtlas;
  readonly head: Head | null;
  /** What the last check recorded. */
  readonly view: RecordedView | null;
  readonly sources: Parameters<typeof restoreRefusals>[0]['sources'];
  readonly sourceAddresses: Parameters<typeof restoreRefusals>[0]['sourceAddresses'];
  readonly now: Instant;
  readonly deadline: Instant;
};

/** Reads source and target, and says what would be lost, how long it took before, and which moments cannot be restored. Changes nothing. */
export async function planRestore(asked: RestoreAsked, inputs: RestoreInputs): Promise<RestorePlanned> {
  const { atlas, head, view, sources, sourceAddresses, now, deadline } = inputs;
  const [source, target] = await Promise.all([
    atlas.findCluster(asked.source.project, asked.source.cluster, deadline),
    atlas.findCluster(asked.target.project, asked.target.cluster, deadline),
  ]);
  const question = { source, target, targetName: asked.target, sources, sourceAddresses, sourceName: asked.source.cluster };
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

/**
 * Pure: the window for a person who restores now. Where no gap was open at the last check, it reaches to this moment as far as anybody knows, and Atlas
 * judges; `words` say so. They are null where the window is as it was recorded.
 */
function windowNow(window: Window | null, head: Head | null, now: Instant) {
  const checked = head?.lastRun?.startedAt ?? null;
  if (window === null || checked === null || window.to < checked || window.to >= now) return { window, words: null };
  const words = `no gap was open at the last check (${iso(window.to)}): taken to reach until now; whether the time since can be restored, Atlas judges`;
  return { window: { ...window, to: now }, words };
}

/** The tag alone makes no sandbox: a cluster that is watched holds somebody's data. */
function watchedRefusals(target: RestoreAsked['target'], view: RecordedView | null): readonly string[] {
  const row = rowOf(view, target);
  if (row === null || row.verdict === 'exempt') return [];
  return [
    `the target ${target.cluster} (project ${target.project}) is watched as a cluster with data of its own: if it may be overwritten, name it as the target of a restore test or drill in restorewatch.config.ts, or tag it restorewatch-exempt="recovery target" in Atlas, and wait for the next check`,
  ];
}

/** The point that was typed; a string says why there is none. */
export function pointNamed(to: string, snapshots: readonly SnapshotPoint[], source: LiveCluster | null): RestorePoint | string {
  if (/^[0-9a-f]{24}$/i.test(to))
    return (
      snapshots.find(({ snapshotId }) => snapshotId === to.toLowerCase()) ??
      `no completed snapshot ${to} of ${source?.name ?? 'the source'} is left; the newest are ${newest(snapshots)}`
    );
  const at = parseMoment(to);
  if (at === null) return `--to ${to}: write a moment with its zone, as 2026-11-22T13:42:00Z, or a snapshot's id (24 hexadecimal digits)`;
  return { kind: 'moment', at: Math.floor(at / 1_000) * 1_000, expiresAt: null };
}

function newest(snapshots: readonly SnapshotPoint[]): string {
  const last = snapshots.slice(-3).map(({ snapshotId, at }) => `${snapshotId} (${iso(at)})`);
  return last.length === 0 ? 'none' : last.join(', ');
}

type Overview = Pick<RestoreInputs, 'head' | 'now'> &
  Pick<RestorePlanned, 'source' | 'target' | 'point'> & {
    readonly asked: RestoreAsked;
    readonly window: Window | null;
    readonly words: string | null;
    readonly snapshots: readonly SnapshotPoint[];
  };

function linesOf({ asked, source, target, point, window, words, head, snapshots, now }: Overview): readonly string[] {
  const breaks = window?.breaks ?? [];
  const snapshot = point?.kind === 'snapshot' ? `snapshot ${point.snapshotId} of ` : '';
  return [
    `source   ${asked.source.cluster} (project ${asked.source.project})${source ? '' : ': not found'}`,
    `target   ${asked.target.cluster} (project ${asked.target.project})${target ? '' : ': not found'}; ALL ITS DATA IS REPLACED, and it cannot be used meanwhile`,
    ...(point ? [`point    ${snapshot}${iso(point.at)}; lost: everything written in the ${spell(now - point.at)} since`] : []),
    `window   ${window ? `${iso(window.from)} to ${iso(window.to)}` : 'point-in-time recovery is off, or its window is not known'}; snapshots: ${newest(snapshots)}`,
    ...(words === null ? [] : [`         ${words}`]),
    ...breaks.map(({ from, to, cause }) => `         not restorable: ${iso(from)} to ${iso(to)} (${cause})`),
    `time     ${durations(head, source)}`,
  ];
}

/** How long restores of this cluster took, in tests and by hand. */
function durations(head: Head | null, source: LiveCluster | null): string {
  const { restore } = restoreTimes(head?.recovery ?? NO_RECOVERY, source?.clusterId ?? '');
  if (restore === null) return 'never measured: no restore of this cluster has come so far';
  const { last, median, worst, count, plans } = restore;
  return count === 1
    ? `the last restore took ${spell(last)}${byPlans(plans)}`
    : `the last restore took ${spell(last)}; median ${spell(median)}, worst ${spell(worst)} of ${count}${byPlans(plans)}`;
}
