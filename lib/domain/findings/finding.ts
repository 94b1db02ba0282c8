import type { CheckId, Severity } from '../policy/policy.ts';
import type { Instant } from '../time.ts';
import type { RestorableMoments } from './recorded-view.ts';

export type Verdict = 'ok' | 'failing' | 'unknown' | 'exempt';

/** What a finding, and later an incident, is about. Ids identify it; names may change. */
export type Resource = {
  /** Null for the whole organisation. */
  readonly projectId: string | null;
  readonly projectName: string | null;
  /** Null for a whole project. */
  readonly clusterId: string | null;
  /** The cluster's, project's or organisation's name, for people. */
  readonly name: string;
  /** Distinguishes resources of the same project or organisation, such as the channel that a `monitor` finding is about. */
  readonly part?: string;
};

export type Evidence = readonly (readonly [label: string, value: string])[];

/** A fault in a few words (of a check at most 36 characters of GSM-7): for a text message without room for the summary, and for several incidents at once. */
export type FaultInShort = {
  /** After a cluster's name: "no recent snapshot". */
  readonly one: string;
  /** After "12 clusters:"; absent: the same. */
  readonly many?: string;
  /** Before the limit, if the summaries of all incidents name one: "no snapshot for over". */
  readonly beyondLimit?: string;
};

/** One check's verdict on one resource. */
export type Finding = {
  readonly check: CheckId;
  readonly resource: Resource;
  readonly verdict: Verdict;
  /** Null unless failing. */
  readonly severity: Severity | null;
  /** One sentence: the state that the verdict rests on. */
  readonly summary: string;
  /** Its own short words, where those of its check (`CheckDefinition.inShort`) would not be true of it. */
  readonly inShort?: FaultInShort;
  readonly evidence: Evidence;
  /** What could be restored of the cluster at the last check; absent if the finding is about no cluster, or not failing. */
  readonly restorable?: RestorableMoments;
  /** What to do now; empty if nothing is to be done. */
  readonly action: string;
  /** When the fault began by Atlas's own times; null if they do not say. */
  readonly startedAt: Instant | null;
  /** The check that reports the same cause already, so that this failing finding opens no incident of its own. */
  readonly explainedBy: CheckId | null;
  /** Nobody has to act on it: it is notified once, without reminders and escalation. */
  readonly notifiedOnce?: true;
  /** It opens no incident of its own: the daily digest lists it while it fails. */
  readonly digestOnly?: true;
  /** Why an incident that this finding ends is over, if "recovered" would not be true of it. */
  readonly ending?: string;
  /** What it counts, by stable names: a new name among them notifies again, although the incident is open. */
  readonly counted?: readonly string[];
  /** The parts of the fault that a responder may accept with a reason (lib/domain/incidents/acceptance.ts): each in `counted` by its words. */
  readonly acceptable?: readonly AcceptablePart[];
};

/** A setting that is less than it was: `value` is what it is now, and what is accepted is that much or more. */
export type AcceptablePart = { readonly setting: string; readonly value: number; readonly words: string };

/** Identifies what an incident is about: check, project id, cluster id and part. */
export function subjectKey(check: CheckId, resource: Resource): string {
  return `${check}|${resource.projectId ?? ''}|${resource.clusterId ?? ''}|${resource.part ?? ''}`;
}

/** True if what concerns the first resource concerns the second too: it is the same, or a part of it. */
export function covers({ projectId, clusterId }: Resource, part: Pick<Resource, 'projectId' | 'clusterId'>): boolean {
  if (projectId === null) return true;
  return projectId === part.projectId && (clusterId === null || clusterId === part.clusterId);
}

/**
 * Text, or a function that writes it. A run makes some ten findings a cluster; nearly all are ok, and little of their text is read. Writing all of it
 * at once makes a check 1.3 times as long. The function must not refer to the run's facts, since findings outlive them.
 */
type Later<T> = T | (() => T);

type Reason = Pick<Finding, 'ending'> & {
  readonly check: CheckId;
  readonly resource: Resource;
  readonly summary: Later<string>;
  readonly evidence?: Later<Evidence>;
};

export function ok(reason: Reason): Finding {
  return new OkFinding('ok', reason);
}

export function exempt(reason: Reason): Finding {
  return new OkFinding('exempt', reason);
}

export function notKnown(reason: Reason): Finding {
  return new OkFinding('unknown', reason);
}

const NO_EVIDENCE: Evidence = [];

/**
 * A finding that needs no action. Its text is written when it is read first, by getters, which a spread of the object would lose. It is kept then, in the
 * place of its function and of what that refers to.
 */
class OkFinding implements Finding {
  readonly check: CheckId;
  readonly resource: Resource;
  readonly verdict: Verdict;
  readonly severity = null;
  readonly action = '';
  readonly startedAt = null;
  readonly explainedBy = null;
  declare readonly ending?: string;
  #summary: Later<string>;
  #evidence: Later<Evidence>;

  constructor(verdict: Verdict, { check, resource, summary, evidence = NO_EVIDENCE, ending }: Reason) {
    this.check = check;
    this.resource = resource;
    this.verdict = verdict;
    this.#summary = summary;
    this.#evidence = evidence;
    if (ending !== undefined) this.ending = ending;
  }

  get summary(): string {
    if (typeof this.#summary === 'function') this.#summary = this.#summary();
    return this.#summary;
  }

  get evidence(): Evidence {
    if (typeof this.#evidence === 'function') this.#evidence = this.#evidence();
    return this.#evidence;
  }
}

type Fault = Pick<Finding, 'check' | 'resource' | 'summary' | 'action'> &
  Partial<
    Pick<
      Finding,
      'evidence' | 'startedAt' | 'explainedBy' | 'notifiedOnce' | 'digestOnly' | 'ending' | 'inShort' | 'counted' | 'acceptable'
    >
  > & {
    readonly severity: Severity;
  };

export function failing(fault: Fault): Finding {
  const { evidence = NO_EVIDENCE, startedAt = null, explainedBy = null } = fault;
  return { ...fault, verdict: 'failing', evidence, startedAt, explainedBy };
}
