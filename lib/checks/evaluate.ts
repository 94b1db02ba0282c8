import type { Facts } from '../domain/facts.ts';
import type { Finding } from '../domain/finding.ts';
import type { Memory } from '../domain/memory.ts';
import { noteVerdicts } from '../domain/note.ts';
import type { CheckId, Policy, Severity } from '../domain/policy.ts';
import { type ClusterSubject, subjectsOf } from '../domain/subject.ts';
import type { CheckInput } from './check.ts';
import { CHECKS } from './registry.ts';
import { disagreement } from './disagreement.ts';
import { visibility } from './visibility.ts';

export type Evaluation = {
  readonly findings: readonly Finding[];
  /** Memory with this run's verdicts noted. */
  readonly memory: Memory;
  readonly clusters: readonly ClusterSubject[];
};

/** Pure: every check over everything known. `memory` has this run's facts folded in already. */
export function evaluate(facts: Facts, memory: Memory, policy: Policy): Evaluation {
  const clusters = subjectsOf(facts, memory, policy);
  const input: CheckInput = { facts, memory, policy, now: facts.startedAt, clusters };
  const run = { now: facts.startedAt, complete: facts.complete };
  const caps = capsOf(clusters);
  const judged = capped(
    CHECKS.flatMap((check) => check.evaluate(input)),
    caps,
  );
  const noted = noteVerdicts(memory, judged, run);
  const later = capped(
    [visibility, disagreement].flatMap((check) => check.evaluate({ ...input, memory: noted })),
    caps,
  );
  return { findings: [...judged, ...later], memory: noteVerdicts(noted, later, run), clusters };
}

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

type Caps = ReadonlyMap<string, Readonly<Partial<Record<CheckId, Severity>>>>;

/** Of the clusters that have any: most have none. */
function capsOf(clusters: readonly ClusterSubject[]): Caps {
  return new Map(
    clusters.flatMap(({ memory, policy }) => (Object.keys(policy.severity).length === 0 ? [] : [[memory.id, policy.severity] as const])),
  );
}

function capped(findings: readonly Finding[], caps: Caps): readonly Finding[] {
  return caps.size === 0 ? findings : findings.map((finding) => withCap(finding, caps));
}

/** The severity that policy allows this check at most on this cluster. */
function withCap(finding: Finding, caps: Caps): Finding {
  const most = finding.resource.clusterId === null ? undefined : caps.get(finding.resource.clusterId)?.[finding.check];
  return finding.severity !== null && most !== undefined && RANK[finding.severity] > RANK[most] ? { ...finding, severity: most } : finding;
}
