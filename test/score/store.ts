import type { Store } from '../../lib/record/store.ts';
import { StoreError } from '../../lib/record/store.ts';

/**
 * What happens to one operation instead of what was asked: `fail` before it is applied, `lost` after it was applied and repeated until the
 * adapter gave up, `dead` for the death of the process there: it never settles, applied or not.
 */
export type StoreFault = 'fail' | 'lost' | 'dead before' | 'dead after';

export type Operation = Exclude<keyof Store, 'close'>;

/** Decides for each operation; null lets it be. */
export type StoreRule = (operation: Operation) => StoreFault | null;

export type FaultyStore = Store & {
  rule: StoreRule;
  /** Stands in for the real one while it is set: an adapter in front of a broken server. */
  instead: Store | null;
  readonly real: Store;
  /** Rises with each swap that was asked for. */
  swaps: number;
};

/** A store that meets its operations with faults. */
export function faultyStore(real: Store): FaultyStore {
  const meet = async <T>(operation: Operation, act: (store: Store) => Promise<T>): Promise<T> => {
    const fault = faulty.rule(operation);
    if (fault === 'fail') throw new StoreError(`${operation}: no answer (planted)`);
    if (fault === 'dead before') return never();
    const answer = await act(faulty.instead ?? real);
    if (fault === 'lost') throw new StoreError(`${operation}: the answer was lost (planted)`);
    return fault === 'dead after' ? never() : answer;
  };
  const faulty: FaultyStore = {
    rule: () => null,
    instead: null,
    real,
    swaps: 0,
    lease: (owner, ttl, now) => meet('lease', (store) => store.lease(owner, ttl, now)),
    readHead: () => meet('readHead', (store) => store.readHead()),
    readBlobs: (names) => meet('readBlobs', (store) => store.readBlobs(names)),
    writeBlobs: (blobs) => meet('writeBlobs', (store) => store.writeBlobs(blobs)),
    swap: (request) => {
      faulty.swaps += 1;
      return meet('swap', (store) => store.swap(request));
    },
    pastIncidents: (request) => meet('pastIncidents', (store) => store.pastIncidents(request)),
    records: (request) => meet('records', (store) => store.records(request)),
    listRecords: (request) => meet('listRecords', (store) => store.listRecords(request)),
    record: (id) => meet('record', (store) => store.record(id)),
    appendToTrail: (acts, once) => meet('appendToTrail', (store) => store.appendToTrail(acts, once)),
    trail: (request) => meet('trail', (store) => store.trail(request)),
    packTrail: (request) => meet('packTrail', (store) => store.packTrail(request)),
    close: () => real.close(),
  };
  return faulty;
}

function never(): Promise<never> {
  return new Promise(() => {});
}
