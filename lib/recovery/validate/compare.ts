import type { CollectionManifest, EvidenceLine } from '../../domain/evidence.ts';
import { expires, indexName } from './canonical.ts';
import type { CatalogEntry } from './catalog.ts';
import { countRange, type Expectation } from './expectation.ts';
import { counted, lineOf, listed } from './line.ts';

const KINDS = { collection: 'a collection', view: 'a view', timeseries: 'a time series' } as const;

/** Pure: a namespace that manifests name and that was not restored. */
export function missingLine(namespace: string, { seen: [first], sure }: Expectation): EvidenceLine {
  if (sure)
    return lineOf('namespace', namespace, 'failed', [
      `${KINDS[first.type]}, as before and after the recovery point`,
      'nothing: it is missing',
    ]);
  return lineOf('namespace', namespace, 'noted', [
    'nothing certain: one manifest of the source names it',
    'nothing: it may not have been there at the recovery point',
  ]);
}

/** Pure: a namespace that was restored. `compared` is false where there is no manifest at all. */
export function presentLine({ namespace, type }: CatalogEntry, expectation: Expectation | undefined, compared: boolean): EvidenceLine {
  const found = KINDS[type];
  if (!compared) return lineOf('namespace', namespace, 'noted', ['nothing certain: there is no manifest of the source', found]);
  if (!expectation) return lineOf('namespace', namespace, 'noted', ['nothing: no manifest of the source names it', `${found} nonetheless`]);
  if (!expectation.sure) return lineOf('namespace', namespace, 'noted', ['nothing certain: one manifest of the source names it', found]);
  const kinds = [...new Set(expectation.seen.map((seen) => KINDS[seen.type]))];
  return lineOf('namespace', namespace, kinds.includes(found) ? 'passed' : 'failed', [kinds.join(' or '), found]);
}

/** Pure: the options of a collection or view, as on either side of the recovery point. */
export function optionsLine({ namespace, options }: CatalogEntry, { seen }: Expectation): EvidenceLine {
  const expected = [...new Set(seen.map((collection) => collection.options))];
  return lineOf('options', namespace, expected.includes(options) ? 'passed' : 'failed', [expected.join(' or '), options]);
}

/** Pure: indexes on both sides of the recovery point must be there; others are noted. */
export function indexLines({ namespace, indexes }: CollectionManifest, { seen }: Expectation): readonly EvidenceLine[] {
  const sure = seen[0].indexes.filter((index) => seen.every((collection) => collection.indexes.includes(index)));
  const known = new Set(seen.flatMap((collection) => collection.indexes));
  const missing = sure.filter((index) => !indexes.includes(index));
  const extra = indexes.filter((index) => !known.has(index));
  const found = missing.length === 0 ? 'all of them' : `without ${listed(missing.map((index) => missingWords(index, indexes)))}`;
  const expected = sure.length === 0 ? 'no index' : `${counted(sure.length, 'index', 'indexes')}: ${listed(sure.map(indexName))}`;
  const line = lineOf('indexes', namespace, missing.length === 0 ? 'passed' : 'failed', [expected, found]);
  const noted = lineOf('indexes', namespace, 'noted', ['no others', `also ${listed(extra.map(indexName))}`]);
  return extra.length === 0 ? [line] : [line, noted];
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
export function documentsLine(
  namespace: string,
  { documents, by }: Count,
  expectation: Expectation,
  tolerance: number,
): readonly EvidenceLine[] {
  const range = countRange(expectation, tolerance);
  if (range === null) return [];
  const counts = [...new Set(expectation.seen.map((seen) => (seen.documents ?? 0).toLocaleString('en')))].join(' and ');
  const expected = `${range.least.toLocaleString('en')} to ${counted(range.most, 'document', 'documents')} (the source had ${counts}; tolerance ${Number((tolerance * 100).toFixed(2))} %)`;
  const found = `${counted(documents, 'document', 'documents')}${by === 'counting' ? ', counted one by one' : ''}`;
  if (documents < range.least && expectation.seen.some(({ indexes }) => indexes.some(expires)))
    return [
      lineOf('documents', namespace, 'noted', [
        expected,
        `${found}; it has a TTL index, which deletes what is past its time after a restore too`,
      ]),
    ];
  return [lineOf('documents', namespace, isOutOfRange(documents, expectation, tolerance) ? 'failed' : 'passed', [expected, found])];
}
