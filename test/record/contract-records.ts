import { expect, test } from 'vitest';
import type { LogRecord } from '../../lib/domain/recovery/log-record.ts';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import { FORGET_MOST, type RecordsRequest, StoreError } from '../../lib/record/store.ts';
import type { Opened } from './contract.ts';
import { headWith, LINE, muchEvidence, NOW, record, swapOf } from './samples.ts';

const ALL: RecordsRequest = { limit: 100, before: null };

/** What a store does with the log. */
export function recordsContract(opened: () => Opened): void {
  const append = (records: readonly LogRecord[], revision = 0): Promise<unknown> =>
    opened().store.swap(swapOf({ expected: revision, records }));
  const ids = async (request: Partial<RecordsRequest> = {}): Promise<readonly string[]> =>
    (await opened().other.listRecords({ ...ALL, ...request })).records.map(({ id }) => id);
  writing(opened, append, ids);
  paging(opened, append, ids);
  forgetting(opened, append, ids);
}

type Append = (records: readonly LogRecord[], revision?: number) => Promise<unknown>;
type Ids = (request?: Partial<RecordsRequest>) => Promise<readonly string[]>;

function writing(opened: () => Opened, append: Append, ids: Ids): void {
  test('an empty log has no records, and an unknown id gives null', async () => {
    expect(await opened().store.records(ALL)).toEqual({ records: [], next: null });
    expect(await opened().store.record('none')).toBeNull();
  });

  test('are read as they were written, by everybody, with the swap that brought them', async () => {
    const written = record('a', NOW, { corrects: 'z', evidence: [LINE, { ...LINE, namespace: null, verdict: 'failed' }] });
    await append([written]);
    expect(await opened().other.record('a')).toEqual(written);
    expect(await opened().other.records(ALL)).toEqual({ records: [written], next: null });
    expect(await opened().other.readHead()).toEqual({ revision: 1, head: headWith('i-1') });
  });

  test('a list has everything but the lines of evidence, of which it says how many came to what', async () => {
    const { evidence, ...rest } = record('a', NOW, {
      evidence: [LINE, LINE, { ...LINE, verdict: 'failed' }, { ...LINE, verdict: 'noted' }],
    });
    await append([{ ...rest, evidence }]);
    const counts = { passed: 2, failed: 1, noted: 1, 'could-not-verify': 0 };
    expect(await opened().other.listRecords(ALL)).toEqual({ records: [{ ...rest, counts }], next: null });
  });

  test('a second record of the same id is ignored, whatever it says and whenever it comes', async () => {
    await append([record('a', NOW), record('a', NOW, { verdict: 'failed' })]);
    await append([record('a', NOW + HOUR, { verdict: 'failed', evidence: muchEvidence(100) }), record('b', NOW)], 1);
    expect((await opened().other.records(ALL)).records.map(({ id, verdict }) => `${id} ${verdict}`).toSorted()).toEqual([
      'a passed',
      'b passed',
    ]);
    expect(await opened().other.record('a')).toEqual(record('a', NOW));
  });

  test('a swap that loses writes none', async () => {
    await append([]);
    await append([record('a', NOW)], 7);
    expect(await ids()).toEqual([]);
    expect(await opened().store.record('a')).toBeNull();
  });

  test('a swap that names a blob that is gone writes none', async () => {
    await expect(opened().store.swap(swapOf({ adopt: ['gone'], records: [record('a', NOW)] }))).rejects.toThrow(StoreError);
    expect(await ids()).toEqual([]);
  });

  test('a swap sent twice because its answer was lost writes them once', async () => {
    const request = swapOf({ records: [record('a', NOW)] });
    await opened().store.swap(request);
    expect(await opened().store.swap(request)).toEqual({ swapped: true, revision: 1 });
    expect(await ids()).toEqual(['a']);
  });

  test('a second swap of one writer over the same head that brings another record is not taken for the first', async () => {
    await append([record('a', NOW)]);
    expect(await opened().store.swap(swapOf({ records: [record('b', NOW)] }))).toMatchObject({ swapped: false, revision: 1 });
  });

  test('a record with megabytes of evidence is read back whole', async () => {
    const large = record('a', NOW, { evidence: muchEvidence(1_500) });
    await append([large, record('b', NOW + 1)]);
    expect(await opened().other.record('a')).toEqual(large);
    expect((await opened().other.records(ALL)).records).toEqual([record('b', NOW + 1), large]);
  });

  test('a record whose write a crash cut off is written whole by the next attempt, even with other content', async () => {
    await opened().store.swap(swapOf({ expected: 7, records: [record('a', NOW, { evidence: muchEvidence(1_500) })] }));
    const second = record('a', NOW + 1, { evidence: muchEvidence(1_501) });
    await append([second]);
    expect(await opened().other.record('a')).toEqual(second);
  });

  test.for([
    ['no id', { id: '' }],
    ['no time', { endedAt: Number.NaN }],
    ['a time before 1970', { endedAt: -1 }],
  ] as const)('one with %s is refused, and nothing is swapped', async ([, change]) => {
    await expect(append([record('a', NOW, change)])).rejects.toThrow(/needs an id and the time/);
    expect(await opened().store.readHead()).toEqual({ revision: 0, head: null });
  });
}

