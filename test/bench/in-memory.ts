import type { Channel } from '../../lib/deliver/attempt/channel.ts';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import type { Facts } from '../../lib/domain/facts/facts.ts';
import { CHANNEL_IDS } from '../support/channel-ids.ts';
import type { Instant } from '../../lib/domain/time.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import { openSqliteStore } from '../../lib/record/sqlite/sqlite.ts';
import { openStoreAlarm } from '../../lib/deliver/store-alarm.ts';
import { FLEET_POLICY } from '../score/healthy-fleet.ts';
import { type FaultyStore, faultyStore } from '../score/store.ts';

/** The line's ports with wires that cost nothing: a store in memory, facts made beforehand, providers that take each message at once. */
export function inMemory(now: () => Instant, collect: (now: Instant) => Facts | undefined): Ports & { readonly store: FaultyStore } {
  const policy = policyOf(FLEET_POLICY);
  const quiet = (): Promise<void> => Promise.resolve();
  let ids = 0;
  return {
    store: faultyStore(openSqliteStore(':memory:', now)),
    collect: (_hints, at) => Promise.resolve(collect(at) ?? { startedAt: at, complete: true, projects: { known: false, reason: 'bench' } }),
    channels: channels(),
    policy,
    projectIds: null,
    alarm: openStoreAlarm({ channels: [], heartbeat: quiet, statusUrl: null, general: policy.general, now }),
    heartbeat: quiet,
    statusUrl: null,
    canAcknowledge: false,
    slackButton: false,
    requestTimeoutMs: 10_000,
    runBudgetMs: 240_000,
    now,
    newId: () => `bench-${(ids += 1)}`,
    withoutSecrets: (text) => text,
    log: () => {},
  };
}

/** Providers that take each message at once. */
export function channels(): readonly Channel[] {
  return CHANNEL_IDS.map((id) => ({ id, recipients: 1, send: () => Promise.resolve({ result: 'accepted', receipt: null }) }));
}
