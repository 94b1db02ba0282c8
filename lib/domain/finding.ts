import type { CheckId, Severity } from './policy.ts';
import type { Instant } from './time.ts';

export type Verdict = 'ok' | 'failing' | 'unknown' | 'exempt';

/** What a finding, and later an incident, is about. Ids identify; names may change. */
export type Resource = {
  /** Null for the whole organisation. */
  readonly projectId: string | null;
  readonly projectName: string | null;
  /** Null for a whole project. */
  readonly clusterId: string | null;
  /** The cluster's, project's or organisation's name, for people. */
  readonly name: string;
  /** Tells apart what is about the same project or organisation: the channel that a `monitor` finding is about. */
  readonly part?: string;
};

export type Evidence = readonly (readonly [label: string, value: string])[];

/** One check's verdict on one resource. */
export type Finding = {
  readonly check: CheckId;
  readonly resource: Resource;
  readonly verdict: Verdict;
  /** Set where failing. */
  readonly severity: Severity | null;
  /** One sentence: what is so, for the reason of any verdict. */
  readonly summary: string;
  readonly evidence: Evidence;
  /** What to do now; empty where nothing is to be done. */
  readonly action: string;
  /** Where the trouble began by Atlas's own times, if they tell. */
  readonly startedAt: Instant | null;
  /** Failing, but one cause makes one incident: this check says it already, so nothing is opened here. */
  readonly saidBy: CheckId | null;
  /** What it counts, by names that stay: a new one among them is told anew, though the incident is open. */
  readonly counted?: readonly string[];
};

/** Identifies what an incident is about: check + project id + cluster id. */
export function subjectKey(check: CheckId, resource: Resource): string {
  return `${check}|${resource.projectId ?? ''}|${resource.clusterId ?? ''}|${resource.part ?? ''}`;
}

/**
 * Text, or how to write it: some ten findings a cluster are made in every run, nearly all are well, and hardly one of those is read. What writes it
 * must hold no listing of Atlas's, since findings outlive the facts.
 */
type Later<T> = T | (() => T);

type Said = {
  readonly check: CheckId;
  readonly resource: Resource;
  readonly summary: Later<string>;
  readonly evidence?: Later<Evidence>;
};

export function ok(said: Said): Finding {
  return new Calm('ok', said);
}

export function exempt(said: Said): Finding {
  return new Calm('exempt', said);
}

export function notKnown(said: Said): Finding {
  return new Calm('unknown', said);
}

const NO_EVIDENCE: Evidence = [];

/** A finding about which nothing is to be done, written where it is read. A spread of it would lose its words. */
class Calm implements Finding {
  readonly check: CheckId;
  readonly resource: Resource;
  readonly verdict: Verdict;
  readonly #summary: Later<string>;
  readonly #evidence: Later<Evidence>;

  constructor(verdict: Verdict, { check, resource, summary, evidence = NO_EVIDENCE }: Said) {
    this.check = check;
    this.resource = resource;
    this.verdict = verdict;
    this.#summary = summary;
    this.#evidence = evidence;
  }

  get severity(): null {
    return null;
  }

  get action(): string {
    return '';
  }

  get startedAt(): null {
    return null;
  }

  get saidBy(): null {
    return null;
  }

  get summary(): string {
    return typeof this.#summary === 'string' ? this.#summary : this.#summary();
  }

  get evidence(): Evidence {
    return typeof this.#evidence === 'function' ? this.#evidence() : this.#evidence;
  }
}

export function failing(
  said: Pick<Finding, 'check' | 'resource' | 'summary'> & {
    readonly evidence?: Evidence;
    readonly severity: Severity;
    readonly action: string;
    readonly startedAt?: Instant | null;
    readonly saidBy?: CheckId | null;
  },
): Finding {
  const { check, resource, summary, evidence = NO_EVIDENCE, severity, action, startedAt = null, saidBy = null } = said;
  return { check, resource, verdict: 'failing', severity, summary, evidence, action, startedAt, saidBy };
}
