import type { Head } from '../domain/incidents/head.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import type { GeneralPolicy } from '../domain/policy/policy.ts';
import { integrity } from '../evaluate/checks/integrity.ts';
import { checksThat } from '../evaluate/checks/registry.ts';
import { restoreTest } from '../evaluate/checks/restore-test.ts';
import type { RestorePlan } from '../domain/policy/recovery-plan.ts';
import { NO_RECOVERY, type Proof, type RestorePoint } from '../domain/recovery/restore-test.ts';
import { type Instant, SECOND } from '../domain/time.ts';
import type { ClusterRow, RecordedView, RestorableMoments, Window } from '../domain/findings/recorded-view.ts';
import { isStale } from '../render/status.ts';
import type { CommandValues } from '../domain/check/runbook-commands.ts';
import { type RestoreTimes, restoreTimes } from '../domain/recovery/restore-times.ts';

/** The incident or the cluster for which a runbook is opened. */
export type Asked = { readonly incidentId: string | null; readonly clusterId: string | null };

export type LiveValues = {
  readonly now: Instant;
  readonly incident: Incident | null;
  readonly cluster: { readonly id: string; readonly name: string } | null;
  readonly project: { readonly id: string; readonly name: string } | null;
  /** When the check that read these values ended; null if none has run. */
  readonly checkedAt: Instant | null;
  readonly stale: boolean;
  /** False if the last check did not list the cluster, so that its window and recovery point are unknown. */
  readonly listed: boolean;
  /** True if the last check could not read some of the values, which are older then. */
  readonly unknown: boolean;
  readonly window: Window | null;
  /** The end of the window, if it lies before the start of the check that read it: continuous backup reaches no further. */
  readonly openSince: Instant | null;
  /** What the page and the alerts say can be restored; null if the last check did not list the cluster. */
  readonly restorable: RestorableMoments | null;
  /** The newest point that passed a restore test and has not expired; if all have expired, the newest that passed. */
  readonly proven: { readonly point: RestorePoint; readonly plan: string; readonly testedAt: Instant; readonly expired: boolean } | null;
  /** The last restore test, if it did not pass. */
  readonly lastFailure: Proof | null;
  readonly expected: RestoreTimes;
  /** When damage to the data began, as far as is known; null if the incident is not about the data itself. */
  readonly before: Instant | null;
  /** The last moment that can be restored; before the damage, if there is any. */
  readonly moment: Instant | null;
  readonly target: CommandValues['target'];
  /** The name of the restore test that has the cluster as a source. */
  readonly plan: string | null;
};

const ABOUT_DATA = checksThat('aboutData');

type Request = Asked & {
  readonly policy: Pick<GeneralPolicy, 'restoreTests' | 'checkInterval'>;
  readonly now: Instant;
};

/** Pure: what is recorded about the incident's cluster, or about the named cluster. Null if the recorded state has neither. */
export function liveRunbook(head: Head | null, view: RecordedView | null, request: Request): LiveValues | null {
  const incident = head?.incidents.find(({ id }) => id === request.incidentId) ?? null;
  const clusterId = incident ? incident.resource.clusterId : request.clusterId;
  const row = view?.clusters.find((one) => one.clusterId === clusterId) ?? null;
  if (incident === null && row === null) return null;
  const before = incident && ABOUT_DATA.has(incident.check) ? beginningOf(incident, head) : null;
  return {
    now: request.now,
    incident,
    ...placeOf(incident, row),
    checkedAt: head?.lastRun?.finishedAt ?? null,
    stale: isStale(head, request.now, request.policy.checkInterval),
    listed: row !== null,
    unknown: row !== null && (row.verdict === 'unknown' || row.restorable.readAt < (head?.lastRun?.startedAt ?? 0)),
    window: row?.window ?? null,
    openSince: row && openSince(row),
    restorable: row && { ...row.restorable, window: row.window },
    ...provenOf(head?.recovery?.proofs ?? [], clusterId ?? '', request.now),
    expected: restoreTimes(head?.recovery ?? NO_RECOVERY, clusterId ?? ''),
    before,
    moment: lastRestorable(row?.window ?? null, before ?? Infinity),
    ...planOf(request.policy.restoreTests ?? [], row, view),
  };
}

