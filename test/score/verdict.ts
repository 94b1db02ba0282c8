import { PRIORITIES, PRIORITY_OF, type Priority } from '../../lib/domain/policy/policy.ts';
import { type Duration, type Instant, spell } from '../../lib/domain/time.ts';
import type { Expected, Fault } from './fault.ts';
import type { Observed, Seen } from './observe.ts';

/** Best first. `false`: every expected notification came, and others came besides. */
export const VERDICTS = ['caught', 'late', 'false', 'missed'] as const;
export type Verdict = (typeof VERDICTS)[number];

export type Result = {
  readonly id: string;
  readonly verdict: Verdict;
  /** From the start to the acceptance of the last thing expected; null where nothing was. */
  readonly after: Duration | null;
  /** What is wrong; empty where it was caught. */
  readonly detail: string;
};

export type Ending = {
  readonly observed: Observed;
  readonly startedAt: Instant;
  readonly early: readonly string[];
  /** Incidents that ended before the fault did, or not with it. */
  readonly untimely: readonly string[];
  readonly unmended: string | null;
  readonly unproven: string | null;
};

/** What the world came to, against what the fault should have brought. */
export function verdictOf(fault: Fault, { observed, startedAt, early, untimely, unmended, unproven }: Ending): Result {
  const all = [...observed.values()];
  const tellings = fault.expect.map((expected) => ({ expected, at: notifiedAt(all, expected) }));
  const missing = tellings.filter(({ at }) => at === null).map(({ expected }) => `not told: ${words(expected)}${nearest(all, expected)}`);
  const late = tellings
    .filter(({ expected, at }) => at !== null && at - startedAt > expected.within)
    .map(({ expected }) => `late: ${words(expected)}`);
  const wrong = [...early, ...all.flatMap((one) => unasked(one, fault)), ...repeated(all, fault)];
  const broken = [...untimely, ...[unmended, unproven].filter((problem) => problem !== null)];
  const times = tellings.flatMap(({ at }) => (at === null ? [] : [at - startedAt]));
  const verdict = missing.length + broken.length > 0 ? 'missed' : wrong.length > 0 ? 'false' : late.length > 0 ? 'late' : 'caught';
  return {
    id: fault.id,
    verdict,
    after: times.length === 0 ? null : Math.max(...times),
    detail: [...missing, ...broken, ...wrong, ...late].join('; '),
  };
}

/** When it was first notified at its severity; a later episode of the same does as well. */
function notifiedAt(all: readonly Seen[], { check, severity, about, by }: Expected): Instant | null {
  const own = all.filter((one) => one.check === check && one.about === about);
  const times = own.flatMap(({ notified }) =>
    notified.filter((telling) => telling.priority === PRIORITY_OF[severity] && (by === undefined || telling.by === by)).map(({ at }) => at),
  );
  return times.length === 0 ? null : Math.min(...times);
}

/** What was notified although nothing was to be, or louder than it was to be. */
function unasked({ check, severity, about, summary, notified }: Seen, fault: Fault): readonly string[] {
  const allowed = expectedOf(fault, { check, about }).map((expected) => expected.severity);
  const besides = fault.besides?.[check];
  if (besides) allowed.push(besides);
  if (allowed.length === 0) return [`told for nothing: ${check} ${severity} of ${about} (${summary})`];
  const limit = Math.min(...allowed.map((one) => rank(PRIORITY_OF[one])));
  const loudest = Math.min(rank(PRIORITY_OF[severity]), ...notified.map(({ priority }) => rank(priority)));
  return loudest < limit ? [`told too loudly: ${check} ${severity} of ${about}, as ${PRIORITIES[loudest]} (${summary})`] : [];
}

function rank(priority: Priority): number {
  return PRIORITIES.indexOf(priority);
}

type Subject = Pick<Seen, 'check' | 'about'>;

function expectedOf(fault: Fault, { check, about }: Subject): readonly Expected[] {
  return fault.expect.filter((expected) => expected.check === check && expected.about === about);
}

/** Faults that came as more incidents than allowed: opened, resolved, and opened again. */
function repeated(all: readonly Seen[], fault: Fault): readonly string[] {
  return [...bySubject(all).values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const allowed = Math.max(1, ...expectedOf(fault, first).map(({ episodes = 1 }) => episodes));
    return own.length > allowed ? [`told in ${own.length} episodes, not ${allowed}: ${first.check} of ${first.about}`] : [];
  });
}

function bySubject(all: readonly Seen[]): ReadonlyMap<string, readonly Seen[]> {
  return Map.groupBy(all, ({ check, about }) => `${check} of ${about}`);
}

/** At the end of the fault's time, before any mend: what is over although the fault is not, and the other way round. */
export function untimelyEnds(fault: Fault, observed: Observed): readonly string[] {
  return [...bySubject([...observed.values()])].flatMap(([subject, own]) => {
    const [first] = own;
    const expected = first === undefined ? [] : expectedOf(fault, first);
    if (expected.length === 0) return [];
    const ends = expected.some((one) => one.ends);
    const isOpen = own.some(({ resolved }) => !resolved);
    if (ends === isOpen) return [`${subject} ${ends ? 'did not end with its cause' : 'ended while its cause went on'}`];
    return [];
  });
}

function nearest(all: readonly Seen[], { check, about }: Expected): string {
  const near = all.filter((one) => one.check === check || one.about === about);
  return near.length === 0
    ? ''
    : ` (but ${near.map((one) => `${one.check} ${one.severity} of ${one.about} by ${one.notified.map(({ by, priority }) => `${by} ${priority}`).join(', ') || 'nobody'}`).join('; ')})`;
}

/** "backup-age critical of orders by pagerduty within 1 h". */
export function words({ check, severity, about, within, by }: Expected): string {
  return `${check} ${severity} of ${about}${by === undefined ? '' : ` by ${by}`} within ${spell(within)}`;
}
