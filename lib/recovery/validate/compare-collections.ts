import type { CollectionManifest, EvidenceLine, Manifest } from '../../domain/recovery/evidence.ts';
import { expires, indexName } from './read/canonical.ts';
import type { CatalogEntry } from './read/manifest.ts';
import { counted, lineOf, listed } from './evidence-lines.ts';
import { sameIndex, sameOptions, unknownOptions } from './same-metadata.ts';

const KINDS = { collection: 'a collection', view: 'a view', timeseries: 'a time series' } as const;

const UNCERTAIN = 'nothing certain: one manifest of the source names it';

/** Pure: a namespace that manifests name and that was not restored. */
export function missingLine(namespace: string, { seen: [first], sure, of }: Expectation): EvidenceLine {
  const there = `${KINDS[first.type]}, as ${of === 'dump' ? 'in the dump' : 'before and after the recovery point'}`;
  if (sure) return lineOf('namespace', namespace, 'failed', [there, 'nothing: it is missing']);
  return lineOf('namespace', namespace, 'noted', [UNCERTAIN, 'nothing: it may not have been there at the recovery point']);
}

/** Pure: a namespace that was restored. `compared` is false where there is no manifest at all. */
export function presentLine({ namespace, type }: CatalogEntry, expectation: Expectation | undefined, compared: boolean): EvidenceLine {
  const found = KINDS[type];
  if (!compared) return lineOf('namespace', namespace, 'noted', ['nothing certain: there is no manifest of the source', found]);
  if (!expectation)
    return lineOf('namespace', namespace, 'noted', ['nothing: no manifest or dump of the source names it', `${found} nonetheless`]);
  if (!expectation.sure) return lineOf('namespace', namespace, 'noted', [UNCERTAIN, found]);
  const kinds = [...new Set(expectation.seen.map((seen) => KINDS[seen.type]))];
  return lineOf('namespace', namespace, kinds.includes(found) ? 'passed' : 'failed', [kinds.join(' or '), found]);
}

/** Pure: the options of a collection or view, as on either side of the recovery point. */
export function optionsLine({ namespace, options }: CatalogEntry, { seen }: Expectation): EvidenceLine {
  const expected = [...new Set(seen.map((collection) => collection.options))];
  const held = expected.some((one) => sameOptions(one, options));
  return lineOf('options', namespace, held ? 'passed' : 'failed', [expected.join(' or '), options]);
}

/** Pure: indexes on both sides of the recovery point must be there; others are noted. */
export function indexLines({ namespace, indexes }: CollectionManifest, { seen }: Expectation): readonly EvidenceLine[] {
  const sure = seen[0].indexes.filter((index) => seen.every((collection) => collection.indexes.includes(index)));
  const known = new Set(seen.flatMap((collection) => collection.indexes));
  const missing = sure.filter((index) => !indexes.some((found) => sameIndex(index, found)));
  const extra = indexes.filter((index) => ![...known].some((expected) => sameIndex(expected, index)));
  const found = missing.length === 0 ? 'all of them' : `without ${listed(missing.map((index) => missingWords(index, indexes)))}`;
  const expected = sure.length === 0 ? 'no index' : `${counted(sure.length, 'index', 'indexes')}: ${listed(sure.map(indexName))}`;
  const line = lineOf('indexes', namespace, missing.length === 0 ? 'passed' : 'failed', [expected, found]);
  const noted = lineOf('indexes', namespace, 'noted', ['no others', `also ${listed(extra.map(indexName))}`]);
  return [line, ...(extra.length === 0 ? [] : [noted]), ...leftOutLines(namespace, sure, indexes)];
}

/** Options that an old server kept without knowing them, and that the server at hand did not take over. */
function leftOutLines(namespace: string, sure: readonly string[], indexes: readonly string[]): readonly EvidenceLine[] {
  const left = sure.filter((index) => !indexes.includes(index) && indexes.some((found) => sameIndex(index, found)));
  const words = left.flatMap((index) => unknownOptions(index).map((option) => `${option} of ${indexName(index)}`));
  return words.length === 0 ? [] : [lineOf('indexes', namespace, 'noted', [listed(words), 'left out: options that no server knows'])];
}

function missingWords(index: string, found: readonly string[]): string {
  const other = found.find((candidate) => indexName(candidate) === indexName(index));
  return other === undefined ? indexName(index) : `${indexName(index)} as it was (${index}; now ${other})`;
}

/** How many were found, and how that was counted. */
export type Count = { readonly documents: number; readonly by: 'metadata' | 'counting' };

/** Pure: true where the number is none that the manifests allow. */
export function isOutOfRange(documents: number, expectation: Expectation, tolerance: number): boolean {
  const range = countRange(expectation, tolerance);
  return range !== null && (documents < range.least || documents > range.most);
}

/** Pure: the count against both manifests. Documents of a TTL index go by themselves once they are restored, so that too few of them prove nothing. */
export function documentsLine(namespace: string, { documents, by }: Count, expectation: Expectation, tolerance: number) {
  const range = countRange(expectation, tolerance);
  if (range === null) return [];
  const counts = [...new Set(expectation.seen.map((seen) => (seen.documents ?? 0).toLocaleString('en')))].join(' and ');
  const origin = expectation.of === 'dump' ? 'the dump holds' : 'the source had';
  const expected = `${range.least.toLocaleString('en')} to ${counted(range.most, 'document', 'documents')} (${origin} ${counts}; tolerance ${Number((tolerance * 100).toFixed(2))} %)`;
  const found = `${counted(documents, 'document', 'documents')}${by === 'counting' ? ', counted one by one' : ''}`;
  if (documents < range.least && expectation.seen.some(({ indexes }) => indexes.some(expires))) {
    const ttl = `${found}; it has a TTL index, which deletes what is past its time after a restore too`;
    // Named among what was not verified: whether the restore or the index lost them, nobody has looked.
    return [lineOf('not-covered', namespace, 'noted', [expected, ttl])];
  }
  return [lineOf('documents', namespace, isOutOfRange(documents, expectation, tolerance) ? 'failed' : 'passed', [expected, found])];
}

/** What manifests of the source say of one namespace: on the two sides of the recovery point, or (`sure` is false) on one alone. */
export type Expectation = {
  readonly seen: readonly [CollectionManifest, ...CollectionManifest[]];
  /** It was there before and after the recovery point, so it was there at it. */
  readonly sure: boolean;
  /** `dump`: no manifest of the source, but what a dump holds. */
  readonly of?: Manifest['of'];
};

/** Pure: by namespace. With one manifest alone nothing is sure: what it names may have been created or dropped since. */
export function expectationsOf(before: Manifest | null, after: Manifest | null): ReadonlyMap<string, Expectation> {
  const expected = new Map<string, Expectation>();
  for (const { collections, of } of [before, after].filter((manifest) => manifest !== null)) {
    const origin = of === undefined ? {} : { of };
    for (const collection of collections) {
      const [first] = expected.get(collection.namespace)?.seen ?? [];
      const seen = first ? ({ seen: [first, collection], sure: true } as const) : ({ seen: [collection], sure: false } as const);
      expected.set(collection.namespace, { ...seen, ...origin });
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
