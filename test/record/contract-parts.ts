import { expect, test } from 'vitest';
import { newDelivery } from '../../lib/domain/incidents/delivery.ts';
import { type PastIncident, pastIncidents } from '../../lib/domain/incidents/past-incident.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { placeOf } from '../../lib/record/incident-history.ts';
import { BLOB_PIECE, DROPPED_TTL_SECONDS, ORPHAN_TTL_SECONDS, type PastRequest, StoreError } from '../../lib/record/store.ts';
import type { Opened } from './contract.ts';
import { incident, NOW, past, swapOf } from './samples.ts';

/** What a store does with blobs. */
export function blobContract(opened: () => Opened): void {
  test('are read in the order asked for, null for one that is not there', async () => {
    await opened().store.writeBlobs([blob('a', 'one'), blob('b', 'two')]);
    expect(await opened().other.readBlobs(['b', 'none', 'a'])).toEqual(['two', null, 'one']);
  });

  test('an empty list of names reads nothing, and an empty list of blobs writes nothing', async () => {
    await opened().store.writeBlobs([]);
    expect(await opened().store.readBlobs([])).toEqual([]);
  });

  test.for(['deadbeef', 'aGVsbG8=', '{"a":1}', '17', 'null', 'naïve “Übung” 日本', ''])(
    'a text of %j comes back as it was',
    async (text) => {
      await opened().store.writeBlobs([blob('a', text)]);
      expect(await opened().store.readBlobs(['a'])).toEqual([text]);
    },
  );

  test('that are too large for one request are read back whole', async () => {
    const many = ['x', 'y', 'z'].map((notification) => blob(notification, notification.repeat(BLOB_PIECE)));
    await opened().store.writeBlobs([...many, blob('small', 's')]);
    const texts = await opened().store.readBlobs(['x', 'y', 'z', 'small']);
    expect(texts.map((text) => `${text?.[0]}${text?.length}`)).toEqual(['x4000000', 'y4000000', 'z4000000', 's1']);
  });

  test('a blob larger than a piece is refused by name', async () => {
    const large = blob('run/1/0', 'x'.repeat(BLOB_PIECE + 1));
    await expect(opened().store.writeBlobs([large])).rejects.toThrow(/^write blob run\/1\/0: 4000001 characters/);
    await expect(opened().store.writeBlobs([large])).rejects.toBeInstanceOf(StoreError);
  });

  test('stay adopted when the request that wrote them arrives once more, late', async () => {
    const { store, left } = opened();
    await store.writeBlobs([{ name: 'a', text: '1' }]);
    await store.swap(swapOf({ adopt: ['a'] }));
    await store.writeBlobs([{ name: 'a', text: '1' }]);
    expect(await left('a')).toBe('for good');
  });

  test('expire after a day, stay once adopted, and leave soon once dropped', async () => {
    const { store, left } = opened();
    await store.writeBlobs([blob('a', 'one'), blob('b', 'two')]);
    expect(await left('a')).toBeCloseTo(ORPHAN_TTL_SECONDS, -1);
    await store.swap(swapOf({ adopt: ['a', 'b'] }));
    expect([await left('a'), await left('b')]).toEqual(['for good', 'for good']);
    await store.swap(swapOf({ expected: 1, adopt: ['a'], drop: ['b', 'never was'] }));
    expect(await left('a')).toBe('for good');
    expect(await left('b')).toBeCloseTo(DROPPED_TTL_SECONDS, -1);
    expect(await store.readBlobs(['b'])).toEqual(['two']);
  });

  test('keep expiring if the swap that names them loses', async () => {
    await opened().store.swap(swapOf({}));
    await opened().store.writeBlobs([blob('a', 'one')]);
    await opened().store.swap(swapOf({ writer: 'run-2', adopt: ['a'] }));
    expect(await opened().left('a')).toBeCloseTo(ORPHAN_TTL_SECONDS, -1);
  });

  test('a swap whose head names a blob that is gone fails, names the blob, and changes nothing', async () => {
    await expect(opened().store.swap(swapOf({ adopt: ['gone'], history: [past('h', NOW)] }))).rejects.toThrow(
      /gone is gone, so nothing was swapped/,
    );
    expect(await opened().store.readHead()).toEqual({ revision: 0, head: null });
    expect(await opened().store.pastIncidents({ from: 0, to: null, before: null, limit: 1 })).toEqual([]);
  });
}

