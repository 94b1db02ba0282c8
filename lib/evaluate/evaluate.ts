import type { Facts } from '../domain/facts/facts.ts';
import { type Acceptance, withAcceptances } from '../domain/incidents/acceptance.ts';
import type { Finding } from '../domain/findings/finding.ts';
import type { Memory } from '../domain/memory/memory.ts';
import { noteSchedules } from '../domain/memory/schedule-note.ts';
import { noteVerdicts } from './note-verdicts.ts';
import type { CheckId, Policy, Severity } from '../domain/policy/policy.ts';
import { type ClusterSubject, clusterSubjects } from '../domain/memory/cluster-subject.ts';
import type { CheckInput } from '../domain/check/check-definition.ts';
import { FACT_CHECKS, VERDICT_CHECKS } from './checks/registry.ts';

export type Evaluation = {
  readonly findings: readonly Finding[];
  /** Memory that includes this run's verdicts. */
  readonly memory: Memory;
  readonly clusters: readonly ClusterSubject[];
};

/** Pure: runs every check. `memory` includes this run's facts already (`fold`). */
export function evaluate(facts: Facts, memory: Memory, policy: Policy, acceptances: readonly Acceptance[] = []): Evaluation {
  const clusters = clusterSubjects(facts, memory, policy);
  const input: CheckInput = { facts, memory, policy, now: facts.startedAt, clusters };
  const run = { now: facts.startedAt, complete: facts.complete };
  const caps = capsOf(clusters);
  const first = withAcceptances(
    capped(
      FACT_CHECKS.flatMap((check) => check.evaluate(input)),
      caps,
    ),
    acceptances,
  );
  const noted = noteVerdicts(memory, first, run);
  const later = capped(
    VERDICT_CHECKS.flatMap((check) => check.evaluate({ ...input, memory: noted })),
    caps,
  );
  const findings = withRestorable([...first, ...later], clusters);
  return { findings, memory: noteSchedules(noteVerdicts(noted, later, run), clusters, run), clusters };
}

/** What can be restored of a cluster stands in each of its failing findings, so that each message says the same. */
function withRestorable(findings: readonly Finding[], clusters: readonly ClusterSubject[]): readonly Finding[] {
  if (!findings.some((finding) => finding.verdict === 'failing')) return findings;
  const byId = new Map(clusters.flatMap(({ memory, restorable }) => (memory.gone ? [] : [[memory.id, restorable] as const])));
  return findings.map((finding) => {
    const { clusterId } = finding.resource;
    const restorable = finding.verdict === 'failing' && clusterId !== null ? byId.get(clusterId) : undefined;
    return restorable === undefined ? finding : { ...finding, restorable };
  });
}

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

type Caps = ReadonlyMap<string, Readonly<Partial<Record<CheckId, Severity>>>>;

/** By cluster id, only of clusters whose policy limits a severity: most do not. */
function capsOf(clusters: readonly ClusterSubject[]): Caps {
  return new Map(
    clusters.flatMap(({ memory, policy }) => (Object.keys(policy.severity).length === 0 ? [] : [[memory.id, policy.severity] as const])),
  );
}

function capped(findings: readonly Finding[], caps: Caps): readonly Finding[] {
  return caps.size === 0 ? findings : findings.map((finding) => withCap(finding, caps));
}

/** Lowers the severity to the highest that policy allows for this check on this cluster. */
function withCap(finding: Finding, caps: Caps): Finding {
  const most = finding.resource.clusterId === null ? undefined : caps.get(finding.resource.clusterId)?.[finding.check];
  return finding.severity !== null && most !== undefined && RANK[finding.severity] > RANK[most] ? { ...finding, severity: most } : finding;
}
