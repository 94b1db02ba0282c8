import type { Head } from '../domain/head.ts';
import type { Incident } from '../domain/incident.ts';
import type { CheckId, GeneralPolicy } from '../domain/policy.ts';
import type { RestorePlan } from '../domain/recovery-plan.ts';
import type { Proof, RestorePoint } from '../domain/restore-test.ts';
import type { Instant } from '../domain/time.ts';
import type { ClusterRow, RecordedView, Window } from '../domain/view.ts';
import { isStale } from '../status.ts';
import type { CommandValues } from './commands.ts';
import { type Expected, expectedFrom } from './expected.ts';
import { lastRestorable } from './moment.ts';

/** What a runbook is opened for. */
export type Asked = { readonly incidentId: string | null; readonly clusterId: string | null };

export type LiveValues = {
  readonly now: Instant;
  readonly incident: Incident | null;
  readonly cluster: { readonly id: string; readonly name: string } | null;
  readonly project: { readonly id: string; readonly name: string } | null;
  /** When the check ended that read this; null: none has run. */
  readonly checkedAt: Instant | null;
  readonly stale: boolean;
  /** False: the last check did not list the cluster, so that window and recovery point are not known. */
  readonly listed: boolean;
  /** True: part of what is shown could not be read anew by the last check. */
  readonly unknown: boolean;
  readonly window: Window | null;
  /** Where the window ends before the check began: continuous backup reaches no further. */
  readonly openSince: Instant | null;
  readonly newestRecoveryPoint: Instant | null;
  /** The newest point that passed a restore test and can still be restored; else the newest that did. */
  readonly proven: { readonly point: RestorePoint; readonly testedAt: Instant; readonly expired: boolean } | null;
  /** The last restore test, where it did not pass. */
  readonly lastFailure: Proof | null;
  readonly expected: Expected;
  /** Where the trouble with the data began, as far as is known; null: no trouble of the data itself. */
  readonly before: Instant | null;
  /** The last moment that can be restored, before the trouble where there is one. */
  readonly moment: Instant | null;
  readonly target: CommandValues['target'];
  /** The restore test that has the cluster as a source. */
  readonly plan: string | null;
};

/** Checks that tell of the data itself: who restores because of one goes back to before it. */
const ABOUT_DATA: readonly CheckId[] = ['integrity', 'snapshot-size', 'cluster-gone'];

type Request = Asked & {
  readonly policy: Pick<GeneralPolicy, 'restoreTests' | 'checkInterval'>;
  readonly now: Instant;
};

/** Pure: what is recorded of the incident's cluster, or of this cluster. Null where neither is in the recorded state. */
export function liveRunbook(head: Head | null, view: RecordedView | null, request: Request): LiveValues | null {
  const incident = head?.incidents.find(({ id }) => id === request.incidentId) ?? null;
  const clusterId = incident ? incident.resource.clusterId : request.clusterId;
  const row = view?.clusters.find((one) => one.clusterId === clusterId) ?? null;
  if (incident === null && row === null) return null;
  const before = incident && ABOUT_DATA.includes(incident.check) ? beginningOf(incident, head) : null;
  return {
    now: request.now,
    incident,
    ...placeOf(incident, row),
    checkedAt: head?.lastRun?.finishedAt ?? null,
    stale: isStale(head, request.now, request.policy.checkInterval),
    listed: row !== null,
    unknown: row?.verdict === 'unknown',
    window: row?.window ?? null,
    openSince: openSince(row?.window ?? null, head),
    newestRecoveryPoint: row?.newestRecoveryPoint ?? null,
    ...provenOf(head?.recovery?.proofs ?? [], clusterId ?? '', request.now),
    before,
    moment: lastRestorable(row?.window ?? null, before ?? Infinity),
    ...planOf(request.policy.restoreTests ?? [], row, view),
  };
}

/** What the commands of a runbook are filled with. Who was woken by a failed test is to restore that very point once more. */
export function commandValues({ incident, cluster, project, moment, proven, lastFailure, target, plan }: LiveValues): CommandValues {
  const failed = incident?.check === 'restore-test' ? (lastFailure?.point ?? null) : null;
  const point = failed ?? (proven?.expired === false ? proven.point : null);
  return {
    cluster: cluster?.name ?? null,
    projectId: project?.id ?? null,
    projectName: project?.name ?? null,
    moment: failed?.kind === 'moment' ? failed.at : moment,
    snapshotId: point?.kind === 'snapshot' ? point.snapshotId : null,
    target,
    plan,
  };
}

function placeOf(incident: Incident | null, row: ClusterRow | null): Pick<LiveValues, 'cluster' | 'project'> {
  // The row first: names may have changed since the incident was opened.
  if (row) return { cluster: { id: row.clusterId, name: row.name }, project: { id: row.projectId, name: row.projectName } };
  const { clusterId = null, projectId = null, projectName = null, name = '' } = incident?.resource ?? {};
  return {
    cluster: clusterId === null ? null : { id: clusterId, name },
    project: projectId === null ? null : { id: projectId, name: projectName ?? name },
  };
}

function openSince(window: Window | null, head: Head | null): Instant | null {
  return window && head?.lastRun && window.to < head.lastRun.startedAt ? window.to : null;
}

/** The earliest that anything tells: Atlas's own time, the opening, or the last time at which a broken assertion still held. */
function beginningOf({ check, startedAt, openedAt }: Incident, head: Head | null): Instant {
  const integrity = check === 'integrity' ? head?.recovery?.integrity : undefined;
  const held = integrity ? Object.values(integrity.lastHeld).filter((at) => at < integrity.at) : [];
  return Math.min(startedAt ?? openedAt, openedAt, ...held);
}

function provenOf(proofs: readonly Proof[], clusterId: string, now: Instant): Pick<LiveValues, 'proven' | 'lastFailure' | 'expected'> {
  const own = proofs.filter(({ source }) => source.clusterId === clusterId).toSorted((a, b) => a.endedAt - b.endedAt);
  const last = own.at(-1) ?? null;
  const passed = own.flatMap(({ verdict, point, endedAt }) =>
    verdict === 'passed' && point ? [{ point, testedAt: endedAt, expired: point.expiresAt !== null && point.expiresAt <= now }] : [],
  );
  const best = passed.toSorted((a, b) => Number(b.expired) - Number(a.expired) || a.point.at - b.point.at).at(-1);
  return { proven: best ?? null, lastFailure: last?.verdict === 'passed' ? null : last, expected: expectedFrom(own, clusterId) };
}

/** The restore test that has this cluster as a source, and its sandbox. */
function planOf(plans: readonly RestorePlan[], row: ClusterRow | null, view: RecordedView | null): Pick<LiveValues, 'target' | 'plan'> {
  const isProject = (named: string, one: ClusterRow): boolean => named === one.projectId || named === one.projectName;
  const found = row && plans.find(({ sources }) => sources.some((one) => one.cluster === row.name && isProject(one.project, row)));
  if (!found) return { target: null, plan: null };
  const { project, cluster } = found.target;
  const known = view?.clusters.find((one) => isProject(project, one));
  return { target: { name: cluster, projectId: known?.projectId ?? null }, plan: found.name };
}
