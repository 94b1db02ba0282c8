import type { ProjectFacts } from '../domain/facts.ts';
import { type Evidence, failing, type Finding, notKnown, ok } from '../domain/finding.ts';
import { OPLOG_BEHIND, oplogGaps } from '../domain/gaps.ts';
import type { Memory, ProjectMemory } from '../domain/memory.ts';
import type { Gap } from '../domain/recovery.ts';
import { type ClusterSubject, projectResource } from '../domain/subject.ts';
import { HOUR, type Instant, iso, spell } from '../domain/time.ts';
import { type Check, clusterCheck, type CheckInput, type ReadSubject } from './check.ts';

const check = 'pitr-gap';
const SWITCH_ON =
  'Switch continuous backup on again: Atlas, cluster, Backup. Until the next snapshot nothing is restorable to a point in time.';
const BEHIND =
  'Look for a write burst and the oplog size (Atlas, Metrics, Oplog GB/Hour); take an on-demand snapshot so that a new base exists.';

const clusters = clusterCheck(check, gapFinding, { unless: notAsked });

/** Plan 5.1: PITR off where the policy wants it, or an oplog gap over an hour, is critical; a shorter gap a warning. */
export const pitrGap: Check = {
  id: check,
  scope: 'cluster',
  evaluate: (input) => [...clusters.evaluate(input), ...unattributed(input.memory, input)],
};

function notAsked({ facts, policy }: ReadSubject): string | null {
  if (facts.kind === 'flex') return 'flex has no point-in-time recovery; it is judged by its daily snapshot';
  if (!policy.pitr.wanted) return 'the policy asks no point-in-time recovery of it';
  return facts.backupEnabled.known && !facts.backupEnabled.value ? 'backups are off altogether: see backup-off' : null;
}

export function gapFinding(subject: ReadSubject, input: CheckInput): Finding {
  const { facts, resource, memory } = subject;
  const evidence = subject.evidence;
  if (!facts.pitEnabled.known) return notKnown({ check, resource, summary: facts.pitEnabled.reason });
  if (!facts.pitEnabled.value) {
    const since = memory.pitr.offSince;
    const summary = `continuous backup (PITR) is off${since === null ? '' : ` since ${iso(since)} or a little later`}`;
    return failing({ check, resource, summary, severity: 'critical', action: SWITCH_ON, evidence: evidence(), startedAt: since });
  }
  if (subject.eventsBlind !== null) return notKnown({ check, resource, summary: subject.eventsBlind, evidence });
  const points = subject.points?.points ?? [];
  const open = oplogGaps(memory, points, subject.project.oplogThreshold, input.now).find((gap) => gap.to === null);
  return open ? judgeGap(open, input.now, { resource, evidence: evidence(), limit: subject.policy.pitr.gap }) : quiet(subject);
}

function quiet({ resource, evidence }: ReadSubject): Finding {
  return ok({ check, resource, summary: 'no sign of a gap in Atlas’s events (they do not prove that there is none)', evidence });
}

type GapContext = { readonly resource: Finding['resource']; readonly evidence: Evidence; readonly limit: number };

function judgeGap(gap: Gap, now: Instant, { resource, evidence, limit }: GapContext): Finding {
  const length = now - gap.from;
  const summary = `the oplog is behind since ${iso(gap.from)}: nothing written in the last ${spell(length)} can be restored`;
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

/** Oplog events that name no cluster, also when asked once more: a finding on the project. */
function unattributed(memory: Memory, input: CheckInput): readonly Finding[] {
  return Object.values(memory.projects).flatMap((project) => projectGap(project, input));
}

function projectGap(project: ProjectMemory, input: CheckInput): readonly Finding[] {
  const facts = input.facts.projects.known ? input.facts.projects.value.find((candidate) => candidate.id === project.id) : undefined;
  const resource = projectResource(project);
  const open = alertGap(project, facts) ?? openGap(project, input);
  if (open) return [judgeGap(open, input.now, { resource, evidence: UNATTRIBUTED, limit: HOUR })];
  if (project.verdicts[check] === undefined) return [];
  const blind = [facts?.events, facts?.alerts].find((fact) => !fact?.known);
  if (!facts || blind) return [notKnown({ check, resource, summary: blind && !blind.known ? blind.reason : 'the project was not read' })];
  return [ok({ check, resource, summary: 'no oplog event without a cluster is open' })];
}

/** Such a gap may be any cluster's, so it has ended by a snapshot only when each of them has a later one. */
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

/** An open CPS_OPLOG_BEHIND alert that no event explains tells of a gap by itself, as long as it is open (facts/atlas-api §8, row 3). */
function alertGap(project: ProjectMemory, facts: ProjectFacts | undefined): Gap | null {
  if (!facts?.alerts.known) return null;
  const behind = facts.alerts.value.filter((alert) => alert.type === 'CPS_OPLOG_BEHIND');
  if (behind.length === 0) return null;
  const explained = Object.values(project.clusters).some((cluster) => cluster.signals.some((signal) => signal.kind === 'behind'));
  return explained
    ? null
    : { from: Math.min(...behind.map((alert) => alert.openedAt)) - project.oplogThreshold, to: null, cause: OPLOG_BEHIND };
}