/** The values for the commands of a runbook. After a failed restore test the point is the one that failed, to be restored once more. */
export function commandValues({ incident, cluster, project, moment, proven, lastFailure, target, plan }: LiveValues): CommandValues {
  const failed = incident?.check === restoreTest.id ? (lastFailure?.point ?? null) : null;
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
  // The row's names are newer: a cluster may have been renamed since the incident opened.
  if (row) return { cluster: { id: row.clusterId, name: row.name }, project: { id: row.projectId, name: row.projectName } };
  const { clusterId = null, projectId = null, projectName = null, name = '' } = incident?.resource ?? {};
  return {
    cluster: clusterId === null ? null : { id: clusterId, name },
    project: projectId === null ? null : { id: projectId, name: projectName ?? name },
  };
}

function openSince({ window, restorable }: ClusterRow): Instant | null {
  return window !== null && window.to < restorable.readAt ? window.to : null;
}

/** The earliest known time: Atlas's own, the opening of the incident, or the last time at which a failed assertion still held. */
function beginningOf({ check, startedAt, openedAt }: Incident, head: Head | null): Instant {
  const asserted = check === integrity.id ? head?.recovery?.integrity : undefined;
  const held = asserted ? Object.values(asserted.lastHeld).filter((at) => at < asserted.at) : [];
  return Math.min(startedAt ?? openedAt, openedAt, ...held);
}

function provenOf(proofs: readonly Proof[], clusterId: string, now: Instant): Pick<LiveValues, 'proven' | 'lastFailure'> {
  const own = proofs.filter(({ source }) => source.clusterId === clusterId).toSorted((a, b) => a.endedAt - b.endedAt);
  const last = own.at(-1) ?? null;
  const passed = own.flatMap(({ verdict, point, plan, endedAt }) =>
    verdict === 'passed' && point ? [{ point, plan, testedAt: endedAt, expired: point.expiresAt !== null && point.expiresAt <= now }] : [],
  );
  const best = passed.toSorted((a, b) => Number(b.expired) - Number(a.expired) || a.point.at - b.point.at).at(-1);
  return { proven: best ?? null, lastFailure: last?.verdict === 'passed' ? null : last };
}

/** The restore test that has this cluster as a source, and the test's sandbox. */
function planOf(plans: readonly RestorePlan[], row: ClusterRow | null, view: RecordedView | null): Pick<LiveValues, 'target' | 'plan'> {
  const isProject = (named: string, one: ClusterRow): boolean => named === one.projectId || named === one.projectName;
  const found = row && plans.find(({ sources }) => sources.some((one) => one.cluster === row.name && isProject(one.project, row)));
  if (!found) return { target: null, plan: null };
  const { project, cluster } = found.target;
  const known = view?.clusters.find((one) => isProject(project, one));
  return { target: { name: cluster, projectId: known?.projectId ?? null }, plan: found.name };
}

/**
 * The last whole second before `before` that lies in the window and outside its breaks; null if there is none. Both ends of a break count as part
 * of it: one second more costs nothing, and a restore that Atlas refuses costs minutes.
 */
export function lastRestorable(window: Window | null, before: Instant): Instant | null {
  if (window === null) return null;
  let at = secondBefore(Math.min(before, window.to));
  // The latest break first: a step back over one break can only end in a break that begins earlier.
  for (const hole of window.breaks.toSorted((a, b) => b.from - a.from)) {
    if (at >= hole.from && at <= hole.to) at = secondBefore(hole.from);
  }
  return at < window.from ? null : at;
}

function secondBefore(at: Instant): Instant {
  return (Math.ceil(at / SECOND) - 1) * SECOND;
}
