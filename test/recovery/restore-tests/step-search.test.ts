import { describe, expect, test } from 'vitest';
import type { Config } from '../../../lib/config/policy/define-config.ts';
import type { SearchIndex } from '../../../lib/domain/recovery/search-index.ts';
import { MINUTE } from '../../../lib/domain/time.ts';
import { sandbox } from '../../support/recovery.ts';
import { type RecoveryStage, PLAN, recoveryStage } from '../../support/recovery-stage.ts';

const SOURCE = 'mongodb://orders.example.net';

function index(changes: Partial<SearchIndex> = {}): SearchIndex {
  return { namespace: 'shop.orders', name: 'by-text', type: 'search', status: 'READY', queryable: true, ...changes };
}

type Wanted = Partial<NonNullable<Config['restoreTests']>[number]>;

/** A restore test that is restored and validated, with these indexes in the source; null: Atlas does not list them. */
async function validated(
  source: readonly SearchIndex[] | null,
  wanted: Wanted = {},
  address: string | null = null,
): Promise<RecoveryStage> {
  const [plan] = PLAN.restoreTests ?? [];
  const made = recoveryStage(plan ? { restoreTests: [{ ...plan, ...wanted }] } : {}, { sourceAddress: () => address });
  made.atlas.searchIndexes = source;
  await made.start();
  made.restored();
  return made;
}

const proofOf = async (made: RecoveryStage) => (await made.state()).proofs[0];
const searchLines = async (made: RecoveryStage) => {
  const [record] = await made.records();
  return (record?.evidence ?? []).filter(({ what }) => what === 'search').map(({ verdict, expected, found }) => [verdict, expected, found]);
};

describe('a restore test waits for search', () => {
  test('until each index of the source is READY and queryable, and counts that time to the RTO', async () => {
    const made = await validated([index(), index({ name: 'by-vector', type: 'vectorSearch' })]);
    made.searched = () => [
      index({ status: 'BUILDING', queryable: false }),
      index({ name: 'by-vector', type: 'vectorSearch', queryable: false }),
    ];
    await made.move(5);
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'search', verdict: null });
    expect(made.dropped).toBe(0);
    made.searched = () => [index(), index({ name: 'by-vector', type: 'vectorSearch' })];
    await made.move(30);
    expect(await proofOf(made)).toMatchObject({ verdict: 'passed', measured: { search: 30 * MINUTE, rto: 35 * MINUTE } });
    expect(await searchLines(made)).toEqual([
      ['passed', 'the search index by-text, READY and queryable', 'it is'],
      ['passed', 'the vectorSearch index by-vector, READY and queryable', 'it is'],
    ]);
    expect((await made.records())[0]?.summary).toContain('searchable in 30 min');
    expect(made.dropped).toBe(1);
  });

  test('not where the source has no index, and says so', async () => {
    const made = await validated([]);
    await made.move(5);
    expect(await proofOf(made)).toMatchObject({ verdict: 'passed', measured: { rto: 5 * MINUTE } });
    expect(await searchLines(made)).toEqual([['noted', 'the search indexes of the source', 'it has none']]);
  });

  test('not after a validation that has failed', async () => {
    const made = await validated([index()]);
    made.answers = [{ lines: [], next: null, newest: null }];
    await made.move(5);
    expect(await proofOf(made)).toMatchObject({ verdict: 'could-not-verify' });
    expect(await searchLines(made)).toEqual([]);
  });

  test('of the databases alone that the plan looks at', async () => {
    const made = await validated([index(), index({ namespace: 'crm.users' })], { databases: ['crm'] });
    made.searched = () => [index({ namespace: 'crm.users' })];
    await made.move(5);
    expect((await searchLines(made)).length).toBe(1);
  });
});

describe('the expectation which search indexes there are after a restore', () => {
  test.for(['DELETING', 'DOES_NOT_EXIST'])('leaves out one that the source is about to lose, as its status %s says', async (status) => {
    const made = await validated([index({ status, queryable: false })]);
    made.searched = () => [];
    await made.move(5);
    expect(await searchLines(made)).toEqual([['noted', 'the search indexes of the source', 'it has none']]);
  });

  test('is read from the source itself where Atlas does not list them', async () => {
    const made = await validated(null, {}, SOURCE);
    made.searched = (uri) => (uri === SOURCE ? [index({ status: 'BUILDING', queryable: false })] : [index()]);
    await made.move(5);
    expect((await searchLines(made)).map(([verdict]) => verdict)).toEqual(['passed']);
  });

  test('is empty for a source whose server has no search', async () => {
    const made = await validated(null, {}, SOURCE);
    await made.move(5);
    expect(await searchLines(made)).toEqual([['noted', 'the search indexes of the source', 'it has none']]);
  });

  test('is not there where neither Atlas nor the source tells: the line says what is missing, and decides nothing', async () => {
    const made = await validated(null);
    await made.move(5);
    expect(await proofOf(made)).toMatchObject({ verdict: 'passed' });
    expect(await searchLines(made)).toEqual([
      ['noted', 'the search indexes of the source', expect.stringMatching(/^not watched: .*Project Search Index Editor.*no address here$/)],
    ]);
  });
});

