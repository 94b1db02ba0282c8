import { describe, expect, test } from 'vitest';
import { emptyHead, type Head } from '../../lib/domain/incidents/head.ts';
import { pastIncidents } from '../../lib/domain/incidents/past-incident.ts';
import { type Ledger, openLedger } from '../../lib/record/ledger.ts';
import { type Store, StoreError, type SwapRequest } from '../../lib/record/store.ts';
import { NOW } from '../support/facts.ts';
import { incident } from '../support/incidents.ts';

/** A store of one head in memory, which keeps every swap that it was asked for; `before` runs ahead of each. */
function memoryStore(before: (request: SwapRequest) => void = () => {}): {
  readonly store: Pick<Store, 'swap'>;
  readonly swaps: SwapRequest[];
  put: (head: Head) => void;
  revision: () => number;
} {
  let current = { revision: 0, head: emptyHead(NOW) };
  const swaps: SwapRequest[] = [];
  return {
    swaps,
    revision: () => current.revision,
    put: (head) => {
      current = { revision: current.revision + 1, head };
    },
    store: {
      swap: async (request) => {
        swaps.push(request);
        before(request);
        if (request.expected !== current.revision) return { swapped: false, ...current };
        current = { revision: current.revision + 1, head: request.head };
        return { swapped: true, revision: current.revision };
      },
    },
  };
}

function ledgerOf(store: Pick<Store, 'swap'>): Ledger {
  const missing = (): never => {
    throw new Error('a ledger only swaps');
  };
  const whole: Store = {
    swap: (request) => store.swap(request),
    lease: missing,
    readHead: missing,
    readBlobs: missing,
    writeBlobs: missing,
    pastIncidents: missing,
    records: missing,
    listRecords: missing,
    record: missing,
    appendToTrail: missing,
    trail: missing,
    packTrail: missing,
    close: missing,
  };
  return openLedger(whole, { revision: 0, head: null }, { writer: 'run-1', now: () => NOW });
}

function adding(id: string): { readonly apply: (head: Head) => Head } {
  return { apply: (head) => ({ ...head, incidents: [...head.incidents, incident(id)] }) };
}

function ids(head: Head): readonly string[] {
  return head.incidents.map((one) => one.id);
}

test('begins with an empty head where nothing is stored', () => expect(ledgerOf(memoryStore().store).head()).toEqual(emptyHead(NOW)));

test('one change is one swap, and the head is what was stored', async () => {
  const { store, swaps } = memoryStore();
  const ledger = ledgerOf(store);
  expect(ids(await ledger.update(adding('a')))).toEqual(['a']);
  expect([ids(ledger.head()), ledger.revision(), swaps.length]).toEqual([['a'], 1, 1]);
});

test('changes that are requested at once share one swap; those requested during a swap share the next one', async () => {
  const { store, swaps } = memoryStore();
  const ledger = ledgerOf(store);
  const later: Promise<Head>[] = [];
  const first = ledger.update({
    apply: (head) => {
      if (later.length === 0) later.push(ledger.update(adding('c')), ledger.update(adding('d')));
      return adding('a').apply(head);
    },
  });
  await Promise.all([first, ledger.update(adding('b'))]);
  await Promise.all(later);
  expect(swaps.map(({ head }) => ids(head))).toEqual([
    ['a', 'b'],
    ['a', 'b', 'c', 'd'],
  ]);
});

test('a change gets the revision under which it will be stored, also after a conflict', async () => {
  const memory = memoryStore();
  const ledger = ledgerOf(memory.store);
  memory.put(emptyHead(NOW));
  const revisions: number[] = [];
  await ledger.update({
    apply: (head, revision) => {
      revisions.push(revision);
      return head;
    },
  });
  expect(revisions).toEqual([1, 2]);
  expect(ledger.revision()).toBe(2);
});

describe('a conflict', () => {
  test('applies the change to the newer head, and keeps what the other wrote', async () => {
    const memory = memoryStore();
    const ledger = ledgerOf(memory.store);
    memory.put({ ...emptyHead(NOW), incidents: [incident('other')] });
    expect(ids(await ledger.update(adding('a')))).toEqual(['other', 'a']);
  });

  test('drops the blobs that the newer head named, and sends to history what leaves that head', async () => {
    const memory = memoryStore();
    const ledger = ledgerOf(memory.store);
    memory.put({ ...emptyHead(NOW), memoryBlobs: ['theirs'], incidents: [incident('old')] });
    await ledger.update({
      apply: (head) => ({ ...head, memoryBlobs: ['ours'], incidents: [] }),
      adopt: ['ours'],
      drop: (before) => before.memoryBlobs,
      history: (before, after) =>
        pastIncidents(
          before.incidents.filter(({ id }) => !ids(after).includes(id)),
          [],
        ),
      release: 'run-1',
    });
    expect(memory.swaps.at(-1)).toMatchObject({
      adopt: ['ours'],
      drop: ['theirs'],
      history: [{ incident: { id: 'old' } }],
      release: 'run-1',
      writer: 'run-1',
      expected: 1,
    });
  });

  test('on every attempt ends in an error that says so', async () => {
    const memory = memoryStore(() => memory.put(emptyHead(NOW)));
    await expect(ledgerOf(memory.store).update(adding('a'))).rejects.toThrow(new StoreError('swap head: lost the race 25 times'));
  });

  test('with a store that was emptied begins with an empty head', async () => {
    const emptied: Pick<Store, 'swap'> = {
      swap: async ({ expected }) => (expected === 0 ? { swapped: false, revision: 7, head: null } : { swapped: true, revision: 8 }),
    };
    expect(ids(await ledgerOf(emptied).update(adding('a')))).toEqual(['a']);
  });
});

describe('a change that fails', () => {
  test('because the store is gone is rejected, and the head is as it was', async () => {
    const ledger = ledgerOf({ swap: async () => Promise.reject(new StoreError('swap the head: no answer')) });
    await expect(ledger.update(adding('a'))).rejects.toThrow('swap the head: no answer');
    expect([ids(ledger.head()), ledger.revision()]).toEqual([[], 0]);
  });

  test('does not stop the next one', async () => {
    let gone = true;
    const memory = memoryStore(() => {
      if (gone) throw new StoreError('swap the head: no answer');
    });
    const ledger = ledgerOf(memory.store);
    await expect(ledger.update(adding('a'))).rejects.toThrow(StoreError);
    gone = false;
    expect(ids(await ledger.update(adding('b')))).toEqual(['b']);
  });

  test('by its own error rejects with that error', async () => {
    const ledger = ledgerOf(memoryStore().store);
    const wrong = ledger.update({
      apply: () => {
        throw new RangeError('cannot be applied');
      },
    });
    await expect(wrong).rejects.toThrow('cannot be applied');
  });
});
