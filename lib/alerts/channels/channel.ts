import type { ChannelId, Priority } from '../../domain/policy.ts';
import type { DeliveryKind, Incident } from '../../domain/incident.ts';
import type { Instant } from '../../domain/time.ts';
import type { Outcome } from '../queue.ts';

/** Everything a channel needs to build its message; pure data. */
export type Letter = {
  readonly key: string;
  readonly kind: DeliveryKind;
  readonly priority: Priority;
  /** The lines of a message that is about no incident: the daily digest. */
  readonly text?: readonly string[];
  /** One, or those of a storm; none only where `text` is given. As they are now. */
  readonly incidents: readonly Incident[];
  /** Why it goes to this channel and not to the priority's own; null in the usual case. */
  readonly reroute: string | null;
  /** The first message of the thread, where this one follows: its key, what the provider said of it, and all that it told of. */
  readonly root: { readonly key: string; readonly receipt: string | null; readonly incidents: readonly Incident[] } | null;
  /** PagerDuty's key, where it is not the incident's id. */
  readonly dedupKey?: string;
  /** True where an earlier attempt may have arrived, so that a channel that can look, looks first. */
  readonly ambiguous: boolean;
  readonly recipient: number;
  /** Public address of the page, for links; null where it is not configured. */
  readonly statusUrl: string | null;
  readonly canAcknowledge: boolean;
  readonly now: Instant;
};

/** The most requests that one letter takes, one after the other (Slack: look for the root, update it, look for the reply, reply). */
export const REQUESTS_A_SEND = 4;

/** One way to reach people. Sending never throws; timeout and redaction sit in `deliver.ts` and `http.ts`. */
export interface Channel {
  readonly id: ChannelId;
  /** The team that these recipients belong to; absent: the default ones. */
  readonly team?: string;
  /** How many recipients it has, each with a delivery of its own. */
  readonly recipients: number;
  /** How many people of the last rung of the ladder it reaches; they count from `FIRST_CONTACT` on. */
  readonly contacts?: number;
  send(letter: Letter, signal: AbortSignal): Promise<Outcome>;
}

export type { Outcome };
