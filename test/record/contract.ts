import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE } from '../../lib/domain/time.ts';
import type { Store } from '../../lib/record/store.ts';
import { blobContract, historyContract } from './contract-parts.ts';
import { recordsContract } from './contract-records.ts';
import { evidenceContract } from './contract-evidence.ts';
import { packContract } from './contract-packs.ts';
import { trailContract } from './contract-trail.ts';
import { headWith, NOW, past, swapOf } from './samples.ts';

/** A store for one test, with a second door to the same state. */
export type Opened = {
  readonly store: Store;
  /** Another process's store over the same state. */
  readonly other: Store;
  /** Seconds that a blob has left; 'for good', or null where it is gone. */
  readonly left: (blob: string) => Promise<number | 'for good' | null>;
  readonly close: () => Promise<void>;
};

/** What every store has to do; run once for each adapter. */
export function storeContract(name: string, open: () => Promise<Opened>): void {
  describe(name, () => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const current = (): Opened => opened;
    describe('the lease', () => leaseContract(current));
    describe('the head', () => headContract(current));
    describe('blobs', () => blobContract(current));
    describe('history', () => historyContract(current));
    describe('records', () => recordsContract(current));
    describe('the audit trail', () => trailContract(current));
    describe('the packed days of the audit trail', () => packContract(current));
    describe('evidence', () => evidenceContract(current));
  });
}

function leaseContract(opened: () => Opened): void {
  test('is given to the first, with an empty head at revision 0', async () => {
    expect(await opened().store.lease('a', 5 * MINUTE, NOW)).toEqual({ held: true, revision: 0, head: null });
  });

  test('comes with the stored head', async () => {
    await opened().store.swap(swapOf({}));
    expect(await opened().store.lease('a', 5 * MINUTE, NOW)).toEqual({ held: true, revision: 1, head: headWith('i-1') });
  });

  const cases: readonly (readonly [string, string, number, boolean])[] = [
    ['is refused to another while it runs', 'b', 4 * MINUTE, false],
    ['is refused to another in its last millisecond', 'b', 5 * MINUTE - 1, false],
    ['is given to another the moment it ends', 'b', 5 * MINUTE, true],
    ['is given to its own owner again', 'a', MINUTE, true],
    ['is refused to another whose clock is a minute behind', 'b', -MINUTE, false],
    ['is given to another when the clock stepped back further than machines differ', 'b', -MINUTE - 1, true],
  ];
  test.for(cases)('%s', async ([, owner, later, held]) => {
    await opened().store.lease('a', 5 * MINUTE, NOW);
    expect((await opened().other.lease(owner, 5 * MINUTE, NOW + later)).held).toBe(held);
  });

  test.for([
    ['says whom it was taken from where that had run out', 'b', 5 * MINUTE, 'a'],
    ['says so where its clock had stepped back', 'b', -MINUTE - 1, 'a'],
    ['is nobody else’s where it is its own owner’s again', 'a', MINUTE, undefined],
    ['is taken from nobody where it is refused', 'b', MINUTE, undefined],
  ] as const)('%s', async ([, owner, later, from]) => {
    await opened().store.lease('a', 5 * MINUTE, NOW);
    expect((await opened().other.lease(owner, 5 * MINUTE, NOW + later)).tookOver).toBe(from);
  });

  test('names the same predecessor again to an owner that asks twice because the first answer was lost, and to nobody else', async () => {
    await opened().store.lease('a', 5 * MINUTE, NOW);
    for (const later of [5 * MINUTE, 5 * MINUTE + 1, 6 * MINUTE])
      expect(await opened().other.lease('b', 5 * MINUTE, NOW + later)).toMatchObject({ held: true, tookOver: 'a' });
    expect((await opened().store.lease('c', 5 * MINUTE, NOW + 11 * MINUTE)).tookOver).toBe('b');
    await opened().store.swap(swapOf({ release: 'c' }));
    expect(await opened().other.lease('b', 5 * MINUTE, NOW + 12 * MINUTE)).not.toHaveProperty('tookOver');
    expect(await opened().other.lease('b', 5 * MINUTE, NOW + 12 * MINUTE)).not.toHaveProperty('tookOver');
  });

  test('has no predecessor after it was released', async () => {
    await opened().store.lease('a', 5 * MINUTE, NOW);
    await opened().store.swap(swapOf({ release: 'a' }));
    expect(await opened().other.lease('b', 5 * MINUTE, NOW + 5 * MINUTE)).not.toHaveProperty('tookOver');
  });

  test('ends by its own length, not by that of whoever asks', async () => {
    await opened().store.lease('a', 5 * MINUTE, NOW);
    expect((await opened().other.lease('b', MINUTE, NOW + MINUTE)).held).toBe(false);
  });

  test('a renewed lease lasts from its renewal', async () => {
    await opened().store.lease('a', 5 * MINUTE, NOW);
    await opened().store.lease('a', 5 * MINUTE, NOW + 3 * MINUTE);
    expect((await opened().other.lease('b', 5 * MINUTE, NOW + 7 * MINUTE)).held).toBe(false);
  });

  test.for([
    ['ends with a swap that releases it', 'a', true],
    ['stays where the swap releases somebody else', 'c', false],
    ['stays where the swap releases none', null, false],
  ] as const)('%s', async ([, release, free]) => {
    await opened().store.lease('a', 5 * MINUTE, NOW);
    await opened().store.swap(swapOf({ release }));
    expect((await opened().other.lease('b', 5 * MINUTE, NOW + 1)).held).toBe(free);
  });

  test('stays if the swap that would release it loses', async () => {
    await opened().store.lease('a', 5 * MINUTE, NOW);
    await opened().store.swap(swapOf({ expected: 7, release: 'a' }));
    expect((await opened().other.lease('b', 5 * MINUTE, NOW + 1)).held).toBe(false);
  });
}

