import { expect, test } from 'vitest';
import type { AuditDraft } from '../../lib/domain/audit/audit-entry.ts';
import { DAY, HOUR, type Instant } from '../../lib/domain/time.ts';
import type { Store, TrailRequest } from '../../lib/record/store.ts';
import { verifyTrail } from '../../lib/record/trail/verify-trail.ts';
import type { Opened } from './contract.ts';
import { act, NOW } from './samples.ts';

/** The start of the day of `NOW` in UTC. */
const TODAY = NOW - 12 * HOUR;
const NEVER = 0;

function acts(at: Instant, count: number, what: AuditDraft['what'] = 'silence-made'): readonly AuditDraft[] {
  return Array.from({ length: count }, (_, index) => ({ ...act(`${what} ${index}`), what, at: at + index }));
}

async function numbers(store: Store, limit = 1_000, before: number | null = null): Promise<readonly number[]> {
  return (await store.trail({ limit, before })).map(({ number }) => number);
}

function down(from: number, to: number): readonly number[] {
  return Array.from({ length: from - to + 1 }, (_, index) => from - index);
}

/** Three days of five entries each, the last of them today: entries 1 to 15. */
async function threeDays(store: Store): Promise<void> {
  for (const days of [2, 1, 0]) await store.appendToTrail([...acts(TODAY - days * DAY, 2), ...acts(TODAY - days * DAY + HOUR, 3, 'run')]);
}

/** What a store does with the days of the log that are over. */
export function packContract(opened: () => Opened): void {
  reading(opened);
  readingPeriods(opened);
  forgetting(opened);
}

function reading(opened: () => Opened): void {
  test('packed days read as they were written, by everybody, and are a whole log', async () => {
    const { store, other } = opened();
    await threeDays(store);
    const before = await store.trail({ limit: 1_000, before: null });
    await store.packTrail({ now: NOW, forgetBefore: NEVER });
    expect(await other.trail({ limit: 1_000, before: null })).toEqual(before);
    expect(verifyTrail(before.toReversed())).toMatchObject({ intact: true, last: { number: 15 } });
  });

  test.for([
    [1_000, null, down(15, 1)],
    [7, null, down(15, 9)],
    [3, 9, down(8, 6)],
    [4, 6, down(5, 2)],
    [4, 2, [1]],
    [4, 1, []],
    [0, null, []],
    [1_000, 99, down(15, 1)],
  ] as const)('%i entries below %s are %j', async ([limit, before, expected]) => {
    const { store } = opened();
    await threeDays(store);
    await store.packTrail({ now: NOW, forgetBefore: NEVER });
    expect(await numbers(store, limit, before)).toEqual(expected);
  });

  test.for([
    [10, null, [12, 11, 7, 6, 2, 1]],
    [3, null, [12, 11, 7]],
    [3, 7, [6, 2, 1]],
    [2, 8, [7, 6]],
  ] as const)('%i acts of people below %s are %j, packed or not', async ([limit, before, expected]) => {
    const { store, other } = opened();
    await threeDays(store);
    const read = async (one: Store): Promise<readonly number[]> =>
      (await one.trail({ limit, before, actsOnly: true })).map(({ number }) => number);
    expect(await read(store)).toEqual(expected);
    await store.packTrail({ now: NOW, forgetBefore: NEVER });
    expect(await read(other)).toEqual(expected);
  });

  test('what comes after packing goes on where the log ended, in a process that has seen none of it and in one that has', async () => {
    const { store, other } = opened();
    await store.appendToTrail(acts(TODAY - DAY, 3));
    await store.packTrail({ now: NOW, forgetBefore: NEVER });
    await other.appendToTrail(acts(NOW, 1));
    await store.appendToTrail(acts(NOW + 1, 1));
    const entries = await store.trail({ limit: 10, before: null });
    expect([verifyTrail(entries.toReversed()).intact, entries.length]).toEqual([true, 5]);
    expect(await store.lease('a', 1_000, NOW)).toMatchObject({ tip: { number: 5, hash: entries[0]?.hash } });
  });

  test('packing again, from two processes at once, changes nothing', async () => {
    const { store, other } = opened();
    await threeDays(store);
    const before = await store.trail({ limit: 1_000, before: null });
    await Promise.all([store, other, store].map((one) => one.packTrail({ now: NOW, forgetBefore: NEVER })));
    expect(await store.trail({ limit: 1_000, before: null })).toEqual(before);
  });

  test('a clock that jumped ahead for a while keeps nothing from being packed or read', async () => {
    const { store } = opened();
    for (const days of [-2, 900, -1, 0]) await store.appendToTrail(acts(TODAY + days * DAY, 2));
    await store.packTrail({ now: NOW, forgetBefore: NEVER });
    await store.packTrail({ now: NOW + DAY, forgetBefore: NEVER });
    expect(await numbers(store)).toEqual(down(8, 1));
    expect(verifyTrail((await store.trail({ limit: 99, before: null })).toReversed()).intact).toBe(true);
  });

  test('many entries of one day are packed too', async () => {
    const { store } = opened();
    await store.appendToTrail(acts(TODAY - DAY, 2_500));
    await store.packTrail({ now: NOW, forgetBefore: NEVER });
    await store.packTrail({ now: NOW, forgetBefore: NEVER });
    expect(await numbers(store, 3_000)).toEqual(down(2_500, 1));
    expect(await numbers(store, 2, 1_002)).toEqual([1_001, 1_000]);
  });
}

