import { expect, test } from 'vitest';
import type { AuditDraft } from '../../lib/domain/audit/audit-entry.ts';
import { DAY } from '../../lib/domain/time.ts';
import type { Store, TrailRequest } from '../../lib/record/store.ts';
import { verifyTrail } from '../../lib/record/trail/verify-trail.ts';
import type { Opened } from './contract.ts';
import { act, headWith, NOW, swapOf } from './samples.ts';

const ALL: TrailRequest = { limit: 1_000, before: null };

/** What a store does with the audit trail. */
export function trailContract(opened: () => Opened): void {
  const numbers: Numbers = async (store, request = ALL): Promise<readonly number[]> =>
    (await store.trail(request)).map(({ number }) => number);
  appending(opened, numbers);
  swapping(opened, numbers);
  reading(opened, numbers);
}

type Numbers = (store: Store, request?: TrailRequest) => Promise<readonly number[]>;

/** By the names of what they are about, oldest first, and whether the trail is whole. */
async function trailOf(store: Store): Promise<readonly [boolean, readonly (string | null)[]]> {
  const entries = (await store.trail(ALL)).toReversed();
  return [verifyTrail(entries).intact, entries.map(({ about }) => about)];
}

function appending(opened: () => Opened, numbers: Numbers): void {
  test('an empty trail has no entries', async () => expect(await numbers(opened().store)).toEqual([]));

  test('acts are numbered from 1 and chained, whichever process appends, and are read by everybody as they were returned', async () => {
    const { store, other } = opened();
    const [first] = await store.appendToTrail([act('a')]);
    const rest = await other.appendToTrail([act('b'), act('c')]);
    const last = await store.appendToTrail([act('d')]);
    expect(await other.trail(ALL)).toEqual([first, ...rest, ...last].toReversed());
    expect(await trailOf(store)).toEqual([true, ['a', 'b', 'c', 'd']]);
    expect(first).toMatchObject({
      number: 1,
      previous: '0'.repeat(64),
      at: '2026-11-22T12:00:00.000Z',
      by: 'dana',
      details: { why: 'a test' },
    });
  });

  test('of appends at once from two processes all land, one after the other', async () => {
    const { store, other } = opened();
    const names = Array.from({ length: 20 }, (_, index) => `act ${index}`);
    await Promise.all(names.map((name, index) => (index % 2 === 0 ? store : other).appendToTrail([act(name)])));
    const [intact, abouts] = await trailOf(store);
    expect([intact, new Set(abouts)]).toEqual([true, new Set(names)]);
    expect(await numbers(store)).toEqual(names.map((_, index) => names.length - index));
  });

  test('no act appends nothing', async () => {
    expect(await opened().store.appendToTrail([])).toEqual([]);
    expect(await numbers(opened().store)).toEqual([]);
  });

  test('what is to be there once is there once, whichever process comes second, and what has another name is there too', async () => {
    const { store, other } = opened();
    expect(await store.appendToTrail([act('a')], 'sign-in|2026-11-22|dana')).toHaveLength(1);
    expect(await other.appendToTrail([act('again')], 'sign-in|2026-11-22|dana')).toEqual([]);
    await Promise.all([store, other].map((one) => one.appendToTrail([act('b')], 'sign-in|2026-11-22|eve')));
    expect(await trailOf(store)).toEqual([true, ['a', 'b']]);
  });

  test('acts are cleaned, and of bounded length, before they are chained', async () => {
    const evil: AuditDraft = { ...act('x'.repeat(999)), by: 'da\u001B[2Jna\u202E\n', details: { why: 'y'.repeat(9_999), 'a\u0007': 'b' } };
    const [entry] = await opened().store.appendToTrail([evil]);
    expect(entry).toMatchObject({ by: 'da [2Jna', about: `${'x'.repeat(299)}…`, details: { why: `${'y'.repeat(499)}…`, a: 'b' } });
    expect((await trailOf(opened().store))[0]).toBe(true);
  });
}

function swapping(opened: () => Opened, numbers: Numbers): void {
  test('acts come with the swap that brings them', async () => {
    expect(await opened().store.swap(swapOf({ trail: [act('a'), act('b')] }))).toEqual({ swapped: true, revision: 1 });
    expect(await trailOf(opened().other)).toEqual([true, ['a', 'b']]);
    expect(await opened().other.readHead()).toEqual({ revision: 1, head: headWith('i-1') });
  });

  test('a swap that loses brings none', async () => {
    await opened().store.swap(swapOf({ trail: [act('a')] }));
    expect(await opened().other.swap(swapOf({ writer: 'run-2', head: headWith('i-2'), trail: [act('late')] }))).toMatchObject({
      swapped: false,
    });
    expect(await trailOf(opened().store)).toEqual([true, ['a']]);
  });

  test('a swap that names a blob that is gone brings none', async () => {
    await expect(opened().store.swap(swapOf({ adopt: ['gone'], trail: [act('a')] }))).rejects.toThrow('is gone');
    expect(await numbers(opened().store)).toEqual([]);
  });

  test('a swap sent twice because its answer was lost brings them once', async () => {
    const request = swapOf({ trail: [act('a')] });
    await opened().store.swap(request);
    expect(await opened().store.swap(request)).toEqual({ swapped: true, revision: 1 });
    expect(await trailOf(opened().store)).toEqual([true, ['a']]);
  });

  test('a second swap of one writer over the same head that brings another act is not taken for the first', async () => {
    await opened().store.swap(swapOf({ trail: [act('a')] }));
    expect(await opened().store.swap(swapOf({ trail: [act('b')] }))).toMatchObject({ swapped: false, revision: 1 });
  });

  test('a swap whose process has not seen what another one appended brings its acts after that', async () => {
    const { store, other } = opened();
    await store.swap(swapOf({ trail: [act('a')] }));
    await other.appendToTrail([act('b')]);
    expect(await store.swap(swapOf({ expected: 1, trail: [act('c')], drop: ['none'], release: 'x' }))).toMatchObject({ swapped: true });
    expect(await trailOf(other)).toEqual([true, ['a', 'b', 'c']]);
  });
}

function reading(opened: () => Opened, numbers: Numbers): void {
  test.for([
    [{ limit: 3, before: null }, [7, 6, 5]],
    [{ limit: 3, before: 5 }, [4, 3, 2]],
    [{ limit: 3, before: 2 }, [1]],
    [{ limit: 3, before: 1 }, []],
    [{ limit: 2, before: 99 }, [7, 6]],
    [{ limit: 0, before: null }, []],
  ] as const)('of seven entries %j are %j', async ([request, expected]) => {
    await opened().store.appendToTrail(Array.from({ length: 7 }, (_, index) => act(`${index}`)));
    expect(await numbers(opened().other, request)).toEqual(expected);
  });

  test('entries outlast every record and incident', async () => {
    await opened().store.swap(swapOf({ trail: [act('a')] }));
    await opened().store.swap(swapOf({ expected: 1, now: NOW + 4_000 * DAY, forgetRecordsBefore: NOW + 4_000 * DAY }));
    expect(await numbers(opened().store)).toEqual([1]);
  });
}
