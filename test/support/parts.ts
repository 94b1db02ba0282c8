import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Config, policyOf } from '../../lib/config/policy.ts';
import type { Facts } from '../../lib/domain/facts.ts';
import type { CollectHints } from '../../lib/domain/hints.ts';
import type { Instant } from '../../lib/domain/time.ts';
import type { Parts } from '../../lib/parts.ts';
import { openSqliteStore } from '../../lib/state/sqlite.ts';
import { type Store, StoreError } from '../../lib/state/store.ts';
import { openStoreAlarm } from '../../lib/store-alarm.ts';
import { type Recorder, recorder } from './courier.ts';
import { factsOfLook, NOW } from './facts.ts';

export type Channels = { readonly pagerduty: Recorder; readonly sms: Recorder; readonly slack: Recorder; readonly email: Recorder };

/** A monitor with real state in a folder of its own, a stub in place of Atlas, and channels that keep what they were told. */
export type Stage = {
  readonly parts: Parts;
  readonly channels: Channels;
  readonly store: Store;
  /** What Atlas says from now on. */
  collect: (hints: CollectHints, now: Instant, deadline: Instant) => Facts | Promise<Facts>;
  now: Instant;
  readonly beats: string[];
  readonly log: string[];
  /** A later process over the same state. */
  readonly restarted: (changes?: Partial<Parts>) => Parts;
};

export function stage(changes: Partial<Parts> = {}, config: Config = {}): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'restorable-run-'));
  const store = openSqliteStore(join(folder, 'state.sqlite'), () => made.now);
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const channels: Channels = { pagerduty: recorder('pagerduty'), sms: recorder('sms'), slack: recorder('slack'), email: recorder('email') };
  const { general } = policyOf({ digestHour: null, ...config });
  const policy = { ...policyOf({ digestHour: null, ...config }), general };
  let ids = 0;
  const heartbeat: Parts['heartbeat'] = async (kind, words) => {
    made.beats.push(kind === 'start' ? kind : `${kind} ${words}`);
  };
  const open = (more: Partial<Parts> = {}): Parts => {
    const list = more.channels ?? changes.channels ?? Object.values(channels);
    return {
      store,
      collect: async (hints, now, deadline) => made.collect(hints, now, deadline),
      channels: list,
      policy,
      projectIds: null,
      alarm: openStoreAlarm({ channels: list, heartbeat, statusUrl: null, general, now: () => made.now }),
      heartbeat,
      statusUrl: null,
      canAcknowledge: false,
      slackButton: false,
      requestTimeoutMs: 1_000,
      runBudgetMs: 20_000,
      now: () => made.now,
      newId: () => `run-${(ids += 1)}`,
      log: (line) => made.log.push(line),
      ...changes,
      ...more,
    };
  };
  const made: Stage = {
    parts: open(),
    channels,
    store,
    collect: (_, now) => factsOfLook({ at: now }),
    now: NOW,
    beats: [],
    log: [],
    restarted: open,
  };
  return made;
}

/** The store, with some of its operations replaced. */
export function storeWith(store: Store, changes: Partial<Store>): Store {
  return {
    lease: (owner, ttl, now) => store.lease(owner, ttl, now),
    readHead: () => store.readHead(),
    readBlobs: (names) => store.readBlobs(names),
    writeBlobs: (blobs) => store.writeBlobs(blobs),
    swap: (request) => store.swap(request),
    history: (limit) => store.history(limit),
    records: (request) => store.records(request),
    listRecords: (request) => store.listRecords(request),
    record: (id) => store.record(id),
    close: () => store.close(),
    ...changes,
  };
}

export function refusing(operation: string): () => Promise<never> {
  return async () => {
    throw new StoreError(`${operation}: no answer within 1 s (2 attempts)`);
  };
}

export function kindsOf(channel: Recorder): readonly string[] {
  return channel.letters.map(({ kind, incidents }) => `${kind} ${incidents.map(({ check }) => check).join(',')}`);
}
