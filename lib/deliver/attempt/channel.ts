import type { ChannelId, Priority } from '../../domain/policy/policy.ts';
import type { DeliveryKind, Incident } from '../../domain/incidents/incident.ts';
import type { Span } from '../../domain/recovery/restore-times.ts';
import type { Instant } from '../../domain/time.ts';
import type { Outcome } from '../../domain/incidents/delivery-queue.ts';

/** Everything that a channel needs to build its message, as plain data. */
export type Notification = {
  readonly key: string;
  readonly kind: DeliveryKind;
  readonly priority: Priority;
  /** The lines of a message that is about no incident: the daily digest. */
  readonly text?: readonly string[];
  /** One, or those of a storm, as they are now; none only if `text` is given. */
  readonly incidents: readonly Incident[];
  /** Why it goes to this channel and not to the priority's own; null in the usual case. */
  readonly reroute: string | null;
  /** The first message of the thread, if this one follows it: its key, the provider's receipt, and the incidents that it announced. */
  readonly root: { readonly key: string; readonly receipt: string | null; readonly incidents: readonly Incident[] } | null;
  /** The provider's key of the incident, if it is not the incident's id (PagerDuty). */
  readonly dedupKey?: string;
  /** True if an earlier attempt may have arrived, so that a channel that can look for it looks first. */
  readonly ambiguous: boolean;
  readonly recipient: number;
  /** Public address of the page, for links; null where it is not configured. */
  readonly statusUrl: string | null;
  readonly canAcknowledge: boolean;
  /** Who has it in hand; absent if nobody can acknowledge it, or is asked to. `next`: who is notified next; null if nobody further is. */
  readonly handling?: { readonly next: { readonly whom: string; readonly at: Instant } | null };
  /** How long restores of its cluster took; null if that was not measured, absent if it is about no cluster, or about several incidents. */
  readonly restoreTook?: Span | null;
  readonly now: Instant;
};

/** The most requests that one notification takes, one after the other (Slack: look for the root, update it, look for the reply, reply). */
export const REQUESTS_A_SEND = 4;

/** One way to reach people. Sending never throws; time limit and redaction are in `attempt.ts` and `deliver.ts`. */
export interface Channel {
  readonly id: ChannelId;
  /** The team that these recipients belong to; absent: the default ones. */
  readonly team?: string;
  /** How many recipients it has, each with a delivery of its own. */
  readonly recipients: number;
  /** Its recipients and then its contacts, masked: "d…@example.com". Absent: they have no names of their own (a key, a channel). */
  readonly recipientNames?: readonly string[];
  /** How many contacts of the last rung it reaches; they are numbered from `FIRST_CONTACT` on. */
  readonly contacts?: number;
  send(notification: Notification, signal: AbortSignal): Promise<Outcome>;
}

export type { Outcome };
