import type { Facts } from '../domain/facts.ts';
import { exempt, type Finding, notKnown } from '../domain/finding.ts';
import type { Memory } from '../domain/memory.ts';
import type { CheckId, Policy } from '../domain/policy.ts';
import type { ClusterSubject } from '../domain/subject.ts';
import type { Instant } from '../domain/time.ts';

export type CheckInput = {
  readonly facts: Facts;
  /** Memory after this run's facts were folded into it. */
  readonly memory: Memory;
  readonly policy: Policy;
  readonly now: Instant;
  readonly clusters: readonly ClusterSubject[];
};

/** One promise. Pure: the same input gives the same findings; one finding a resource at most. */
export interface Check {
  readonly id: CheckId;
  readonly scope: 'cluster' | 'project' | 'organisation';
  evaluate(input: CheckInput): readonly Finding[];
}

/** A cluster whose facts this run has. */
export type ReadSubject = ClusterSubject & { readonly facts: NonNullable<ClusterSubject['facts']> };

type Judge = (subject: ReadSubject, input: CheckInput) => Finding;

/** How a check treats clusters for which its question does not arise. */
export type Applies = {
  /** Why the question does not arise for the cluster; null where it does. */
  readonly unless?: (subject: ReadSubject) => string | null;
  /** True for checks that still speak while a cluster is paused. */
  readonly whilePaused?: boolean;
};

/**
 * A check that asks the same question of every cluster. What all of them share stands here: a deleted cluster, an exemption by policy
 * and a pause ask nothing; a cluster that could not be read is unknown. M0 has no backups at all and is spoken of by `backup-off` alone.
 */
export function clusterCheck(id: CheckId, judge: Judge, applies: Applies = {}): Check {
  const evaluate = (input: CheckInput): readonly Finding[] => {
    const findings: Finding[] = [];
    for (const subject of input.clusters) {
      if (subject.memory.kind !== 'free') findings.push(ruled(id, subject, applies) ?? judged(id, subject, applies, judge, input));
    }
    return findings;
  };
  return { id, scope: 'cluster', evaluate };
}

function ruled(check: CheckId, subject: ClusterSubject, applies: Applies): Finding | null {
  const { resource, memory, policy } = subject;
  if (memory.gone) return exempt({ check, resource, summary: 'cluster deleted' });
  if (policy.exempt !== null) return exempt({ check, resource, summary: `exempt: ${policy.exempt}` });
  if (subject.facts === null) return notKnown({ check, resource, summary: subject.blind });
  if (applies.whilePaused) return null;
  if (!subject.facts.paused.known) return notKnown({ check, resource, summary: subject.facts.paused.reason });
  return subject.facts.paused.value ? exempt({ check, resource, summary: 'paused: Atlas takes no backups meanwhile' }) : null;
}

function judged(check: CheckId, subject: ClusterSubject, applies: Applies, judge: Judge, input: CheckInput): Finding {
  const { resource } = subject;
  if (!isRead(subject)) return notKnown({ check, resource, summary: subject.blind });
  const reason = applies.unless?.(subject) ?? null;
  return reason === null ? judge(subject, input) : exempt({ check, resource, summary: reason });
}

function isRead(subject: ClusterSubject): subject is ReadSubject {
  return subject.facts !== null;
}
