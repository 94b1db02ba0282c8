import type { Channel } from './alerts/channels/channel.ts';
import type { Courier } from './alerts/deliver.ts';
import type { PagerDutyApi } from './alerts/channels/pagerduty-api.ts';
import { lookingFirst } from './alerts/channels/pagerduty-look.ts';
import type { PlanContext } from './alerts/plan.ts';
import { addressOf } from './domain/address.ts';
import type { Facts } from './domain/facts.ts';
import type { Head } from './domain/head.ts';
import type { CollectHints } from './domain/hints.ts';
import type { Policy, WayBack } from './domain/policy.ts';
import type { Duration, Instant, Timer } from './domain/time.ts';
import { brokenIn } from './incidents/broken.ts';
import { maintenanceOf } from './maintenance.ts';
import type { RecoveryWorld } from './recovery/world.ts';
import type { Store } from './state/store.ts';
import type { StoreAlarm } from './store-alarm.ts';

/** Everything that a run needs of the outside, built by wire.ts. */
export type Parts = {
  readonly store: Store;
  readonly collect: (hints: CollectHints, now: Instant, deadline: Instant) => Promise<Facts>;
  readonly channels: readonly Channel[];
  readonly policy: Policy;
  readonly projectIds: readonly string[] | null;
  readonly alarm: StoreAlarm;
  /** What PagerDuty holds, where its API token is set. */
  readonly pagerduty?: PagerDutyApi;
  /** False: the dead-man switch did not hear it. */
  readonly heartbeat: (kind: 'start' | 'success' | 'fail', words: string) => Promise<boolean | void>;
  readonly statusUrl: string | null;
  /** Can an acknowledgement reach us, by any way? Without one there are no reminders and no escalation. */
  readonly canAcknowledge: boolean;
  /** By which ways; absent: from whomever it was told to. */
  readonly waysBack?: readonly WayBack[];
  /** Does Slack's button reach us? */
  readonly slackButton: boolean;
  readonly requestTimeoutMs: Duration;
  readonly runBudgetMs: Duration;
  readonly now: () => Instant;
  /** The machine's, unless time is simulated. */
  readonly timer?: Timer;
  readonly newId: () => string;
  /** What restore tests, drills and manual restores need of the outside; absent where nothing of it is wired. */
  readonly recovery?: RecoveryWorld;
  readonly log: (line: string) => void;
};

export function courierOf(parts: Parts, owner: string): Omit<Courier, 'deadline'> {
  const { channels, pagerduty, statusUrl, slackButton, requestTimeoutMs, now, timer } = parts;
  return {
    channels: pagerduty ? channels.map((channel) => (channel.id === 'pagerduty' ? lookingFirst(channel, pagerduty) : channel)) : channels,
    statusUrl,
    canAcknowledge: slackButton,
    requestTimeoutMs,
    now,
    owner,
    context: (head) => contextOf(parts, now(), head),
    ...(timer && { timer }),
  };
}

/** What decides where a message goes. `head`: it knows which channels deliver nothing just now, and what is silenced; null: nothing is stored yet. */
export function contextOf(
  parts: Pick<Parts, 'channels' | 'policy' | 'canAcknowledge' | 'waysBack' | 'pagerduty'>,
  now: Instant,
  head: Pick<Head, 'incidents' | 'deliveries' | 'silences' | 'windows'> | null,
): PlanContext {
  const broken = head === null ? new Set() : brokenIn(head, parts.channels, parts.policy.general, now);
  const roster = parts.channels.map(({ id, team, recipients, contacts }) => ({
    id,
    recipients,
    contacts: contacts ?? 0,
    ...(team !== undefined && { team }),
    ...(broken.has(addressOf(id, team)) && { broken: true as const }),
  }));
  return {
    roster,
    general: { ...parts.policy.general, maintenance: maintenanceOf(head, parts.policy.general) },
    now,
    silences: head?.silences ?? [],
    acknowledgeable: parts.canAcknowledge,
    ...(parts.waysBack && { waysBack: parts.waysBack }),
    pagerdutyAsked: parts.pagerduty !== undefined,
  };
}

/** An error in words that hold no value: our own errors are worded so; of others only the class is told. */
export function wordsOf(cause: unknown): string {
  if (cause instanceof Error && cause.name.endsWith('StoreError')) return cause.message;
  return cause instanceof Error ? `unexpected ${cause.name}` : 'unexpected error';
}