function headContract(opened: () => Opened): void {
  test('is null at revision 0 before the first swap', async () => {
    expect(await opened().store.readHead()).toEqual({ revision: 0, head: null });
  });

  test('is read by everybody as it was swapped in', async () => {
    expect(await opened().store.swap(swapOf({}))).toEqual({ swapped: true, revision: 1 });
    expect(await opened().other.readHead()).toEqual({ revision: 1, head: headWith('i-1') });
  });

  test('a swap from an older revision loses, changes nothing, and gets the newer head', async () => {
    await opened().store.swap(swapOf({}));
    const late = await opened().other.swap(swapOf({ writer: 'run-2', head: headWith('i-2'), history: [past('h', NOW)] }));
    expect(late).toEqual({ swapped: false, revision: 1, head: headWith('i-1') });
    expect(await opened().store.readHead()).toEqual({ revision: 1, head: headWith('i-1') });
    expect(await opened().store.pastIncidents({ from: 0, to: null, before: null, limit: 10 })).toEqual([]);
  });

  test('a swap from a revision that never was loses', async () => {
    expect(await opened().store.swap(swapOf({ expected: 3 }))).toEqual({ swapped: false, revision: 0, head: null });
  });

  test('a swap sent twice because its answer was lost counts once', async () => {
    const request = swapOf({ history: [past('h', NOW)] });
    await opened().store.swap(request);
    expect(await opened().store.swap(request)).toEqual({ swapped: true, revision: 1 });
    expect(await opened().store.pastIncidents({ from: 0, to: null, before: null, limit: 10 })).toHaveLength(1);
  });

  test('a second, different swap of the same writer from the same revision is not taken for the first', async () => {
    await opened().store.swap(swapOf({}));
    expect(await opened().store.swap(swapOf({ head: headWith('i-2') }))).toMatchObject({ swapped: false, revision: 1 });
  });

  test('of two simultaneous swaps exactly one wins', async () => {
    const answers = await Promise.all([
      opened().store.swap(swapOf({ writer: 'run-1' })),
      opened().other.swap(swapOf({ writer: 'run-2', head: headWith('i-2') })),
    ]);
    expect(answers.filter((answer) => answer.swapped)).toHaveLength(1);
  });
}