function paging(opened: () => Opened, append: Append, ids: Ids): void {
  test('come newest first by when they ended, whenever they were written', async () => {
    await append([record('second', NOW - HOUR), record('third', NOW)]);
    await append([record('first', NOW - DAY)], 1);
    expect(await ids()).toEqual(['third', 'second', 'first']);
    expect(await ids({ limit: 0 })).toEqual([]);
  });

  test('pages cover all, each once, also where many ended in the same millisecond', async () => {
    await append(Array.from({ length: 25 }, (_, index) => record(`r-${index}`, NOW + Math.floor(index / 9))));
    const seen: string[] = [];
    const sizes: number[] = [];
    for (let before: string | null = null, page = 0; page < 10; page += 1) {
      const { records, next } = await opened().other.listRecords({ limit: 10, before });
      seen.push(...records.map(({ id }) => id));
      sizes.push(records.length);
      if (next === null) break;
      before = next;
    }
    expect(sizes).toEqual([10, 10, 5]);
    expect(new Set(seen).size).toBe(25);
    expect(seen).toEqual(await ids());
  });

  test.for([
    [2, null],
    [1, expect.any(String)],
  ] as const)('of two, a page of %i has the next %j', async ([limit, next]) => {
    await append([record('a', NOW), record('b', NOW + 1)]);
    expect((await opened().other.records({ limit, before: null })).next).toEqual(next);
  });

  test.for<readonly [string, Partial<RecordsRequest>, readonly string[]]>([
    ['from the second on', { within: { from: NOW, to: null } }, ['third', 'second']],
    ['from a millisecond later on', { within: { from: NOW + 1, to: null } }, ['third']],
    ['to the second', { within: { from: null, to: NOW } }, ['second', 'first']],
    ['to a millisecond before it', { within: { from: null, to: NOW - 1 } }, ['first']],
    ['of one millisecond', { within: { from: NOW, to: NOW } }, ['second']],
    ['of one kind', { kind: 'drill', within: { from: NOW - DAY, to: NOW } }, ['first']],
    ['when none ended', { within: { from: NOW + 2 * DAY, to: NOW + 3 * DAY } }, []],
  ])('can be asked for by when they ended: %s', async ([, request, expected]) => {
    await append([record('first', NOW - DAY, { kind: 'drill' }), record('second', NOW), record('third', NOW + DAY)]);
    expect(await ids(request)).toEqual(expected);
  });

  test('of a period, the page after another is of that period too', async () => {
    await append([record('a', NOW), record('b', NOW + 1), record('c', NOW + 2), record('d', NOW + 3)]);
    const within = { from: NOW + 1, to: NOW + 2 };
    const { next } = await opened().other.listRecords({ limit: 1, before: null, within });
    expect(await ids({ before: next, within })).toEqual(['b']);
  });

  test('a page is not moved by what is written after the page before was read', async () => {
    await append([record('a', NOW), record('b', NOW + 1)]);
    const { next } = await opened().other.listRecords({ limit: 1, before: null });
    await append([record('c', NOW + 2)], 1);
    expect(await ids({ before: next })).toEqual(['a']);
  });

  test('can be asked for by kind, across more than one page of the others', async () => {
    const others = Array.from({ length: 600 }, (_, index) => record(`r-${index}`, NOW + index));
    await append([record('d-1', NOW - 2, { kind: 'drill' }), record('d-2', NOW - 1, { kind: 'drill' }), ...others]);
    expect(await ids({ kind: 'drill' })).toEqual(['d-2', 'd-1']);
    expect(await ids({ kind: 'drill', limit: 1 })).toEqual(['d-2']);
    expect(await ids({ kind: 'backup' })).toEqual([]);
  });

  test('can be asked for by what they correct', async () => {
    const correction = (id: string, corrects: string): LogRecord => record(id, NOW + 1, { kind: 'correction', corrects });
    await append([record('a', NOW), record('b', NOW), correction('of a', 'a'), correction('of b', 'b'), correction('of c', 'c')]);
    expect(await ids({ correcting: ['a'] })).toEqual(['of a']);
    expect((await ids({ correcting: ['a', 'b'] })).toSorted()).toEqual(['of a', 'of b']);
    expect(await ids({ correcting: [] })).toEqual([]);
  });

  test.for(['', 'x', "' OR 1=1 --", '000001763812800000-zz', '+'])(
    'a place in the log that no page gave is refused: %j',
    async (before) => {
      await expect(opened().store.records({ limit: 1, before })).rejects.toThrow(/`before` must be one that an earlier page gave/);
      await expect(opened().store.listRecords({ limit: 1, before })).rejects.toBeInstanceOf(StoreError);
    },
  );
}

function forgetting(opened: () => Opened, append: Append, ids: Ids): void {
  test('records that ended before the given moment are deleted by the swap; one of that very millisecond stays', async () => {
    await append([record('before', NOW - 1, { evidence: muchEvidence(100) }), record('at', NOW), record('after', NOW + 1)]);
    await opened().store.swap(swapOf({ expected: 1, forgetRecordsBefore: NOW }));
    expect(await ids()).toEqual(['after', 'at']);
    expect(await opened().other.record('before')).toBeNull();
  });

  test('a swap without such a moment deletes no records, however old', async () => {
    await append([record('ancient', 0)]);
    await opened().store.swap(swapOf({ expected: 1 }));
    expect(await ids()).toEqual(['ancient']);
  });

  test('a swap that loses deletes no records', async () => {
    await append([record('a', NOW)]);
    await opened().store.swap(swapOf({ expected: 7, forgetRecordsBefore: NOW + 1 }));
    expect(await ids()).toEqual(['a']);
  });

  test('many old records are deleted over several swaps, the oldest first', async () => {
    await append(Array.from({ length: FORGET_MOST + 1 }, (_, index) => record(`r-${index}`, NOW + index)));
    await opened().store.swap(swapOf({ expected: 1, forgetRecordsBefore: NOW + DAY }));
    expect(await ids()).toEqual([`r-${FORGET_MOST}`]);
    await opened().store.swap(swapOf({ expected: 2, forgetRecordsBefore: NOW + DAY }));
    expect(await ids()).toEqual([]);
  });
}
