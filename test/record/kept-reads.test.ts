import { beforeEach, describe, expect, test, vi } from 'vitest';
import { emptyHead } from '../../lib/domain/incidents/head.ts';
import { SECOND } from '../../lib/domain/time.ts';
import { createKeptReads, type KeptReads, TooManyReads } from '../../lib/record/kept-reads.ts';
import { type Store, StoreError, type StoredHead } from '../../lib/record/store.ts';

let now: number;
let asked: string[];
let stored: StoredHead;
let isDown: boolean;
let kept: KeptReads;
let reading: Store;
let writing: Store;

/** A store in memory that lists what it was asked. */
function counting(): Store {
  const answer = async <Answer>(name: string, value: () => Answer): Promise<Answer> => {
    asked.push(name);
    if (isDown) throw new StoreError('read the head: the store is down');
    return value();
  };
  return {
    lease: () => answer('lease', () => ({ ...stored, held: true })),
    readHead: () => answer('readHead', () => stored),
    readBlobs: (names) => answer(`readBlobs ${names.join()}`, () => names.map(() => null)),
    writeBlobs: () => answer('writeBlobs', () => {}),
    swap: ({ head, expected }) =>
      answer('swap', () => {
        if (expected !== stored.revision) return { swapped: false as const, ...stored };
        stored = { revision: expected + 1, head };
        return { swapped: true as const, revision: stored.revision };
      }),
    pastIncidents: ({ before }) => answer(`pastIncidents ${before}`, () => []),
    records: ({ before }) => answer(`records ${before}`, () => ({ records: [], next: null })),
    listRecords: ({ before }) => answer(`listRecords ${before}`, () => ({ records: [], next: null })),
    record: (id) => answer(`record ${id}`, () => null),
    appendToTrail: () => answer('appendToTrail', () => []),
    trail: ({ before }) => answer(`trail ${before}`, () => []),
    packTrail: async () => {},
    close: async () => {},
  };
}

function swap(): ReturnType<Store['swap']> {
  const head = { ...emptyHead(now), digestDay: 'new' };
  return writing.swap({ expected: stored.revision, writer: 'w', head, adopt: [], drop: [], history: [], release: null, now });
}

beforeEach(() => {
  now = 1_000_000;
  asked = [];
  isDown = false;
  stored = { revision: 1, head: emptyHead(now) };
  kept = createKeptReads(() => now);
  const store = counting();
  reading = kept.reading(store);
  writing = kept.noticing(store);
});

describe('what strangers read', () => {
  test('costs one read of the head, however many look at once', async () => {
    await Promise.all(Array.from({ length: 200 }, () => reading.readHead()));
    expect(asked).toEqual(['readHead']);
  });

  test.for([
    ['a millisecond less than 30 s old', 30 * SECOND - 1, 1],
    ['30 s old', 30 * SECOND, 2],
    ['from the future, since the clock was set back', -1, 2],
  ] as const)('that is %s, the second time: %i reads in all', async ([, age, expected]) => {
    await reading.readHead();
    now += age;
    await reading.readHead();
    expect(asked).toHaveLength(expected);
  });

  test('is not asked for again for 30 s while the store is down', async () => {
    isDown = true;
    for (let count = 0; count < 20; count += 1) await expect(reading.readHead()).rejects.toThrow('the store is down');
    expect(asked).toHaveLength(1);
    isDown = false;
    now += 30 * SECOND;
    expect(await reading.readHead()).toEqual(stored);
  });

  test('is what this process has written, at once and without a read', async () => {
    await reading.readHead();
    await swap();
    expect((await reading.readHead()).head?.digestDay).toBe('new');
    expect(asked).toEqual(['readHead', 'swap']);
  });

  test('is what another process has written, where this one lost the race to it', async () => {
    await reading.readHead();
    const head = emptyHead(now);
    stored = { revision: 7, head: { ...head, digestDay: 'theirs' } };
    const request = { expected: 1, writer: 'w', head, adopt: [], drop: [], history: [], release: null, now };
    expect((await writing.swap(request)).swapped).toBe(false);
    expect((await reading.readHead()).head?.digestDay).toBe('theirs');
    expect(asked).toEqual(['readHead', 'swap']);
  });

  test('is read anew after a swap of which nobody knows whether it took place', async () => {
    await reading.readHead();
    isDown = true;
    await expect(swap()).rejects.toThrow(StoreError);
    isDown = false;
    await reading.readHead();
    expect(asked).toEqual(['readHead', 'swap', 'readHead']);
  });

  test('is never an answer to somebody else’s question', async () => {
    await reading.readBlobs(['a', 'b']);
    await reading.readBlobs(['a']);
    await reading.record('x');
    await reading.record('y');
    expect(asked).toEqual(['readBlobs a,b', 'readBlobs a', 'record x', 'record y']);
  });
});

describe('what a request chooses', () => {
  const page = (number: number) => reading.listRecords({ limit: 50, before: `page-${number}` });

  test('is read twenty-four times at once, and then refused without a command', async () => {
    for (let number = 0; number < 24; number += 1) await page(number);
    await expect(page(24)).rejects.toThrow(TooManyReads);
    await expect(reading.record('x')).rejects.toThrow(TooManyReads);
    await expect(reading.records({ limit: 1, before: null })).rejects.toThrow(TooManyReads);
    await expect(reading.pastIncidents({ from: 0, to: null, before: null, limit: 5 })).rejects.toThrow(TooManyReads);
    expect(asked).toHaveLength(24);
    await page(0);
    await reading.readHead();
    expect(asked).toHaveLength(25);
  });

  test('from the blobs that the head names costs eight reads at most, whatever is chosen, and is never refused', async () => {
    const all = Array.from({ length: 100 }, (_, number) => `part-${number}`);
    for (const name of all) await reading.readBlobs([name], all);
    await reading.readBlobs(['part-3', 'part-99', 'part-50'], all);
    expect(asked).toHaveLength(8);
    expect(new Set(asked.flatMap((one) => one.replace('readBlobs ', '').split(',')))).toEqual(new Set(all));
  });

  test.for([1, 7, 8, 9, 16, 17, 100])('from %d blobs has the texts of the names that were asked for, in their order', async (count) => {
    const all = Array.from({ length: count }, (_, number) => `part-${number}`);
    const store = { ...counting(), readBlobs: async (names: readonly string[]) => names.map((name) => `text of ${name}`) };
    const chosen = [all.at(-1) ?? '', all[0] ?? '', all[count >> 1] ?? ''];
    expect(await kept.reading(store).readBlobs(chosen, all)).toEqual(chosen.map((name) => `text of ${name}`));
  });

  test('is read once more every 15 s, and never more than twenty-four times after a quiet time', async () => {
    const passing = async (): Promise<number> => {
      const before = asked.length;
      for (let number = 0; number < 40; number += 1) await page(asked.length * 100 + number).catch(() => {});
      return asked.length - before;
    };
    expect(await passing()).toBe(24);
    now += 15 * SECOND - 1;
    expect(await passing()).toBe(0);
    now += 1;
    expect(await passing()).toBe(1);
    now += 3_600 * SECOND;
    expect(await passing()).toBe(24);
  });

  test('that is refused is known by the other copies of this module, which the build makes for pages and routes', async () => {
    vi.resetModules();
    const { isTooManyReads } = await import('../../lib/wire/reading.ts');
    for (let number = 0; number < 24; number += 1) await page(number);
    const refusal = await page(24).then(null, (error: unknown) => error);
    expect([isTooManyReads(refusal), isTooManyReads(new StoreError('read the log: the store is down'))]).toEqual([true, false]);
  });
});
