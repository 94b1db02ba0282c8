import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';
import { type Config, policyOf } from '../../lib/config/policy/define-config.ts';
import type { Facts } from '../../lib/domain/facts/facts.ts';
import type { CollectHints } from '../../lib/domain/memory/collect-hints.ts';
import type { Instant } from '../../lib/domain/time.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import { openSqliteStore } from '../../lib/record/sqlite/sqlite.ts';
import { type Store, StoreError } from '../../lib/record/store.ts';
import { openStoreAlarm } from '../../lib/deliver/store-alarm.ts';
import { type Recorder, recorder } from './sender.ts';
import { factsOfLook, NOW } from './facts.ts';

export type Channels = { readonly pagerduty: Recorder; readonly sms: Recorder; readonly slack: Recorder; readonly email: Recorder };

/** What a stage is told of its test: where tests run side by side, the one of its context. */
export type TestEnd = Pick<TestContext, 'onTestFinished'>;

/** Ports with a real store in a folder of its own, a stub in place of Atlas, and channels that record their notifications. */
export type Stage = {
  readonly ports: Ports;
  readonly channels: Channels;
  readonly store: Store;
  /** What Atlas answers from now on. */
  collect: (hints: CollectHints, now: Instant, deadline: Instant) => Facts | Promise<Facts>;
  now: Instant;
  readonly pings: string[];
  readonly log: string[];
  /** The ports of a new process with the same store. */
  readonly restarted: (changes?: Partial<Ports>) => Ports;
};

export function stage(changes: Partial<Ports> = {}, config: Config = {}, context: TestEnd = { onTestFinished }): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-run-'));
  const store = openSqliteStore(join(folder, 'state.sqlite'), () => made.now);
  context.onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const channels: Channels = { pagerduty: recorder('pagerduty'), sms: recorder('sms'), slack: recorder('slack'), email: recorder('email') };
  const { general } = policyOf({ digestHour: null, ...config });
  const policy = { ...policyOf({ digestHour: null, ...config }), general };
  let ids = 0;
  const heartbeat: Ports['heartbeat'] = async (kind, words) => {
    made.pings.push(kind === 'start' ? kind : `${kind} ${words}`);
  };
  const open = (more: Partial<Ports> = {}): Ports => {
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
      withoutSecrets: (text) => text,
      log: (line) => made.log.push(line),
      ...changes,
      ...more,
    };
  };
  const made: Stage = {
    ports: open(),
    channels,
    store,
    collect: (_, now) => factsOfLook({ at: now }),
    now: NOW,
    pings: [],
    log: [],
    restarted: open,
  };
  return made;
}

/** The store with some of its operations replaced. */
export function storeWith(store: Store, changes: Partial<Store>): Store {
  return {
    lease: (owner, ttl, now) => store.lease(owner, ttl, now),
    readHead: () => store.readHead(),
    readBlobs: (names) => store.readBlobs(names),
    writeBlobs: (blobs) => store.writeBlobs(blobs),
    swap: (request) => store.swap(request),
    pastIncidents: (request) => store.pastIncidents(request),
    records: (request) => store.records(request),
    listRecords: (request) => store.listRecords(request),
    record: (id) => store.record(id),
    appendToTrail: (acts, once) => store.appendToTrail(acts, once),
    trail: (request) => store.trail(request),
    packTrail: (request) => store.packTrail(request),
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
  return channel.notifications.map(({ kind, incidents }) => `${kind} ${incidents.map(({ check }) => check).join(',')}`);
}
