import type { ProjectFacts } from '../../domain/facts/facts.ts';
import { type Evidence, failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { type Gap, OPLOG_BEHIND, oplogGaps } from '../../domain/memory/pitr-breaks.ts';
import type { ProjectMemory } from '../../domain/memory/memory.ts';
import { type ClusterSubject, projectResource } from '../../domain/memory/cluster-subject.ts';
import { HOUR, type Instant, iso, spell } from '../../domain/time.ts';
import { type Check, clusterCheck, type CheckInput, type ReadSubject } from '../../domain/check/check-definition.ts';
import { step } from '../../domain/check/runbook.ts';

const check = 'pitr-gap';
const SWITCH_ON =
  'Switch continuous backup on again: Atlas, cluster, Backup. Until the next snapshot nothing is restorable to a point in time.';
const BEHIND =
  'Look for a write burst and the oplog size (Atlas, Metrics, Oplog GB/Hour); take an on-demand snapshot so that a new base exists.';

const clusters = clusterCheck(
  {
    id: check,
    promise: 'PITR is on and has no gap over 1 h',
    inShort: { one: 'PITR is off or behind' },
    severity: 'critical',
    severityInWords: 'critical; a shorter gap is a warning',
    timedByAtlas: true,
    atlasAlerts: ['CPS_OPLOG_BEHIND'],
    runbook: {
      means: 'Continuous backup is off, or Atlas says that it cannot copy the oplog fast enough.',
      risk: 'Moments since the start of the gap cannot be restored; the last snapshot before it is what is left. If the oplog rolls over before it is copied, the break stays for good.',
      steps: [
        'Off: Atlas → cluster → Backup → switch Continuous Cloud Backup on. Nothing from before that is restorable to a point in time.',
        'Behind: look for a write burst (Atlas → Metrics → Oplog GB/Hour) and stop or slow it; enlarge the oplog (minimum oplog window).',
        step('Take an on-demand snapshot now.', 'snapshot-now'),
      ],
      over: 'Atlas says caught up, or a later snapshot completes and two hours pass without a further sign.',
      follow: ['pitr-recovery', 'snapshot-restore'],
    },
  },
  gapFinding,
  { unless: notAsked },
);

/** Plan 5.1: PITR that is off although the policy wants it, or an oplog gap over an hour, is critical; a shorter gap is a warning. */
export const pitrGap: Check = {
  ...clusters,
  evaluate: (input) => [
    ...clusters.evaluate(input),
    ...Object.values(input.memory.projects).flatMap((project) => projectGap(project, input)),
  ],
};

function notAsked({ facts, policy }: ReadSubject): string | null {
  if (facts.kind === 'flex') return 'flex has no point-in-time recovery; it is judged by its daily snapshot';
  if (!policy.pitr.wanted) return 'the policy asks no point-in-time recovery of it';
  return facts.backupEnabled.known && !facts.backupEnabled.value ? 'backups are off altogether: see backup-off' : null;
}

export function gapFinding(subject: ReadSubject, input: CheckInput): Finding {
  const { facts, resource, memory } = subject;
  if (!facts.pitEnabled.known) return notKnown({ check, resource, summary: facts.pitEnabled.reason });
  if (!facts.pitEnabled.value) {
    const since = memory.pitr.offSince;
    const summary = `continuous backup (PITR) is off${since === null ? '' : `, since ${iso(since)} or a little later`}`;
    return failing({
      check,
      resource,
      summary,
      inShort: { one: 'PITR is off' },
      severity: 'critical',
      action: SWITCH_ON,
      startedAt: since,
    });
  }
  if (subject.eventsBlind !== null) return notKnown({ check, resource, summary: subject.eventsBlind });
  const points = subject.points?.points ?? [];
  const open = oplogGaps(memory, points, subject.project.oplogThreshold, input.now).find((gap) => gap.to === null);
  if (open) return findingForGap(open, input.now, { resource, limit: subject.policy.pitr.gap });
  return ok({ check, resource, summary: 'no sign of a gap in Atlas’s events (they do not prove that there is none)' });
}

type GapContext = { readonly resource: Finding['resource']; readonly evidence?: Evidence; readonly limit: number };

function findingForGap(gap: Gap, now: Instant, { resource, evidence = [], limit }: GapContext): Finding {
  const length = now - gap.from;
  const summary = `the oplog is behind: PITR reaches no moment after ${iso(gap.from)} (${spell(length)}, limit ${spell(limit)})`;
  return failing({
    check,
    resource,
    summary,
    severity: length > limit ? 'critical' : 'warning',
    action: BEHIND,
    evidence,
    startedAt: gap.from,
  });
}

const UNATTRIBUTED: Evidence = [['attribution', 'Atlas names no cluster for this event: look at each cluster of the project']];

/** The finding on a project with oplog events that name no cluster, not even in the single event's answer. */
function projectGap(project: ProjectMemory, input: CheckInput): readonly Finding[] {
  const facts = input.facts.projects.known ? input.facts.projects.value.find((candidate) => candidate.id === project.id) : undefined;
  const resource = projectResource(project);
  const open = alertGap(project, facts) ?? openGap(project, input);
  if (open) return [findingForGap(open, input.now, { resource, evidence: UNATTRIBUTED, limit: HOUR })];
  if (project.verdicts[check] === undefined) return [];
  const blind = [facts?.events, facts?.alerts].find((fact) => !fact?.known);
  if (!facts || blind) return [notKnown({ check, resource, summary: blind && !blind.known ? blind.reason : 'the project was not read' })];
  return [ok({ check, resource, summary: 'no oplog event without a cluster is open' })];
}

/** The gap may be in any cluster, so a snapshot ends it only when each of them has a later one. */
function openGap(project: ProjectMemory, input: CheckInput): Gap | null {
  if (project.unattributed.length === 0) return null;
  const suspects = input.clusters.filter((subject) => subject.project.id === project.id && mayBeBehind(subject));
  if (suspects.length === 0) return null;
  const newest = Math.min(...suspects.map((subject) => subject.points?.newest?.createdAt ?? 0));
  const points = [{ createdAt: newest, expiresAt: null, sizeBytes: null }];
  return (
    oplogGaps({ signals: project.unattributed }, points, project.oplogThreshold, project.events?.until ?? 0).find(
      (gap) => gap.to === null,
    ) ?? null
  );
}

function mayBeBehind({ memory, policy, facts }: ClusterSubject): boolean {
  const dedicated = memory.kind === 'replicaSet' || memory.kind === 'sharded';
  const paused = facts?.paused.known === true && facts.paused.value;
  return dedicated && !memory.gone && !paused && policy.exempt === null && policy.pitr.wanted;
}

/** An open CPS_OPLOG_BEHIND alert without a matching event is a gap by itself, as long as the alert is open (docs/facts/atlas.md §8, row 3). */
function alertGap(project: ProjectMemory, facts: ProjectFacts | undefined): Gap | null {
  if (!facts?.alerts.known) return null;
  const behind = facts.alerts.value.filter((alert) => alert.type === 'CPS_OPLOG_BEHIND');
  if (behind.length === 0) return null;
  const explained = Object.values(project.clusters).some((cluster) => cluster.signals.some((signal) => signal.kind === 'behind'));
  return explained
    ? null
    : { from: Math.min(...behind.map((alert) => alert.openedAt)) - project.oplogThreshold, to: null, cause: OPLOG_BEHIND };
}
