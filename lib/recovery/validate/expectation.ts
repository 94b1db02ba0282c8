import type { CollectionManifest, Manifest } from '../../domain/evidence.ts';

/** What manifests of the source say of one namespace: on the two sides of the recovery point, or (`sure` is false) on one alone. */
export type Expectation = {
  readonly seen: readonly [CollectionManifest, ...CollectionManifest[]];
  /** It was there before and after the recovery point, so it was there at it. */
  readonly sure: boolean;
};

/** Pure: by namespace. With one manifest alone nothing is sure: what it names may have been created or dropped since. */
export function expectationsOf(before: Manifest | null, after: Manifest | null): ReadonlyMap<string, Expectation> {
  const expected = new Map<string, Expectation>();
  for (const { collections } of [before, after].filter((manifest) => manifest !== null)) {
    for (const collection of collections) {
      const [first] = expected.get(collection.namespace)?.seen ?? [];
      expected.set(collection.namespace, first ? { seen: [first, collection], sure: true } : { seen: [collection], sure: false });
    }
  }
  return expected;
}

/** How many documents a collection may have: the range that both manifests span, wider by the tolerance (a fraction) at each end. Null: not counted. */
export function countRange({ seen }: Expectation, tolerance: number): { readonly least: number; readonly most: number } | null {
  const counts = seen.flatMap(({ documents }) => (documents === null ? [] : [documents]));
  if (counts.length === 0) return null;
  const [lowest, highest] = [Math.min(...counts), Math.max(...counts)];
  return { least: lowest - share(lowest, tolerance), most: highest + share(highest, tolerance) };
}

/** A collection of at most so many is counted one by one: that takes well under a second. */
const COUNTED_UP_TO = 100_000;

/** How the documents of a restored collection are counted at first; metadata that come out of range are not believed either. */
export function countingOf(expectation: Expectation | null): 'metadata' | 'counting' {
  const most = expectation === null ? null : countRange(expectation, 0)?.most;
  return most === null || most === undefined || most > COUNTED_UP_TO ? 'metadata' : 'counting';
}

/** Whole documents. 0.29 × 100 is 28.999999999999996 in floating point, and means 29. */
function share(count: number, tolerance: number): number {
  return Math.floor(count * tolerance + 1e-9);
}
