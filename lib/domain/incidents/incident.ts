import type { Finding } from '../findings/finding.ts';
import type { ChannelId, Priority, Severity } from '../policy/policy.ts';
import type { Instant } from '../time.ts';

/** One episode of a failing finding. `id` includes the opening, and is PagerDuty's dedup_key, so that no key ever lives twice. */
export type Incident = Pick<
  Finding,
  'check' | 'resource' | 'summary' | 'inShort' | 'evidence' | 'restorable' | 'action' | 'startedAt' | 'acceptable'
> & {
  readonly id: string;
  /** Only rises while the incident is open. */
  readonly severity: Severity;
  readonly priority: Priority;
  readonly state: 'open' | 'acknowledged' | 'resolved';
  readonly openedAt: Instant;
  readonly resolvedAt: Instant | null;
  /** "recovered", "paused", "cluster deleted", "exempt: …": why it ended. */
  readonly resolution: string | null;
  readonly acknowledgement: Acknowledgement | null;
  /** All its acknowledgements, oldest first. */
  readonly trail?: readonly Acknowledgement[];
  /** What happened to it that no other field keeps: raised, silenced, escalated, given back. Oldest first. */
  readonly timeline?: readonly TimelineEntry[];
  /** What responders wrote, oldest first. */
  readonly notes?: readonly IncidentNote[];
  /** Nobody was notified so far: the silence or maintenance window that covers it, in words. */
  readonly silencedBy?: string;
  /** When the clocks of escalation and reminders began, where that is later than the opening. */
  readonly notifiedAt?: Instant;
  /** Rungs of the escalation ladder climbed, and when the last. */
  readonly escalation?: { readonly rung: number; readonly at: Instant };
  readonly remindedAt?: Instant;
  /** Nobody has to act on it (`Finding.notifiedOnce`). */
  readonly notifiedOnce?: true;
  /** When it was last un-acknowledged at PagerDuty, by PagerDuty's clock: older acknowledgements are ignored. */
  readonly unacknowledgedAt?: Instant;
  /** What the last notification about a change said that had changed: "raised from warning to critical". */
  readonly change?: { readonly at: Instant; readonly words: string };
  /** Flapping: what its summary says about that, once it is held open. */
  readonly flapping?: string;
  /** What its finding counted at the last notification (`Finding.counted`). */
  readonly counted?: readonly string[];
  /** Flapping: ok since then, and held open until it has been ok long enough. */
  readonly steadySince?: Instant;
  /** The team that is notified, chosen at the opening (or at a rise, if it had none) and then kept; absent: the default recipients. */
  readonly team?: string;
};

/** One line of an incident's life. `by`: the person; null if Restorewatch did it. Moments in `what` are ISO. */
export type TimelineEntry = { readonly at: Instant; readonly what: string; readonly by: string | null };

/** What a responder wrote about an incident. */
export type IncidentNote = { readonly id: string; readonly at: Instant; readonly by: string; readonly text: string };

/** When the clocks of escalation and reminders began: the first notification. */
export function notifiedSince({ notifiedAt, openedAt }: Incident): Instant {
  return notifiedAt ?? openedAt;
}

export type Acknowledgement = {
  readonly by: string;
  /** The channel that it came back by, "page" or "command line". */
  readonly via: string;
  readonly at: Instant;
  readonly until: Instant;
  /** By PagerDuty's clock, where it was made there: its webhook may come minutes later. */
  readonly madeAt?: Instant;
};

/** `renewed`: its finding counts something new. `flapping`: from now on it is held open. */
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
  /** That recipient as it was called when a message was accepted, masked; absent where the channel has no persons. */
  readonly to?: string;
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
  /** The end of the provider's Retry-After, which holds for every message to the same recipients. */
  readonly channelHeldUntil?: Instant;
  readonly lastError: string | null;
  /** True once an attempt ended without knowing whether the provider accepted it. */
  readonly ambiguous: boolean;
  /** PagerDuty: the page's key, if an earlier page was resolved there; absent: the incident's id. Follow-ups have their page's key. */
  readonly dedupKey?: string;
  /** PagerDuty: resolved there while the incident was open here, so that its key is never triggered again. */
  readonly closedAtPagerDuty?: true;
  /** PagerDuty had accepted it and has lost it, so it is sent again, and no acknowledgement cancels that. */
  readonly resent?: true;
  readonly claim: { readonly owner: string; readonly until: Instant } | null;
  /** The text of a message that is about no incident: the daily digest's lines. */
  readonly text?: readonly string[];
  /** What the provider said: Slack's ts, Twilio's sid. */
  readonly receipt: string | null;
};
