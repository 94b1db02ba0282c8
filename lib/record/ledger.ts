import { type Actor, actsBetween } from '../domain/audit/acts-between.ts';
import type { AuditDraft } from '../domain/audit/audit-entry.ts';
import { emptyHead, type Head } from '../domain/incidents/head.ts';
import type { PastIncident } from '../domain/incidents/past-incident.ts';
import type { LogRecord } from '../domain/recovery/log-record.ts';
import type { Duration, Instant } from '../domain/time.ts';
import { type Store, StoreError, type StoredHead, type SwapRequest } from './store.ts';

/** A change of the head. It may be applied several times, each time to a newer head, and must not depend on how often. */
export type Change = {
  readonly apply: (head: Head, revision: number) => Head;
  readonly adopt?: readonly string[];
  /** Names the blobs that the old head refers to and the new one does not. */
  readonly drop?: (before: Head, after: Head) => readonly string[];
  /** The owner whose lease ends with this change. */
  readonly release?: string;
  /** The incidents that move from the head into history. */
  readonly history?: (before: Head, after: Head) => readonly PastIncident[];
  /** The records that this change adds to the log. A record with the id of an existing one is ignored. */
  readonly records?: (before: Head, after: Head) => readonly LogRecord[];
  /** Acts for the audit trail that the head does not show by itself (`actsBetween`). */
  readonly trail?: (before: Head, after: Head) => readonly AuditDraft[];
  /** Who asked for this change; absent: nobody did, as in a run of a cron. */
  readonly actor?: Actor;
};

/** The head as this process knows it, and the only way to change it. Changes that are requested during a swap go together into the next swap. */
export type Ledger = {
  readonly head: () => Head;
  readonly revision: () => number;
  /** Resolves when the change is stored; rejects with StoreError, or what `apply` threw. */
  readonly update: (change: Change) => Promise<Head>;
};

type Pending = { readonly change: Change; readonly resolve: (head: Head) => void; readonly reject: (cause: unknown) => void };

export type LedgerOptions = {
  readonly writer: string;
  readonly now: () => Instant;
  /** Each change deletes records that ended longer ago than this; absent: none are deleted. */
  readonly recordsKeptFor?: Duration;
  /** Pure: adds to the timelines of incidents what a change did to them; absent: nothing is added. */
  readonly timeline?: (before: Head, after: Head, change: { readonly at: Instant; readonly by: string | null }) => Head;
  /** Called with each act once it is in the audit trail. */
  readonly onAct?: (act: AuditDraft) => void;
};

/** Each lost race is another process's progress, and so many in one change mean that something is wrong. */
const CONFLICTS_AT_MOST = 25;

export function openLedger(store: Store, stored: StoredHead, options: LedgerOptions): Ledger {
  let current: { revision: number; head: Head } = { revision: stored.revision, head: stored.head ?? emptyHead(options.now()) };
  let pending: Pending[] = [];
  let swapping: Promise<void> | null = null;

  async function swapPending(): Promise<void> {
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      try {
        current = await swapAll(store, current, batch, options);
        for (const { resolve } of batch) resolve(current.head);
      } catch (cause) {
        for (const { reject } of batch) reject(cause);
      }
    }
    swapping = null;
  }

  return {
    head: () => current.head,
    revision: () => current.revision,
    update: (change) =>
      new Promise((resolve, reject) => {
        pending.push({ change, resolve, reject });
        // Started in the next microtask, so that changes that are requested together go into one swap.
        swapping ??= Promise.resolve().then(swapPending);
      }),
  };
}

type Current = { readonly revision: number; readonly head: Head };

async function swapAll(store: Store, start: Current, batch: readonly Pending[], options: LedgerOptions): Promise<Current> {
  let base = start;
  for (let conflicts = 0; conflicts < CONFLICTS_AT_MOST; conflicts += 1) {
    const request = requestFor(base, batch, options);
    const answer = await store.swap(request);
    if (answer.swapped) {
      for (const act of request.trail ?? []) options.onAct?.(act);
      return { revision: answer.revision, head: request.head };
    }
    base = { revision: answer.revision, head: answer.head ?? emptyHead(options.now()) };
  }
  throw new StoreError(`swap head: lost the race ${CONFLICTS_AT_MOST} times`);
}

function requestFor({ head: before, revision }: Current, batch: readonly Pending[], options: LedgerOptions): SwapRequest {
  const now = options.now();
  const changed = batch.reduce((next, { change }) => change.apply(next, revision + 1), before);
  const head = options.timeline?.(before, changed, { at: now, by: actorOf(batch).by }) ?? changed;
  const trail = actsOf(before, head, batch, now);
  return {
    expected: revision,
    writer: options.writer,
    head,
    adopt: batch.flatMap(({ change }) => change.adopt ?? []),
    drop: batch.flatMap(({ change }) => change.drop?.(before, head) ?? []),
    history: batch.flatMap(({ change }) => change.history?.(before, head) ?? []),
    records: batch.flatMap(({ change }) => change.records?.(before, head) ?? []),
    ...(trail.length > 0 && { trail }),
    ...(options.recordsKeptFor !== undefined && { forgetRecordsBefore: now - options.recordsKeptFor }),
    release: batch.flatMap(({ change }) => change.release ?? [])[0] ?? null,
    now,
  };
}

function actsOf(before: Head, after: Head, batch: readonly Pending[], at: Instant): readonly AuditDraft[] {
  return [...actsBetween(before, after, { at, ...actorOf(batch) }), ...batch.flatMap(({ change }) => change.trail?.(before, after) ?? [])];
}

/** People change the head one request at a time, so of a batch at most one change has an actor. */
function actorOf(batch: readonly Pending[]): Actor {
  return batch.find(({ change }) => change.actor !== undefined)?.change.actor ?? { by: null, from: null };
}
