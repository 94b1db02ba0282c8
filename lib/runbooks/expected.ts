import type { Proof } from '../domain/restore-test.ts';
import { type Duration, SECOND } from '../domain/time.ts';

export type Span = { readonly median: Duration; readonly worst: Duration; readonly count: number };

/** What a restore and its validation took in past tests of one source; null where none came so far. */
export type Expected = { readonly restore: Span | null; readonly validate: Span | null };

/**
 * Automated restores of MongoDB's own test clusters (M10), from job id to `finishedAt`, as recorded by the end-to-end tests of
 * github.com/mongodb/mongodb-atlas-cli at 8ddea41a. Not the user's data, so only a floor.
 */
export const ATLAS_RECORDED = { restores: 102, least: 186 * SECOND, median: 230 * SECOND, most: 375 * SECOND } as const;

/** Pure: from the ended tests of this source alone, whatever came of their validation. */
export function expectedFrom(proofs: readonly Proof[], clusterId: string): Expected {
  const own = proofs.filter(({ source }) => source.clusterId === clusterId).map(({ measured }) => measured);
  return { restore: spanOf(own.map(({ restore }) => restore)), validate: spanOf(own.map(({ validate }) => validate)) };
}

function spanOf(measured: readonly (Duration | null)[]): Span | null {
  const sorted = measured.filter((one) => one !== null).toSorted((a, b) => a - b);
  const [worst, upper, lower] = [sorted.at(-1), sorted[Math.floor(sorted.length / 2)], sorted[Math.floor((sorted.length - 1) / 2)]];
  if (worst === undefined || upper === undefined || lower === undefined) return null;
  return { median: (lower + upper) / 2, worst, count: sorted.length };
}
