import { FIRST_CONTACT } from '../domain/incidents/channel-address.ts';
import { channelHeldUntil, retryAfterOf } from '../domain/incidents/delivery-queue.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Delivery } from '../domain/incidents/incident.ts';
import { traitsOf } from '../domain/policy/channel-traits.ts';
import type { GeneralPolicy } from '../domain/policy/policy.ts';
import type { Duration, Instant, Timer } from '../domain/time.ts';
import { type Channel, type Notification, type Outcome, REQUESTS_A_SEND } from './attempt/channel.ts';
import { claimableKeys, type Claimant, withClaims } from './claims.ts';
import { notificationFor } from './notification.ts';
import { type HeadAccess, openOutcomes, type Outcomes } from './outcomes.ts';

/** Whoever claims deliveries and sends them. */
export type Sender = Claimant & {
  readonly channels: readonly Channel[];
  readonly statusUrl: string | null;
  readonly canAcknowledge: boolean;
  /** No sending begins after this, and one that is under way then is cut short. */
  readonly deadline: Instant;
  /** The machine's timer, unless time is simulated. */
  readonly timer?: Timer;
  /** Takes an error that a channel threw, though none may. */
  readonly log?: (line: string, cause: unknown) => void;
};

export const machineTimer: Timer = (after, act) => {
  const handle = setTimeout(act, after);
  return () => clearTimeout(handle);
};

/**
 * Sends everything that the sender has claimed, each channel on its own, records each outcome, and goes on with what may be sent then, until nothing is
 * left or the deadline has passed. A channel that hangs delays no other. `tried`: the keys that are not tried again in this run.
 * Throws what the recording throws.
 */
export async function deliver(access: HeadAccess, sender: Sender, tried: ReadonlySet<string> = new Set()): Promise<void> {
  const attempted = new Set(tried);
  const { general } = sender.context(access.head());
  const outcomes = openOutcomes(access, { timer: machineTimer, ...sender, channels: general.channels, begun: (key) => attempted.has(key) });
  const round: Round = { access, sender, attempted, outcomes, general };
  const idle = new Set(sender.channels);
  // A channel that has finished wakes the others, because messages that it refused may go by them now.
  const wake = async (): Promise<void> => {
    const woken = [...idle].map(async (channel) => {
      idle.delete(channel);
      const sent = await drain(channel, round);
      idle.add(channel);
      if (sent) await wake();
    });
    // If recording fails, the other channels are still awaited, because what they are sending has outcomes.
    const [failed] = (await Promise.allSettled(woken)).filter(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  };
  await wake();
}

/** What the channels of one run share. */
type Round = {
  readonly access: HeadAccess;
  readonly sender: Sender;
  /** Keys that are not tried again in this run. */
  readonly attempted: Set<string>;
  readonly outcomes: Outcomes;
  readonly general: GeneralPolicy;
};

/** Sends a channel's messages, claim after claim. False if there were none. */
async function drain(channel: Channel, round: Round): Promise<boolean> {
  const { access, sender, attempted, outcomes } = round;
  const own: Sender = { ...sender, channels: [channel] };
  const next = (head: Head): Head => withClaims(head, own, attempted);
  const mayGoOn = (): boolean => sender.now() < sender.deadline;
  const claimedIn = (head: Head): readonly Delivery[] =>
    head.deliveries.filter(
      (delivery) =>
        delivery.channel === channel.id &&
        delivery.team === channel.team &&
        delivery.claim?.owner === sender.owner &&
        !attempted.has(delivery.key),
    );
  for (let sent = false; ;) {
    const mine = claimedIn(access.head());
    if (mine.length === 0 && !(mayGoOn() && claimableKeys(access.head(), own, attempted).size > 0)) return sent;
    if (mine.length > 0) await runLane(channel, mine, round);
    sent ||= mine.length > 0;
    // The outcomes of this claim and the next claim are stored in one swap.
    await outcomes.stored(mayGoOn() ? next : undefined);
  }
}

/** Sends the messages of one claim, some at once. None waits until the one before it is recorded: outcomes that come together share a swap. */
async function runLane(
  channel: Channel,
  deliveries: readonly Delivery[],
  { access, sender, attempted, outcomes, general }: Round,
): Promise<void> {
  const queue = [...deliveries];
  let held = queue[0] ? channelHeldUntil(access.head().deliveries, queue[0]) : 0;
  let excerpt = excerptFor(deliveries, access.head());
  const longest = REQUESTS_A_SEND * sender.requestTimeoutMs;
  const sendOne = async (delivery: Delivery): Promise<void> => {
    const now = sender.now();
    const left = sender.deadline - now;
    // After slow messages the claim may not last for a whole send any more. Another run could then send it too, so it is released and claimed anew.
    const begins = left > 0 && (delivery.claim?.until ?? 0) - now >= longest && held <= now;
    if (!begins) return outcomes.report(delivery, null);
    attempted.add(delivery.key);
    if (excerpt.of !== access.head()) excerpt = excerptFor(deliveries, access.head());
    const notification = notificationFor(delivery, excerpt.head, sender);
    const outcome = await attemptWithin(Math.min(left, longest), channel, notification, sender);
    held = Math.max(held, sender.now() + retryAfterOf(outcome));
    outcomes.report(delivery, outcome, recipientNamed(channel, delivery.recipient));
  };
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next && !outcomes.failed(); next = queue.shift()) await sendOne(next);
  };
  await Promise.all(Array.from({ length: traitsOf(general, channel.id).lanes.abreast }, () => worker()));
}

