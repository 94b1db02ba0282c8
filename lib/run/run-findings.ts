import type { TrailTip } from '../domain/audit/audit-entry.ts';
import type { Finding } from '../domain/findings/finding.ts';
import type { RecordedView } from '../domain/findings/recorded-view.ts';
import { withAcceptances } from '../domain/incidents/acceptance.ts';
import type { Head, Run } from '../domain/incidents/head.ts';
import type { Delivery } from '../domain/incidents/incident.ts';
import { UNNAMED } from '../domain/incidents/trigger-calls.ts';
import type { Memory } from '../domain/memory/memory.ts';
import type { GeneralPolicy } from '../domain/policy/policy.ts';
import type { RunEvaluation } from '../evaluate/evaluation.ts';
import type { Ports } from '../ports/ports.ts';
import { proofFindings } from '../reconcile/alert-path-findings.ts';
import { heartbeatFindings } from '../reconcile/missed-heartbeats.ts';
import { checkCompleted, stalledFindings } from '../reconcile/monitor-findings.ts';
import type { ReconcileContext } from '../reconcile/reconcile.ts';
import { triggerFindings } from '../reconcile/trigger-findings.ts';
import { withoutSetUp, withSetUp } from '../reconcile/set-up-findings.ts';
import { locateIn, recoveryFindings, withdrawn } from '../recovery/findings/recovery-findings.ts';
import type { RouteContext } from '../route/plan-deliveries.ts';
import { type About, teamFor } from '../route/team.ts';

/** What a run adds to the head. */
export type RunResults = {
  readonly run: Run;
  readonly evaluation: Pick<RunEvaluation, 'findings' | 'memory'>;
  /** What is recorded for the page. A function, since making it takes time and it is only needed here if a digest is due. */
  readonly view: () => RecordedView;
  readonly memoryBlobs: readonly string[];
  readonly viewBlobs: readonly string[];
  readonly revision: number;
  /** What the head remembers of what this check adds to the log; absent: nothing is logged. */
  readonly logged?: Head['logged'];
  /** The last entry of the log when this check began, which the digest gives away. */
  readonly tip?: TrailTip;
  /** Whether the dead-man switch received the ping that this run has begun. */
  readonly startReceived: boolean;
  readonly ports: Pick<Ports, 'channels' | 'policy' | 'projectIds' | 'canAcknowledge' | 'acknowledgementPaths' | 'pagerduty'>;
  /** Resolves of the alarm that went out without the store: no transition causes them. */
  readonly alarmResolves: readonly Delivery[];
};

/** Pure: everything that a run has found. A run that was cut off says nothing about what only a complete one can know. */
export function findingsOf(head: Head, { run, evaluation, startReceived, ports }: RunResults, context: RouteContext): readonly Finding[] {
  // A responder may have accepted something since the run read the head.
  const found = withAcceptances(evaluation.findings, head.acceptances);
  if (!run.complete) return withoutSetUp(found, evaluation.memory);
  const { now, general } = context;
  // Evaluated on the head that is swapped, not on the one that was read at the beginning: a restore test may have ended meanwhile.
  const recovery = recoveryFindings(head, ports.policy, locateIn(evaluation.memory, ports.policy), now);
  const all = [
    ...found,
    ...checkCompleted(head),
    ...heartbeatFindings(head, startReceived, now),
    ...stalledFindings(head, context),
    ...triggerFindings(head, { trigger: run.trigger ?? UNNAMED, now, interval: general.checkInterval }),
    ...proofFindings(head, now, general),
    ...recovery,
    ...withdrawn(head, recovery),
  ];
  return withSetUp(all, { head, memory: evaluation.memory, general, now });
}

/** Pure: what the findings of a run are reconciled by. */
export function reconcileContext(head: Head, { run, evaluation, revision, ports }: RunResults): ReconcileContext {
  const { general } = ports.policy;
  return {
    now: run.startedAt,
    revision,
    projectIds: ports.projectIds,
    beingDeleted: deletingIn(evaluation.memory),
    flapping: general.flapping,
    endings: head.endings,
    teamFor: teamsBy(evaluation.memory, general),
  };
}

function deletingIn({ projects }: Memory): ReadonlySet<string> {
  const clusters = Object.values(projects).flatMap((project) => Object.values(project.clusters));
  return new Set(
    clusters.flatMap(({ id, deleting, missingSince, gone }) => (deleting && missingSince === null && gone === null ? [id] : [])),
  );
}

/** Teams are chosen by the tags of a cluster too. Memory has them, also of a cluster that cannot be read now. */
function teamsBy(memory: Memory, { teams = [] }: GeneralPolicy): (about: About) => string | undefined {
  return (about) => {
    const { projectId, clusterId } = about.resource;
    const cluster = memory.projects[projectId ?? '']?.clusters[clusterId ?? ''];
    return teamFor(teams, about, cluster?.tags ?? {});
  };
}
