import { expect, test } from 'vitest';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import { BLOB_PIECE, DROPPED_TTL_SECONDS, HISTORY_MOST, ORPHAN_TTL_SECONDS, StoreError } from '../../lib/record/store.ts';
import type { Opened } from './contract.ts';
import { incident, NOW, swapOf } from './samples.ts';

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
    await expect(opened().store.swap(swapOf({ adopt: ['gone'], history: [incident('h', NOW)] }))).rejects.toThrow(
      /gone is gone, so nothing was swapped/,
    );
    expect(await opened().store.readHead()).toEqual({ revision: 0, head: null });
    expect(await opened().store.history(1)).toEqual([]);
  });
}

/** What a store does with incidents that ended. */
export function historyContract(opened: () => Opened): void {
  async function ids(limit: number): Promise<readonly string[]> {
    return (await opened().store.history(limit)).map((entry) => entry.id);
  }

  test('is empty before anything ended, and for a limit of none', async () => {
    expect(await ids(10)).toEqual([]);
    expect(await ids(0)).toEqual([]);
  });

  test('gives the newest incidents first, across swaps and within one, up to the limit', async () => {
    await opened().store.swap(swapOf({ history: [incident('second', NOW - HOUR), incident('first', NOW - 2 * HOUR)] }));
    await opened().store.swap(swapOf({ expected: 1, history: [incident('third', NOW)] }));
    expect(await ids(10)).toEqual(['third', 'second', 'first']);
    expect(await ids(2)).toEqual(['third', 'second']);
    expect((await opened().other.history(1))[0]).toEqual(incident('third', NOW));
  });

  test('is bounded in number', async () => {
    const many = Array.from({ length: HISTORY_MOST }, (_, index) => incident(`i-${index}`, NOW + index));
    await opened().store.swap(swapOf({ history: many }));
    await opened().store.swap(swapOf({ expected: 1, history: [incident('late', NOW + DAY), incident('later', NOW + DAY + 1)] }));
    const kept = await ids(HISTORY_MOST + 10);
    expect(kept).toHaveLength(HISTORY_MOST);
    expect([kept[0], kept.at(-1)]).toEqual(['later', 'i-2']);
  });

  test('is bounded in time: what ended more than 90 days ago leaves with the next swap', async () => {
    await opened().store.swap(swapOf({ history: [incident('old', NOW), incident('young', NOW + 1)] }));
    await opened().store.swap(swapOf({ expected: 1, now: NOW + 90 * DAY + 1 }));
    expect(await ids(10)).toEqual(['young']);
  });
}

function blob(name: string, text: string): { readonly name: string; readonly text: string } {
  return { name, text };
}
