import type { RecoveryState } from './restore-test.ts';
import type { Duration } from '../time.ts';

export type Span = { readonly median: Duration; readonly worst: Duration; readonly last: Duration; readonly count: number };

/** How long restores of one cluster took, in its tests and by hand, and the validation in its tests; null where none came so far. */
export type RestoreTimes = { readonly restore: Span | null; readonly validate: Span | null };

/** Pure: from all ended tests of this cluster, whatever the verdict of their validation, and its restores by hand. */
export function restoreTimes({ proofs, byHand = [] }: Pick<RecoveryState, 'proofs' | 'byHand'>, clusterId: string): RestoreTimes {
  const tests = proofs.map(({ source, endedAt, measured }) => ({ clusterId: source.clusterId, endedAt, ...measured }));
  const all = [...tests, ...byHand.map((one) => ({ ...one, validate: null }))];
  const own = all.filter((one) => one.clusterId === clusterId).toSorted((a, b) => a.endedAt - b.endedAt);
  return { restore: spanOf(own.map(({ restore }) => restore)), validate: spanOf(own.map(({ validate }) => validate)) };
}

function spanOf(measured: readonly (Duration | null)[]): Span | null {
  const known = measured.filter((one) => one !== null);
  const sorted = known.toSorted((a, b) => a - b);
  const [last, worst] = [known.at(-1), sorted.at(-1)];
  const [upper, lower] = [sorted[Math.floor(sorted.length / 2)], sorted[Math.floor((sorted.length - 1) / 2)]];
  if (last === undefined || worst === undefined || upper === undefined || lower === undefined) return null;
  return { median: (lower + upper) / 2, worst, last, count: sorted.length };
}