/** The first moment of the day so many days ago, and the last. */
const firstOf = (daysAgo: number): Instant => TODAY - daysAgo * DAY;
const lastOf = (daysAgo: number): Instant => firstOf(daysAgo) + DAY - 1;

function readingPeriods(opened: () => Opened): void {
  const read = async (store: Store, request: Omit<TrailRequest, 'before'> & Partial<TrailRequest>): Promise<readonly number[]> =>
    (await store.trail({ before: null, ...request })).map(({ number }) => number);

  test.for<readonly [string, Omit<TrailRequest, 'before'> & Partial<TrailRequest>, readonly number[]]>([
    ['the first day, to its last millisecond', { limit: 99, within: { from: firstOf(2), to: lastOf(2) } }, down(5, 1)],
    ['the day in the middle', { limit: 99, within: { from: firstOf(1), to: lastOf(1) } }, down(10, 6)],
    ['today', { limit: 99, within: { from: firstOf(0), to: lastOf(0) } }, down(15, 11)],
    ['until yesterday', { limit: 99, within: { from: null, to: lastOf(1) } }, down(10, 1)],
    ['from yesterday on', { limit: 99, within: { from: firstOf(1), to: null } }, down(15, 6)],
    ['a part of a day, both ends included', { limit: 99, within: { from: firstOf(1) + 1, to: firstOf(1) + HOUR } }, [8, 7]],
    ['a millisecond less at each end', { limit: 99, within: { from: firstOf(1) + 2, to: firstOf(1) + HOUR - 1 } }, []],
    ['two days, a page of three', { limit: 3, within: { from: firstOf(2), to: lastOf(1) } }, [10, 9, 8]],
    ['two days, the page below entry 8', { limit: 4, before: 8, within: { from: firstOf(2), to: lastOf(1) } }, [7, 6, 5, 4]],
    ['two days, acts of people alone', { limit: 3, actsOnly: true, within: { from: firstOf(2), to: lastOf(1) } }, [7, 6, 2]],
    ['a part of a day and the day before, a page of four', { limit: 4, within: { from: firstOf(2), to: firstOf(1) } }, [6, 5, 4, 3]],
    ['before the log began', { limit: 99, within: { from: firstOf(9), to: lastOf(3) } }, []],
    ['what is still to come', { limit: 99, within: { from: firstOf(-1), to: lastOf(-9) } }, []],
  ])('of three days, %s: the same whether packed or not', async ([, request, expected]) => {
    const { store, other } = opened();
    await threeDays(store);
    expect(await read(store, request)).toEqual(expected);
    await store.packTrail({ now: NOW, forgetBefore: NEVER });
    expect(await read(other, request)).toEqual(expected);
  });

  test.for([
    ['set back', [900]],
    ['ahead', [-900]],
    ['ahead for three days', [-900, -901, -902]],
    ['set back, then ahead', [900, -900]],
  ] as const)('a period is found among many packed days, and a clock that was %s hides nothing of it', async ([, wrong]) => {
    const { store } = opened();
    for (const [round, place] of [3, 5, 7, 11].entries()) {
      const first = ((await store.trail({ limit: 1, before: null }))[0]?.number ?? 0) + 1;
      const from = 110 - 30 * round;
      const right = Array.from({ length: 14 }, (_, index) => from - index);
      const daysAgo = [...right.slice(0, place), ...wrong, ...right.slice(place)];
      for (const days of daysAgo) await store.appendToTrail(acts(firstOf(days), 2));
      await store.packTrail({ now: NOW, forgetBefore: NEVER });
      for (const days of right) {
        const last = first + 2 * daysAgo.indexOf(days) + 1;
        expect(await read(store, { limit: 99, within: { from: firstOf(days), to: lastOf(days) } })).toEqual([last, last - 1]);
      }
    }
  });

  test('a period of several packed days is found around the one of a clock that was set back', async () => {
    const { store } = opened();
    for (const days of [20, 19, 18, 17, 16, 900, 15, 14, 13, 12, 11]) await store.appendToTrail(acts(firstOf(days), 2));
    await store.packTrail({ now: NOW, forgetBefore: NEVER });
    expect(await read(store, { limit: 99, within: { from: firstOf(17), to: lastOf(14) } })).toEqual([16, 15, 14, 13, 10, 9, 8, 7]);
  });
}

function forgetting(opened: () => Opened): void {
  test('days whose time is over are deleted with an entry that says so, from which a verification goes on', async () => {
    const { store } = opened();
    await threeDays(store);
    await store.packTrail({ now: NOW, forgetBefore: NEVER });
    const removed = (await store.trail({ limit: 1, before: 6 }))[0];
    await store.packTrail({ now: NOW, forgetBefore: TODAY - DAY });
    const entries = (await store.trail({ limit: 1_000, before: null })).toReversed();
    expect(entries.map(({ number }) => number)).toEqual(down(16, 6).toReversed());
    expect(entries.at(-1)).toMatchObject({ what: 'forgotten', details: { through: '5', sha256: removed?.hash } });
    expect(verifyTrail(entries)).toMatchObject({ intact: true, faults: [] });
    expect(verifyTrail(entries.slice(1))).toMatchObject({ intact: false, faults: [{ fault: 'missing' }] });
  });

  test('what is not packed is never forgotten, nor is a day on which the time has not come', async () => {
    const { store } = opened();
    await store.appendToTrail(acts(NOW, 2));
    await store.packTrail({ now: NOW, forgetBefore: NOW + 9 * DAY });
    await store.appendToTrail(acts(NOW, 1));
    expect(await numbers(store)).toEqual([3, 2, 1]);
  });
}
