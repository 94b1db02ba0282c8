import type { DailyCheck } from '../memory/daily-notes.ts';
import type { Facts } from '../facts/facts.ts';
import { exempt, type FaultInShort, type Finding, notKnown } from '../findings/finding.ts';
import type { Memory } from '../memory/memory.ts';
import type { CheckId, Policy, Severity } from '../policy/policy.ts';
import { type ClusterSubject, whyGone } from '../memory/cluster-subject.ts';
import type { Instant } from '../time.ts';
import type { Runbook } from './runbook.ts';

/** What is known about a check besides its evaluation. README, the runbooks, the configuration and the incidents' handling are derived from it. */
export type CheckDefinition = {
  /** In kebab case; the check's file has the same name. It identifies stored incidents, so it never changes. */
  readonly id: CheckId;
  /** README's row: what is promised while the check is ok. */
  readonly promise: string;
  readonly inShort: FaultInShort;
  /** The highest severity that a finding of the check has. */
  readonly severity: Severity;
  /** README's words for when it has which severity; absent: it always has `severity`. */
  readonly severityInWords?: string;
  readonly runbook: Runbook;
  /** True if every finding is about the organisation as a whole, and not about a project or a cluster. */
  readonly ofOrganisation?: true;
  /** True if a fault begins at a time that Atlas reports. Only such faults measure how fast we detect: any other beginning measures our own schedule. */
  readonly timedByAtlas?: true;
  /** True if it is notified once, without reminders and escalation: nobody can repair the fault, or it is no emergency. */
  readonly notifiedOnce?: true;
  /** True if nobody is reminded of it, since nothing can mend it; it escalates until somebody acknowledges it. */
  readonly notReminded?: true;
  /**
   * True if what its info findings report may never have been set up. Those that its first evaluation found, and that have failed since, open no incident
   * of their own: the check `set-up` lists them (docs/contract.md, clause 13).
   */
  readonly setUp?: true;
  /** What the check's findings rest on, if that is read once a day: it is read by every run while one of them is failing or unknown. */
  readonly reads?: DailyCheck['reads'];
  /** True if the data itself may be damaged: whoever restores because of it goes back to a moment before it. */
  readonly aboutData?: true;
  /** Types of Atlas's own alerts that report the same fault; `disagreement` compares both (docs/facts/atlas.md §6). */
  readonly atlasAlerts?: readonly string[];
};

export type CheckInput = {
  readonly facts: Facts;
  /** Memory after this run's facts were folded into it. */
  readonly memory: Memory;
  readonly policy: Policy;
  readonly now: Instant;
  readonly clusters: readonly ClusterSubject[];
};

/** A check with its evaluation. Pure: the same input gives the same findings; at most one finding a resource. */
export type Check = CheckDefinition & { readonly evaluate: (input: CheckInput) => readonly Finding[] };

/** A cluster whose facts this run has. */
export type ReadSubject = ClusterSubject & { readonly facts: NonNullable<ClusterSubject['facts']> };

type EvaluateCluster = (subject: ReadSubject, input: CheckInput) => Finding;

/** Which clusters a check evaluates. */
export type Applies = {
  /** Returns why the check does not apply to the cluster; null if it applies. */
  readonly unless?: (subject: ReadSubject) => string | null;
  /**
   * Whether the check evaluates paused clusters. 'if failing': only those that it found failing before, so that a pause neither raises an incident of what
   * it does not mend nor ends it, and nightly pauses do not make one of each morning.
   */
  readonly whilePaused?: true | 'if failing';
};

/**
 * A check that asks the same question of every cluster. It handles what all such checks have in common: a deleted, exempt or paused cluster is
 * exempt, and a cluster that could not be read is unknown. M0 clusters have no backups at all; only `backup-off` reports on them.
 */
export function clusterCheck(definition: CheckDefinition, evaluateCluster: EvaluateCluster, applies: Applies = {}): Check {
  const { id } = definition;
  const evaluate = (input: CheckInput): readonly Finding[] => {
    const findings: Finding[] = [];
    for (const subject of input.clusters) {
      if (subject.memory.kind !== 'free')
        findings.push(ruled(id, subject, applies) ?? findingFor(id, subject, applies, evaluateCluster, input));
    }
    return findings;
  };
  return { ...definition, evaluate };
}

/** What a paused cluster is exempt for. */
export const PAUSED = 'paused: Atlas takes no backups meanwhile';

function ruled(check: CheckId, subject: ClusterSubject, applies: Applies): Finding | null {
  const { resource, memory, policy } = subject;
  if (memory.gone) return exempt({ check, resource, summary: whyGone(memory.gone) });
  if (policy.exempt !== null) return exempt({ check, resource, summary: `exempt: ${policy.exempt}` });
  if (subject.facts === null) return notKnown({ check, resource, summary: subject.blind });
  if (applies.whilePaused === true) return null;
  if (!subject.facts.paused.known) return notKnown({ check, resource, summary: subject.facts.paused.reason });
  if (!subject.facts.paused.value || (applies.whilePaused === 'if failing' && memory.verdicts[check]?.lastKnown === 'failing')) return null;
  return exempt({ check, resource, summary: PAUSED });
}

function findingFor(
  check: CheckId,
  subject: ClusterSubject,
  applies: Applies,
  evaluateCluster: EvaluateCluster,
  input: CheckInput,
): Finding {
  const { resource } = subject;
  if (!isRead(subject)) return notKnown({ check, resource, summary: subject.blind });
  const reason = applies.unless?.(subject) ?? null;
  return reason === null ? evaluateCluster(subject, input) : exempt({ check, resource, summary: reason });
}

function isRead(subject: ClusterSubject): subject is ReadSubject {
  return subject.facts !== null;
}