describe('an index that cannot be searched', () => {
  const building = index({ status: 'BUILDING', queryable: false });
  const failedIndex = index({ status: 'FAILED', queryable: false });

  test.for<[string, readonly SearchIndex[] | null, string]>([
    ['is still building', [building], 'BUILDING, not queryable'],
    ['is not there', [], 'there is none'],
    ['is there under another type', [index({ type: 'vectorSearch' })], 'there is none'],
  ])('because it %s is waited for until the deadline, and is then a risk that the proof names', async ([, restored, found]) => {
    const made = await validated([index()], { deadlineMinutes: { search: 60 } });
    made.searched = () => restored;
    await made.move(5);
    await made.move(59);
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'search' });
    await made.move(1);
    expect(await proofOf(made)).toMatchObject({
      verdict: 'passed',
      why: expect.stringMatching(/^at risk: 1 search index could not be searched; /),
      // The service was not back, so that nobody knows how long that takes.
      measured: { validate: expect.any(Number), rto: null },
    });
    expect((await searchLines(made)).map(([verdict, , words]) => [verdict, words])).toEqual([['noted', found]]);
  });

  test('because Atlas has given it up, or the server has no search, is not waited for', async () => {
    for (const restored of [[failedIndex], null]) {
      const made = await validated([index()]);
      made.searched = () => restored;
      await made.move(5);
      expect((await searchLines(made)).map(([verdict]) => verdict)).toEqual(['noted']);
    }
  });

  test('fails the test where the plan requires search', async () => {
    const made = await validated([index()], { search: 'required' });
    made.searched = () => [failedIndex];
    await made.move(5);
    expect(await proofOf(made)).toMatchObject({ verdict: 'failed', why: expect.stringMatching(/^shop\.orders: search: .*FAILED/) });
  });

  test('and is missing after the restore of an older point proves nothing, since the source may have been given it later', async () => {
    const made = await validated([index()], { search: 'required', points: ['snapshot'], deadlineMinutes: { search: 60 } });
    made.searched = () => [];
    await made.move(5);
    await made.move(60);
    expect(await proofOf(made)).toMatchObject({ verdict: 'could-not-verify', why: expect.stringMatching(/may have been given it after/) });
  });
});

describe('where nobody can look until the deadline, a restore test', () => {
  const away = (): never => {
    throw new Error('the server is away');
  };
  const until = async (made: RecoveryStage): Promise<void> => {
    await made.move(5);
    for (const minutes of [30, 31]) await made.move(minutes);
  };
  const wanted = { deadlineMinutes: { search: 60 } };

  test.for<['required' | 'noted', string, string]>([
    ['required', 'could-not-verify', 'could-not-verify'],
    ['noted', 'passed', 'noted'],
  ])('with search %s says that the indexes are not known, not that they are missing', async ([search, verdict, line]) => {
    const made = await validated([index()], search === 'required' ? { ...wanted, search } : wanted);
    made.searched = away;
    await until(made);
    expect(await proofOf(made)).toMatchObject({ verdict });
    expect(await searchLines(made)).toEqual([[line, expect.any(String), expect.stringContaining('not known: nobody could look')]]);
  });

  test.for<['required' | 'noted', string, string]>([
    ['required', 'could-not-verify', 'could-not-verify'],
    ['noted', 'passed', 'noted'],
  ])('with search %s does not keep silent that the source’s list was never read', async ([search, verdict, line]) => {
    const made = await validated([index()], search === 'required' ? { ...wanted, search } : wanted);
    Object.defineProperty(made.atlas, 'searchIndexes', { get: away });
    await until(made);
    expect(await proofOf(made)).toMatchObject({ verdict });
    expect(await searchLines(made)).toEqual([[line, 'the search indexes of the source', expect.stringContaining('not watched: ')]]);
  });
});

test('a plan that requires search does not pass where nobody tells which indexes there should be', async () => {
  const made = await validated(null, { search: 'required' });
  await made.move(5);
  expect(await proofOf(made)).toMatchObject({ verdict: 'could-not-verify', why: expect.stringContaining('not watched: ') });
});

test('the list of indexes is read at the source of that project, not at a cluster of the same name', async () => {
  const [plan] = PLAN.restoreTests ?? [];
  const own = (plan?.sources ?? []).map((source) => ({ ...source, uri: { env: 'OWN' } }));
  const sources = [...own.map((source) => ({ ...source, project: 'other', uri: { env: 'OTHER' } })), ...own];
  const made = recoveryStage(plan ? { restoreTests: [{ ...plan, sources }] } : {}, {
    sourceAddress: (variable) => `mongodb://${variable?.toLowerCase()}.example.net`,
  });
  made.atlas.searchIndexes = null;
  made.searched = (uri) => (uri === 'mongodb://other.example.net' ? [] : [index()]);
  await made.start();
  made.restored();
  await made.move(5);
  expect(await searchLines(made)).toEqual([['passed', expect.any(String), 'it is']]);
});

test('a sandbox whose address leads to another cluster is named as that, while the phase waits and when its time is up', async () => {
  const why = /the target that was restored into is gone, or another cluster bears its name/;
  const made = await validated([index()], { search: 'required', deadlineMinutes: { search: 60 } });
  made.searched = () => [index({ status: 'BUILDING', queryable: false })];
  await made.move(5);
  made.atlas.target = sandbox({ clusterId: 'c-other' });
  await made.move(5);
  expect((await made.state()).tests[0]?.troubles?.last).toMatch(why);
  await made.move(60);
  expect((await searchLines(made)).map(([, , found]) => found)).toEqual([expect.stringMatching(why)]);
});
