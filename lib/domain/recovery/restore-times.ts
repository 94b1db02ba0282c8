import type { RecoveryState } from './restore-test.ts';
import type { Duration } from '../time.ts';

/** `plans`: those of the restore tests among the measured, each once, oldest first; a restore by hand is of no plan. */
export type Span = {
  readonly median: Duration;
  readonly worst: Duration;
  readonly last: Duration;
  readonly count: number;
  readonly plans: readonly string[];
};

/** How long restores of one cluster took, in its tests and by hand, and the validation in its tests; null where none came so far. */
export type RestoreTimes = { readonly restore: Span | null; readonly validate: Span | null };

/** Pure: from all ended tests of this cluster, whatever the verdict of their validation, and its restores by hand. */
export function restoreTimes({ proofs, byHand = [] }: Pick<RecoveryState, 'proofs' | 'byHand'>, clusterId: string): RestoreTimes {
  const tests = proofs.map(({ source, plan, endedAt, measured }) => ({ clusterId: source.clusterId, plan, endedAt, ...measured }));
  const all = [...tests, ...byHand.map((one) => ({ ...one, plan: null, validate: null }))];
  const own = all.filter((one) => one.clusterId === clusterId).toSorted((a, b) => a.endedAt - b.endedAt);
  return {
    restore: spanOf(own.map(({ restore, plan }) => ({ took: restore, plan }))),
    validate: spanOf(own.map(({ validate, plan }) => ({ took: validate, plan }))),
  };
}

/** " by every-week", or nothing of restores by hand alone. What a duration says depends on what its plan restored into, so it is never given without the plan. */
export function byPlans(plans: readonly string[]): string {
  return plans.length === 0 ? '' : ` by ${plans.join(', ')}`;
}

type Measurement = { readonly took: Duration | null; readonly plan: string | null };

function spanOf(measured: readonly Measurement[]): Span | null {
  const known = measured.flatMap(({ took }) => took ?? []);
  const plans = [...new Set(measured.flatMap(({ took, plan }) => (took === null ? [] : (plan ?? []))))];
  const sorted = known.toSorted((a, b) => a - b);
  const [last, worst] = [known.at(-1), sorted.at(-1)];
  const [upper, lower] = [sorted[Math.floor(sorted.length / 2)], sorted[Math.floor((sorted.length - 1) / 2)]];
  if (last === undefined || worst === undefined || upper === undefined || lower === undefined) return null;
  return { median: (lower + upper) / 2, worst, last, count: sorted.length, plans };
}