/** What a store does with incidents that ended. */
export function historyContract(opened: () => Opened): void {
  const ALL: PastRequest = { from: 0, to: null, before: null, limit: 100 };
  async function ids(request: Partial<PastRequest> = {}): Promise<readonly string[]> {
    return (await opened().store.pastIncidents({ ...ALL, ...request })).map(({ incident }) => incident.id);
  }
  const of = (id: string, openedAt: Instant, endedAt: Instant): PastIncident => past(id, endedAt, { openedAt });

  test('history is empty before anything ended, and for a limit of none', async () => {
    expect(await ids()).toEqual([]);
    expect(await ids({ limit: 0 })).toEqual([]);
  });

  test('history gives the last opened first, whatever ended first, across swaps and within one, up to the limit', async () => {
    await opened().store.swap(swapOf({ history: [of('second', NOW - 2 * HOUR, NOW - HOUR), of('first', NOW - 3 * HOUR, NOW - MINUTE)] }));
    await opened().store.swap(swapOf({ expected: 1, history: [of('third', NOW - HOUR, NOW)] }));
    expect(await ids()).toEqual(['third', 'second', 'first']);
    expect(await ids({ limit: 2 })).toEqual(['third', 'second']);
  });

  test('history keeps the whole incident with its messages', async () => {
    const message = newDelivery([incident('one', NOW)], { channel: 'email', recipient: 0, kind: 'trigger', reroute: null }, NOW);
    const [kept] = pastIncidents([incident('one', NOW)], [{ ...message, to: 'd…@example.com' }]);
    await opened().store.swap(swapOf({ history: kept ? [kept] : [] }));
    expect(await opened().other.pastIncidents(ALL)).toEqual([kept]);
  });

  const spans: readonly (readonly [string, Partial<PastRequest>, readonly string[]])[] = [
    ['finds an incident that was open all through it', { from: NOW + HOUR, to: NOW + 2 * HOUR }, ['long']],
    ['finds one that ended at its first moment', { from: NOW + 10, to: null }, ['long', 'short']],
    ['leaves out one that ended a millisecond before', { from: NOW + 11, to: null }, ['long']],
    ['finds one that opened at its last moment', { from: 0, to: NOW }, ['long', 'short']],
    ['leaves out one that opened a millisecond later', { from: 0, to: NOW - 1 }, ['long']],
    ['finds none before all of them', { from: 0, to: NOW - 2 * HOUR }, []],
  ];
  test.for(spans)('a span of history %s', async ([, span, found]) => {
    await opened().store.swap(swapOf({ history: [of('long', NOW - HOUR, NOW + DAY), of('short', NOW, NOW + 10)] }));
    expect((await ids(span)).toSorted()).toEqual(found);
  });

  test('pages of history have each incident once, also of a storm that opened in one millisecond', async () => {
    const storm = Array.from({ length: 5 }, (_, index) => of(`storm-${index}`, NOW, NOW + HOUR));
    await opened().store.swap(swapOf({ history: storm }));
    const seen: string[] = [];
    for (let before: string | null = null; seen.length < 10;) {
      const [one] = await opened().store.pastIncidents({ ...ALL, before, limit: 1 });
      if (one === undefined) break;
      seen.push(one.incident.id);
      before = placeOf(one.incident);
    }
    expect(seen.toSorted()).toEqual(storm.map((one) => one.incident.id));
  });

  test('history refuses a place that no page gave', async () => {
    await expect(ids({ before: 'nonsense' })).rejects.toThrow(/must be one that an earlier page gave/);
  });

  test('an incident that is put into history twice is there once, with what it had the last time', async () => {
    await opened().store.swap(swapOf({ history: [of('one', NOW, NOW + HOUR)] }));
    const again = past('one', NOW + HOUR, { openedAt: NOW, summary: 'with a note' });
    await opened().store.swap(swapOf({ expected: 1, history: [again] }));
    expect(await opened().store.pastIncidents(ALL)).toEqual([again]);
  });

  test('an incident stays in history for 400 days after its end, and leaves with a later swap', async () => {
    await opened().store.swap(swapOf({ history: [past('old', NOW), past('young', NOW + 2 * DAY)] }));
    await opened().store.swap(swapOf({ expected: 1, now: NOW + 400 * DAY }));
    expect(await ids()).toHaveLength(2);
    await opened().store.swap(swapOf({ expected: 2, now: NOW + 401 * DAY + 1 }));
    expect(await ids()).toEqual(['young']);
  });
}

function blob(name: string, text: string): { readonly name: string; readonly text: string } {
  return { name, text };
}
