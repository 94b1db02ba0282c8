import { PRIORITY_OF } from '../../lib/domain/policy.ts';
import { type Duration, type Instant, spell } from '../../lib/domain/time.ts';
import type { Expected, Fault } from './fault.ts';
import type { Observed, Seen } from './observe.ts';

/** Best first. `false`: what was to be told was told, and something else besides. */
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
  readonly unmended: string | null;
  readonly unproven: string | null;
};

/** What the world came to, against what the fault should have brought. */
export function verdictOf(fault: Fault, { observed, startedAt, early, unmended, unproven }: Ending): Result {
  const all = [...observed.values()];
  const tellings = fault.expect.map((expected) => ({ expected, at: toldAt(all, expected) }));
  const missing = tellings.filter(({ at }) => at === null).map(({ expected }) => `not told: ${words(expected)}${nearest(all, expected)}`);
  const late = tellings
    .filter(({ expected, at }) => at !== null && at - startedAt > expected.within)
    .map(({ expected }) => `late: ${words(expected)}`);
  const wrong = [
    ...early,
    ...all
      .filter((one) => isUnexpected(one, fault))
      .map((one) => `told for nothing: ${one.check} ${one.severity} of ${one.about} (${one.summary})`),
  ];
  const broken = [unmended, unproven].filter((problem) => problem !== null);
  const times = tellings.flatMap(({ at }) => (at === null ? [] : [at - startedAt]));
  const verdict = missing.length + broken.length > 0 ? 'missed' : wrong.length > 0 ? 'false' : late.length > 0 ? 'late' : 'caught';
  return {
    id: fault.id,
    verdict,
    after: times.length === 0 ? null : Math.max(...times),
    detail: [...missing, ...broken, ...wrong, ...late].join('; '),
  };
}

/** When it was first told at its severity; a later episode of the same does as well. */
function toldAt(all: readonly Seen[], { check, severity, about, by }: Expected): Instant | null {
  const own = all.filter((one) => one.check === check && one.about === about);
  const times = own.flatMap(({ told }) =>
    told.filter((telling) => telling.priority === PRIORITY_OF[severity] && (by === undefined || telling.by === by)).map(({ at }) => at),
  );
  return times.length === 0 ? null : Math.min(...times);
}

function isUnexpected({ check, about }: Seen, fault: Fault): boolean {
  if (fault.besides?.includes(check)) return false;
  return !fault.expect.some((expected) => expected.check === check && expected.about === about);
}

function nearest(all: readonly Seen[], { check, about }: Expected): string {
  const near = all.filter((one) => one.check === check || one.about === about);
  return near.length === 0
    ? ''
    : ` (but ${near.map((one) => `${one.check} ${one.severity} of ${one.about} by ${one.told.map(({ by, priority }) => `${by} ${priority}`).join(', ') || 'nobody'}`).join('; ')})`;
}

/** "backup-age critical of orders by pagerduty within 1 h". */
export function words({ check, severity, about, within, by }: Expected): string {
  return `${check} ${severity} of ${about}${by === undefined ? '' : ` by ${by}`} within ${spell(within)}`;
}
