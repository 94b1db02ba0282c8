import { type EvidenceLine, evidenceLine } from '../../domain/recovery/evidence.ts';
import type { RestoreTest } from '../../domain/recovery/restore-test.ts';
import type { SearchIndex, SearchIndexName } from '../../domain/recovery/search-index.ts';

/** What Atlas will not build any further. */
const BROKEN: ReadonlySet<string> = new Set(['FAILED', 'STALE']);

/** `found`: null where the restored server has no search at all. */
export type Compared = { readonly expected: readonly SearchIndexName[]; readonly found: readonly SearchIndex[] | null };

/** How a restored index is: it can be searched; it may still come; or Atlas has given it up. */
type State = 'searchable' | 'coming' | 'broken';

/** Pure: `coming` while one may still become searchable; otherwise `broken` if there is one that will not, and `searchable` if all are. */
export function searchState({ expected, found }: Compared): State {
  if (found === null) return 'broken';
  const states = new Set(expected.map((index) => stateOf(index, found)));
  return states.has('coming') ? 'coming' : states.has('broken') ? 'broken' : 'searchable';
}

/**
 * Pure: a line for each index. One that cannot be searched fails the test where the plan says `search: 'required'`, and is noted elsewhere. That one is
 * missing proves nothing of an older point: the source may have been given it since.
 */
export function searchLines(
  { expected, found }: Compared,
  { choice }: Pick<RestoreTest, 'choice'>,
  isRequired: boolean,
): readonly EvidenceLine[] {
  return expected.map((index) => {
    const words = expectedWords(index);
    const restored = matching(index, found ?? []);
    if (stateOf(index, found ?? []) === 'searchable') return evidenceLine('search', 'passed', [words, 'it is'], index.namespace);
    const isNewer = restored === undefined && choice !== 'latest';
    const verdict = isRequired ? (isNewer ? 'could-not-verify' : 'failed') : 'noted';
    return evidenceLine('search', verdict, [words, foundInWords(restored, found === null, isNewer)], index.namespace);
  });
}

/** Pure: what is expected of an index, in a line of evidence. */
export function expectedWords({ type, name }: SearchIndexName): string {
  return `the ${type} index ${name}, READY and queryable`;
}

function foundInWords(restored: SearchIndex | undefined, isWithoutSearch: boolean, isNewer: boolean): string {
  if (isWithoutSearch) return 'the restored server has no search';
  if (restored) return `${restored.status}, ${restored.queryable ? 'queryable' : 'not queryable'}`;
  return isNewer ? 'there is none; the source may have been given it after the restored moment' : 'there is none';
}

function stateOf(index: SearchIndexName, found: readonly SearchIndex[]): State {
  const restored = matching(index, found);
  if (restored?.status === 'READY' && restored.queryable) return 'searchable';
  return restored && BROKEN.has(restored.status) ? 'broken' : 'coming';
}

function matching({ namespace, name, type }: SearchIndexName, found: readonly SearchIndex[]): SearchIndex | undefined {
  return found.find((one) => one.namespace === namespace && one.name === name && one.type === type);
}
