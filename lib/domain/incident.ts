import type { Evidence, Resource } from './finding.ts';
import type { ChannelId, CheckId, Priority, Severity } from './policy.ts';
import type { Instant } from './time.ts';

/** One episode of a failing finding. `id` includes the opening, and is PagerDuty's dedup_key, so that no key ever lives twice. */
export type Incident = {
  readonly id: string;
  readonly check: CheckId;
  readonly resource: Resource;
  /** Only rises while the incident is open. */
  readonly severity: Severity;
  readonly priority: Priority;
  readonly state: 'open' | 'acknowledged' | 'resolved';
  readonly openedAt: Instant;
  readonly resolvedAt: Instant | null;
  /** "recovered", "paused", "cluster deleted", "exempt: …": why it ended. */
  readonly resolution: string | null;
  readonly summary: string;
  readonly evidence: Evidence;
  readonly action: string;
  /** Where the trouble began by Atlas's own times, if they tell. */
  readonly startedAt: Instant | null;
  readonly acknowledgement: Acknowledgement | null;
  /** Every acknowledgement that it ever had, oldest first. */
  readonly trail?: readonly Acknowledgement[];
  /** Told to nobody so far: the silence or maintenance window that covers it, in words. */
  readonly silencedBy?: string;
  /** When the clocks of escalation and reminders began, where that is later than the opening. */
  readonly toldAt?: Instant;
  /** Rungs of the escalation ladder climbed, and when the last. */
  readonly escalation?: { readonly rung: number; readonly at: Instant };
  readonly remindedAt?: Instant;
  /** When its acknowledgement was last given back at PagerDuty, by its clock: one that is older comes too late. */
  readonly givenBackAt?: Instant;
  /** Flapping: the words that its summary says so with, once it is held open. */
  readonly flapping?: string;
  /** What its finding counted when people were last told (`Finding.counted`). */
  readonly counted?: readonly string[];
  /** Flapping: it has been well since then, and is held open until that has lasted. */
  readonly steadySince?: Instant;
  /** The team whose people are told, chosen when it was opened, or at a rise where it had none, and kept to its end; absent: the default recipients. */
  readonly team?: string;
};

/** When the clocks of escalation and reminders began: the telling, by whatever caused it. */
export function toldSince({ toldAt, openedAt }: Incident): Instant {
  return toldAt ?? openedAt;
}

export type Acknowledgement = {
  readonly by: string;
  readonly via: 'pagerduty' | 'slack' | 'page' | 'command line';
  readonly at: Instant;
  readonly until: Instant;
  /** By PagerDuty's clock, where it was made there: its webhook may come minutes later. */
  readonly madeAt?: Instant;
};

/** `renewed`: there is more of what was told. `flapping`: from here on it is held open. */
export type TransitionKind = 'opened' | 'raised' | 'renewed' | 'flapping' | 'resolved' | 'acknowledged';

/** The only thing that alerts are made from. */
export type Transition = { readonly kind: TransitionKind; readonly incident: Incident };

export type DeliveryKind = 'trigger' | 'update' | 'acknowledge' | 'escalate' | 'remind' | 'resolve' | 'past' | 'digest';
export type DeliveryState = 'owed' | 'accepted' | 'rejected' | 'cancelled' | 'unknown';

/** One message to one recipient on one channel. */
export type Delivery = {
  /** Deterministic: incident(s) + channel + recipient + kind. Message-ID and Slack's metadata derive from it. */
  readonly key: string;
  readonly kind: DeliveryKind;
  readonly channel: ChannelId;
  /** Whose recipients there; absent: the default ones. */
  readonly team?: string;
  /** Index into the channel's configured recipients; 0 where there is one. */
  readonly recipient: number;
  readonly priority: Priority;
  /** One, or those of a storm. */
  readonly incidents: readonly string[];
  /** The key of the delivery whose message this one follows (Slack's thread, email's References); null for one of its own. */
  readonly root: string | null;
  /** Why it goes to this channel and not to the priority's own; null in the usual case. */
  readonly reroute: string | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly createdAt: Instant;
  readonly acceptedAt: Instant | null;
  readonly nextTryAt: Instant | null;
  /** The provider's Retry-After to this message, which holds for every other one of the same recipients too. */
  readonly channelHeldUntil?: Instant;
  readonly lastError: string | null;
  /** True once an attempt ended without telling whether the provider took it. */
  readonly ambiguous: boolean;
  /** PagerDuty: the key of a page that follows one which was resolved there; absent: the incident's id. What follows it has the same. */
  readonly dedupKey?: string;
  /** PagerDuty: a person or a machine resolved it there while it went on here, so that its key is never triggered again. */
  readonly closedThere?: true;
  readonly claim: { readonly owner: string; readonly until: Instant } | null;
  /** What it says, where it is about no incident: the daily digest's lines. */
  readonly text?: readonly string[];
  /** What the provider said: Slack's ts, Twilio's sid. */
  readonly receipt: string | null;
};
