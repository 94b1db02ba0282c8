import { planDeliveries, type PlanContext } from './alerts/plan.ts';
import { counted, pruned } from './domain/prune.ts';
import type { Finding } from './domain/finding.ts';
import type { Head, Run } from './domain/head.ts';
import type { Delivery } from './domain/incident.ts';
import type { Memory } from './domain/memory.ts';
import type { GeneralPolicy } from './domain/policy.ts';
import { hearing, heartbeatFindings } from './incidents/hearing.ts';
import { monitorRuns } from './incidents/monitor.ts';
import { proofFindings } from './incidents/proof.ts';
import { reconcile } from './incidents/reconcile.ts';
import type { Judgement } from './judge.ts';
import { maintenanceOf } from './maintenance.ts';
import { contextOf, type Parts } from './parts.ts';
import { hush } from './alerts/hush.ts';
import { type About, teamFor } from './alerts/team.ts';
import { withDigest } from './digest.ts';
import { locateIn, recoveryFindings, withdrawn } from './proving/findings.ts';
import { planNames, seenPlans } from './recovery/state.ts';
import { rounds } from './rounds.ts';
import { stalledFindings } from './stalled.ts';
import type { RecordedView } from './domain/view.ts';
import { rowsNow } from './status/recovered-rows.ts';

export type Succession = {
  readonly run: Run;
  readonly judgement: Pick<Judgement, 'findings' | 'memory'>;
  /** What the run recorded for the page; the daily digest tells of it. */
  readonly view: () => RecordedView;
  readonly memoryBlobs: readonly string[];
  readonly viewBlobs: readonly string[];
  readonly revision: number;
  /** Did the dead-man switch hear this run's beginning? */
  readonly heard?: boolean;
  readonly parts: Pick<Parts, 'channels' | 'policy' | 'projectIds' | 'canAcknowledge' | 'waysBack' | 'pagerduty'>;
  /** Deliveries that no transition causes: resolves of the alarm that went out without the store. */
  readonly extra: readonly Delivery[];
};

/** Pure: the head that follows from a head and one run's findings. */
export function succeed(head: Head, succession: Succession): Head {
  const { run, judgement, view, memoryBlobs, viewBlobs, revision, parts, extra, heard = true } = succession;
  const now = run.startedAt;
  const { general } = parts.policy;
  const context = contextOf(parts, now, head);
  // From the head that is swapped, not from the one that was read: a test may have ended meanwhile.
  const recovering = recoveryFindings(head, parts.policy, locateIn(judgement.memory, parts.policy), now);
  const findings = run.complete
    ? [...judgement.findings, ...aboutOurselves(head, heard, context), ...recovering, ...withdrawn(head, recovering)]
    : judgement.findings;
  const reconciled = reconcile(head.incidents, findings, {
    now,
    revision,
    projectIds: parts.projectIds,
    flapping: general.flapping,
    ...(head.endings && { endings: head.endings }),
    teamFor: teamsBy(judgement.memory, general),
  });
  const { incidents, transitions } = hush(reconciled.incidents, reconciled.transitions, {
    silences: head.silences ?? [],
    maintenance: maintenanceOf(head, general),
    now,
  });
  const planned = planDeliveries(head.deliveries, transitions, context);
  const known = new Set(planned.map((delivery) => delivery.key));
  const deliveries = [...planned, ...extra.filter((delivery) => !known.has(delivery.key))];
  const { deafSince: _deafSince, deafAt: _deafAt, ...rest } = head;
  const next: Head = {
    ...rest,
    ...hearing(head, heard, now),
    lastRun: run,
    lastComplete: run.complete ? run : head.lastComplete,
    memoryBlobs,
    viewBlobs,
    incidents,
    deliveries,
  };
  const lived = rounds(
    { ...seenPlans(next, planNames(general), now), days: counted(head.days, run, reconciled.transitions) },
    context,
    revision,
  );
  const shown = (): RecordedView => {
    const recorded = view();
    return { ...recorded, clusters: rowsNow(lived, recorded) };
  };
  return pruned(withDigest(lived, shown, context), now, general.flapping.within);
}

/** What a complete check says of checks, dispatches, the dead-man switch and the alert path, from the head as it was before it. */
function aboutOurselves(head: Head, heard: boolean, context: PlanContext): readonly Finding[] {
  const { now, general } = context;
  return [
    ...monitorRuns(head),
    ...heartbeatFindings(head, heard, now),
    ...stalledFindings(head, context),
    ...proofFindings(head, now, general),
  ];
}

/** Teams are chosen by tags too, which the memory has of each cluster, also of one that cannot be read now. */
function teamsBy(memory: Memory, { teams = [] }: GeneralPolicy): (about: About) => string | undefined {
  return (about) => {
    const { projectId, clusterId } = about.resource;
    const cluster = memory.projects[projectId ?? '']?.clusters[clusterId ?? ''];
    return teamFor(teams, about, cluster?.tags ?? {});
  };
}
