import type { Channel } from '../../lib/alerts/channels/channel.ts';
import { policyOf } from '../../lib/config/policy.ts';
import type { Facts } from '../../lib/domain/facts.ts';
import { CHANNEL_IDS } from '../../lib/domain/policy.ts';
import type { Instant } from '../../lib/domain/time.ts';
import type { Parts } from '../../lib/parts.ts';
import { openSqliteStore } from '../../lib/state/sqlite.ts';
import { openStoreAlarm } from '../../lib/store-alarm.ts';
import { FLEET_POLICY } from '../score/healthy-fleet.ts';
import { type FaultyStore, faultyStore } from '../score/store.ts';

/** The line's parts with wires that cost nothing: a store in memory, facts made beforehand, providers that take each message at once. */
export function inMemory(now: () => Instant, collect: (now: Instant) => Facts | undefined): Parts & { readonly store: FaultyStore } {
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
    log: () => {},
  };
}

/** Providers that take each message at once. */
export function channels(): readonly Channel[] {
  return CHANNEL_IDS.map((id) => ({ id, recipients: 1, send: () => Promise.resolve({ result: 'accepted', receipt: null }) }));
}
