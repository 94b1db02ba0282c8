import { emptyHead, type Head } from '../domain/head.ts';
import type { Incident } from '../domain/incident.ts';
import type { LogRecord } from '../domain/record.ts';
import type { Duration, Instant } from '../domain/time.ts';
import { type Store, StoreError, type StoredHead } from './store.ts';

/** A change of the head. It may be applied more than once, each time to a newer head, and must not depend on how often. */
export type Change = {
  readonly apply: (head: Head, revision: number) => Head;
  readonly adopt?: readonly string[];
  /** Blobs that the head before named and the one after does not. */
  readonly drop?: (before: Head, after: Head) => readonly string[];
  /** The lease to end with this change. */
  readonly release?: string;
  /** Incidents that leave the head for history, once. */
  readonly history?: (before: Head, after: Head) => readonly Incident[];
  /** What is written into the log with this change, once by its id. */
  readonly records?: (before: Head, after: Head) => readonly LogRecord[];
};

/** The head as this process knows it, and the one way to change it. Changes asked for while a swap is under way go together in the next. */
export type Ledger = {
  readonly head: () => Head;
  readonly revision: () => number;
  /** Resolves when the change is stored; rejects with StoreError, or what `apply` threw. */
  readonly update: (change: Change) => Promise<Head>;
};

type Waiting = { readonly change: Change; readonly resolve: (head: Head) => void; readonly reject: (cause: unknown) => void };

export type LedgerOptions = {
  readonly writer: string;
  readonly now: () => Instant;
  /** Records that ended longer ago leave the log with each change; absent: none do. */
  readonly recordsKeptFor?: Duration;
};

/** Losing the race this often in one change means that something is badly wrong; each loss is somebody else's progress. */
const CONFLICTS_AT_MOST = 25;

export function openLedger(store: Store, stored: StoredHead, options: LedgerOptions): Ledger {
  let current: { revision: number; head: Head } = { revision: stored.revision, head: stored.head ?? emptyHead(options.now()) };
  let waiting: Waiting[] = [];
  let pumping: Promise<void> | null = null;

  async function pump(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        current = await swapAll(store, current, batch, options);
        for (const { resolve } of batch) resolve(current.head);
      } catch (cause) {
        for (const { reject } of batch) reject(cause);
      }
    }
    pumping = null;
  }

  return {
    head: () => current.head,
    revision: () => current.revision,
    update: (change) =>
      new Promise((resolve, reject) => {
        waiting.push({ change, resolve, reject });
        // Started a moment later, so that what is asked for in the same moment goes together.
        pumping ??= Promise.resolve().then(pump);
      }),
  };
}

type Current = { readonly revision: number; readonly head: Head };

async function swapAll(store: Store, start: Current, batch: readonly Waiting[], options: LedgerOptions): Promise<Current> {
  let base = start;
  for (let conflicts = 0; conflicts < CONFLICTS_AT_MOST; conflicts += 1) {
    const head = batch.reduce((next, { change }) => change.apply(next, base.revision + 1), base.head);
    const before = base.head;
    const now = options.now();
    const answer = await store.swap({
      expected: base.revision,
      writer: options.writer,
      head,
      adopt: batch.flatMap(({ change }) => change.adopt ?? []),
      drop: batch.flatMap(({ change }) => change.drop?.(before, head) ?? []),
      history: batch.flatMap(({ change }) => change.history?.(before, head) ?? []),
      records: batch.flatMap(({ change }) => change.records?.(before, head) ?? []),
      ...(options.recordsKeptFor !== undefined && { forgetRecordsBefore: now - options.recordsKeptFor }),
      release: batch.flatMap(({ change }) => change.release ?? [])[0] ?? null,
      now,
    });
    if (answer.swapped) return { revision: answer.revision, head };
    base = { revision: answer.revision, head: answer.head ?? emptyHead(options.now()) };
  }
  throw new StoreError(`swap head: lost the race ${CONFLICTS_AT_MOST} times`);
}
