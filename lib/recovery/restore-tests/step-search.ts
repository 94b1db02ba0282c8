import { type EvidenceLine, evidenceLine } from '../../domain/recovery/evidence.ts';
import { isNamed, type RestoreTest } from '../../domain/recovery/restore-test.ts';
import type { SearchIndex, SearchIndexName } from '../../domain/recovery/search-index.ts';
import { plural } from '../../domain/text.ts';
import { halvesOf } from '../dump/backup-names.ts';
import { joined, moved, troubled, troubleOf, waits } from '../state/step-outcome.ts';
import { type Compared, expectedWords, searchLines, searchState } from './compare-search.ts';
import { addressTrouble, noted, only, verdictIn, whyOf } from './restored-data.ts';
import { concluded, type StepContext, type TestOutcome } from './test-phase.ts';

const EXPECTED = 'the search indexes of the source';

/**
 * Waits until each search and vector index of the restored collections can be searched: a restore brings back their definitions at most, and what was
 * restored is of little use to an application without them. Which there should be is the source's own list.
 */
export async function search(test: RestoreTest, context: StepContext): Promise<TestOutcome> {
  if (test.searchIndexes === undefined) return begin(test, context);
  const restored = await restoredIndexes(test.searchIndexes, test, context);
  if ('unknown' in restored) return troubled(restored.unknown);
  const compared = { expected: test.searchIndexes, found: restored.found };
  const state = searchState(compared);
  if (state === 'coming') return waits(test);
  return end(state === 'searchable' ? { ...test, searchableAt: context.now() } : test, compared, context);
}

/** The phase's time is up: with indexes that are not READY yet, or because nobody could look at them. */
export async function searchAtDeadline(test: RestoreTest, context: StepContext): Promise<TestOutcome> {
  if (test.searchIndexes === undefined) return notWatched(test, test.troubles?.last ?? 'nobody told them in time', context);
  const expected = test.searchIndexes;
  const restored = await restoredIndexes(expected, test, context).catch((cause: unknown) => ({ unknown: troubleOf(cause) }));
  if ('found' in restored) return end(test, { expected, found: restored.found }, context);
  const found = `not known: nobody could look (${restored.unknown})`;
  const verdict = context.plan.isSearchRequired ? 'could-not-verify' : 'noted';
  const lines = expected.map((index) => evidenceLine('search', verdict, [expectedWords(index), found], index.namespace));
  return atRisk(test, lines, context);
}

async function begin(test: RestoreTest, context: StepContext): Promise<TestOutcome> {
  const listed = await sourceIndexes(test, context);
  if ('unknown' in listed) return notWatched(test, listed.unknown, context);
  if (listed.indexes.length === 0) return withLines(test, [evidenceLine('search', 'noted', [EXPECTED, 'it has none'])], context);
  return moved({ ...test, searchIndexes: listed.indexes });
}

/** Which indexes there should be is not known. Where the plan requires search, that keeps the test from passing. */
function notWatched(test: RestoreTest, why: string, context: StepContext): TestOutcome {
  const verdict = context.plan.isSearchRequired ? 'could-not-verify' : 'noted';
  return withLines(test, [evidenceLine('search', verdict, [EXPECTED, `not watched: ${why}`])], context);
}

type Listed = { readonly indexes: readonly SearchIndexName[] } | { readonly unknown: string };

/** By Atlas, in one request, where the second service account may read it; otherwise by the source's own address. */
async function sourceIndexes({ source }: RestoreTest, { recovery, plan, deadline }: StepContext): Promise<Listed> {
  const byAtlas = await recovery.atlas.searchIndexes(source, deadline);
  if (byAtlas !== null) return { indexes: namesOf(byAtlas, plan.databases) };
  const role = 'the second service account may not list them (Project Search Index Editor or Project Data Access Read Only)';
  const own = plan.sources.find((one) => isNamed(source, one));
  const uri = own && (own.uri !== null || plan.sources.length === 1) ? recovery.sourceAddress(own.uri) : null;
  if (uri === null) return { unknown: `${role}, and the source has no address here` };
  try {
    return { indexes: namesOf((await recovery.deployments.searchIndexes(uri, { deadline, ...only(plan) })) ?? [], plan.databases) };
  } catch (cause) {
    return { unknown: `${role}, and the source does not list them: ${troubleOf(cause)}` };
  }
}

/** An index that somebody has deleted is listed until it is gone. */
const GOING: ReadonlySet<string> = new Set(['DELETING', 'DOES_NOT_EXIST']);

function namesOf(indexes: readonly SearchIndex[], databases: readonly string[] | null): readonly SearchIndexName[] {
  return indexes
    .filter(({ status }) => !GOING.has(status))
    .filter(({ namespace }) => databases === null || databases.includes(halvesOf(namespace).database))
    .map(({ namespace, name, type }) => ({ namespace, name, type }));
}

/** What is in the sandbox, or why its address must not be read from. Throws what the driver throws. */
async function restoredIndexes(
  expected: readonly SearchIndexName[],
  test: RestoreTest,
  context: StepContext,
): Promise<Pick<Compared, 'found'> | { readonly unknown: string }> {
  const { recovery, plan, deadline } = context;
  const uri = recovery.sandboxAddress(plan.target.uri);
  const wrong = await addressTrouble(uri, test, context);
  if (uri === null || wrong !== null) return { unknown: wrong ?? '' };
  const databases = new Set(expected.map(({ namespace }) => halvesOf(namespace).database));
  return { found: await recovery.deployments.searchIndexes(uri, { deadline, only: [...databases] }) };
}

function end(test: RestoreTest, compared: Compared, context: StepContext): TestOutcome {
  return atRisk(test, searchLines(compared, test, context.plan.isSearchRequired), context);
}

function atRisk(test: RestoreTest, lines: readonly EvidenceLine[], context: StepContext): TestOutcome {
  const missing = lines.filter(({ verdict }) => verdict === 'noted').length;
  if (missing === 0) return withLines(test, lines, context);
  const risk = `at risk: ${plural(missing, 'search index', 'search indexes')} could not be searched`;
  return withLines({ ...test, why: test.why === null ? risk : joined(risk, test.why) }, lines, context);
}

function withLines(test: RestoreTest, lines: readonly EvidenceLine[], { now }: StepContext): TestOutcome {
  const next = noted(test, lines);
  return moved(concluded(next, verdictIn(next), whyOf(next) ?? test.why, now()), lines);
}