/** One send that ends in time, whatever the channel does. */
async function attemptWithin(
  timeout: Duration,
  channel: Channel,
  notification: Notification,
  { timer = machineTimer, log }: Pick<Sender, 'timer' | 'log'>,
): Promise<Outcome> {
  const cut = new AbortController();
  const cancel = timer(Math.max(1, Math.floor(timeout)), () => cut.abort());
  const gaveUp = new Promise<Outcome>((resolve) => {
    const giveUp = (): void => resolve({ result: 'unknown', error: `${channel.id}: no answer within ${Math.round(timeout / 1000)} s` });
    // A channel that ignores its signal must not hold the run. A little later, so that a channel that obeys it can report what it knows.
    cut.signal.addEventListener('abort', () => timer(50, giveUp), { once: true });
  });
  const outcome = await Promise.race([
    channel.send(notification, cut.signal).catch((cause: unknown) => unexpected(channel, cause, log)),
    gaveUp,
  ]);
  cancel();
  return outcome;
}

/** `send` never throws. If it does all the same, the error's text may contain a secret, so only its class is kept; the log hides secrets. */
function unexpected(channel: Channel, cause: unknown, log: Sender['log']): Outcome {
  const error = `${channel.id}: unexpected ${cause instanceof Error ? cause.name : 'error'}`;
  log?.(error, cause);
  return { result: 'unknown', error };
}

/** Masked; undefined if the channel's recipients have no names, or it has none of this number any more. */
function recipientNamed({ recipients, recipientNames }: Channel, recipient: number): string | undefined {
  return recipientNames?.[recipient < FIRST_CONTACT ? recipient : recipients + recipient - FIRST_CONTACT];
}

/**
 * The part of a head that notifications about these deliveries are made from: their incidents, and what was sent about those. Going through a storm's
 * whole head for each would take as long as sending.
 */
function excerptFor(deliveries: readonly Delivery[], of: Head): { readonly of: Head; readonly head: Head } {
  const keys = new Set(deliveries.flatMap(({ root }) => root ?? []));
  const roots = of.deliveries.filter(({ key }) => keys.has(key));
  const ids = new Set([...deliveries, ...roots].flatMap(({ incidents }) => incidents));
  const related = of.deliveries.filter(({ key, incidents }) => keys.has(key) || incidents.some((id) => ids.has(id)));
  return { of, head: { ...of, deliveries: related, incidents: of.incidents.filter(({ id }) => ids.has(id)) } };
}
