import type { Channel } from '../deliver/attempt/channel.ts';
import type { Sender } from '../deliver/deliver.ts';
import { lookingFirst, PAGERDUTY, type PagerDutyApi } from '../deliver/channels/pagerduty/pagerduty-api.ts';
import type { RouteContext } from '../route/plan-deliveries.ts';
import { addressOf } from '../domain/incidents/channel-address.ts';
import type { Facts } from '../domain/facts/facts.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { CollectHints } from '../domain/memory/collect-hints.ts';
import type { Policy, AcknowledgementPath } from '../domain/policy/policy.ts';
import type { Duration, Instant, Timer } from '../domain/time.ts';
import { brokenIn } from '../reconcile/broken-channels.ts';
import { maintenanceOf } from '../config/policy/maintenance-windows.ts';
import type { RecoveryPorts } from './recovery-ports.ts';
import type { Store } from '../record/store.ts';
import type { StoreAlarm } from '../deliver/store-alarm.ts';

/** Everything that runs, recovery and acts of people need of the outside; lib/wire builds it. */
export type Ports = {
  readonly store: Store;
  readonly collect: (hints: CollectHints, now: Instant, deadline: Instant) => Promise<Facts>;
  readonly channels: readonly Channel[];
  readonly policy: Policy;
  readonly projectIds: readonly string[] | null;
  readonly alarm: StoreAlarm;
  /** Asks PagerDuty which incidents it holds; absent if its API token is not set. */
  readonly pagerduty?: PagerDutyApi;
  /** Pings the dead-man switch; resolves to false if the ping did not arrive. */
  readonly heartbeat: (kind: 'start' | 'success' | 'fail', words: string) => Promise<boolean | void>;
  readonly statusUrl: string | null;
  /** Whether an acknowledgement can reach us at all. If not, there are no reminders and no escalation, since nobody could stop them. */
  readonly canAcknowledge: boolean;
  /** The paths by which it can; absent if every recipient can acknowledge. */
  readonly acknowledgementPaths?: readonly AcknowledgementPath[];
  /** Whether a click on Slack's acknowledge button reaches us. */
  readonly slackButton: boolean;
  readonly requestTimeoutMs: Duration;
  readonly runBudgetMs: Duration;
  readonly now: () => Instant;
  /** Replaces the timers of the machine if time is simulated. */
  readonly timer?: Timer;
  readonly newId: () => string;
  /** What a person typed without our secrets and the credentials of any address: the head keeps it and pages show it, and no store redacts the head. */
  readonly withoutSecrets: (text: string) => string;
  /** What restore tests, drills and manual restores need of the outside; absent if it is not wired. */
  readonly recovery?: RecoveryPorts;
  /** `cause`: an error whose stack belongs into the log, unless the line holds its message. */
  readonly log: (line: string, cause?: unknown) => void;
};

/** What sends messages, and claims them, for `owner`. No send begins after `deadline`. The context of a head is computed once a moment. */
export function senderFor(ports: Ports, owner: string, deadline: Instant): Sender {
  const { channels, pagerduty, statusUrl, slackButton, requestTimeoutMs, now, timer, log } = ports;
  let last: { readonly head: Head; readonly context: RouteContext } | null = null;
  const context = (head: Head): RouteContext => {
    if (last?.head !== head || last.context.now !== now()) last = { head, context: routeContext(ports, now(), head) };
    return last.context;
  };
  return {
    channels: pagerduty ? channels.map((channel) => (channel.id === PAGERDUTY ? lookingFirst(channel, pagerduty) : channel)) : channels,
    statusUrl,
    canAcknowledge: slackButton,
    requestTimeoutMs,
    now,
    owner,
    deadline,
    context,
    log,
    ...(timer && { timer }),
  };
}

/** Everything that decides where a message goes. The head knows which channels are broken and what is silenced; null if nothing is stored yet. */
export function routeContext(
  ports: Pick<Ports, 'channels' | 'policy' | 'canAcknowledge' | 'acknowledgementPaths' | 'pagerduty'>,
  now: Instant,
  head: Pick<Head, 'incidents' | 'deliveries' | 'silences' | 'windows'> | null,
): RouteContext {
  const broken = head === null ? new Set() : brokenIn(head, ports.channels, ports.policy.general, now);
  const roster = ports.channels.map(({ id, team, recipients, contacts, recipientNames }) => ({
    id,
    recipients,
    contacts: contacts ?? 0,
    ...(team !== undefined && { team }),
    ...(recipientNames && { names: recipientNames }),
    ...(broken.has(addressOf(id, team)) && { broken: true as const }),
  }));
  return {
    roster,
    general: { ...ports.policy.general, maintenance: maintenanceOf(head, ports.policy.general) },
    now,
    silences: head?.silences ?? [],
    acknowledgeable: ports.canAcknowledge,
    ...(ports.acknowledgementPaths && { acknowledgementPaths: ports.acknowledgementPaths }),
    pagerdutyAsked: ports.pagerduty !== undefined,
  };
}

/** An error in words without secrets: messages of our own errors hold none; of any other error only the class is named. */
export function errorInWords(cause: unknown): string {
  if (cause instanceof Error && cause.name.endsWith('StoreError')) return cause.message;
  return cause instanceof Error ? `unexpected ${cause.name}` : 'unexpected error';
}
