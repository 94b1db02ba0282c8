import { afterClosed } from './closed-there.ts';
import { letterFor } from './deliver-letter.ts';
import { addressOf } from '../domain/address.ts';
import type { Delivery } from '../domain/incident.ts';
import type { ChannelId } from '../domain/policy.ts';
import type { Head } from '../domain/head.ts';
import type { Duration, Instant, Timer } from '../domain/time.ts';
import { type Channel, type Letter, REQUESTS_A_SEND } from './channels/channel.ts';
import { type HeadAccess, openOutcomes, type Outcomes } from './outcomes.ts';
import { askedBy, claim, eligible, heldUntil, type Outcome, swept } from './queue.ts';
import { pastDeliveries, pastRerouted, rerouted } from './aftermath.ts';
import { type PlanContext } from './plan.ts';
import { readdressed } from './readdress.ts';

export type Courier = {
  readonly channels: readonly Channel[];
  readonly context: (head: Head) => PlanContext;
  readonly owner: string;
  readonly statusUrl: string | null;
  readonly canAcknowledge: boolean;
  readonly requestTimeoutMs: Duration;
  readonly now: () => Instant;
  /** Nothing is begun after this; what is under way then is cut. */
  readonly deadline: Instant;
  /** The machine's, unless time is simulated. */
  readonly timer?: Timer;
};

export const machineTimer: Timer = (after, act) => {
  const handle = setTimeout(act, after);
  return () => clearTimeout(handle);
};

/** How many messages of one channel are under way at once, and how many one claim covers. Slack takes about one a second (facts C). */
const LANES: Readonly<Record<ChannelId, { readonly abreast: number; readonly claimed: number }>> = {
  pagerduty: { abreast: 10, claimed: 60 },
  sms: { abreast: 5, claimed: 30 },
  slack: { abreast: 1, claimed: 15 },
  email: { abreast: 4, claimed: 30 },
};

/** A claim lasts for the longest send (`REQUESTS_A_SEND`); the margin covers the record. */
const CLAIM_MARGIN: Duration = 15_000;

/**
 * Pure: sweeps dead claims, adds what follows from the state, and claims for `owner` what may go now. Part of every swap that leads to sending. The
 * same head where there is nothing to do.
 */
export function prepared(
  head: Head,
  courier: Pick<Courier, 'channels' | 'context' | 'owner' | 'requestTimeoutMs' | 'now'>,
  attempted: ReadonlySet<string> = new Set(),
): Head {
  const context = courier.context(head);
  const now = courier.now();
  const clean = readdressed(afterClosed(swept(head.deliveries, head.incidents, now)), context.roster);
  const further = [pastDeliveries, pastRerouted, rerouted].flatMap((follow) => follow(clean, head.incidents, context));
  const all = further.length === 0 ? clean : [...clean, ...further];
  const open = new Set(courier.channels.map(({ id, team }) => addressOf(id, team)));
  const ready = eligible(all, now).filter(
    (delivery) => open.has(addressOf(delivery.channel, delivery.team)) && !attempted.has(delivery.key),
  );
  const lanes = [...Map.groupBy(ready, ({ channel, team }) => addressOf(channel, team)).values()];
  const keys = new Set(lanes.flatMap((own) => own.slice(0, own[0] && LANES[own[0].channel].claimed).map((delivery) => delivery.key)));
  const until = now + REQUESTS_A_SEND * courier.requestTimeoutMs + CLAIM_MARGIN;
  const deliveries = claim(all, keys, courier.owner, until);
  return deliveries === head.deliveries ? head : { ...head, deliveries };
}

/**
 * Sends everything that is claimed by the courier, each channel on its own, records each outcome, and goes on with what may go then, until
 * nothing is left or the deadline has come. A channel that hangs delays no other. `tried`: what is not to be tried again in this run.
 * Throws what the record throws.
 */
export async function deliver(access: HeadAccess, courier: Courier, tried: ReadonlySet<string> = new Set()): Promise<void> {
  const attempted = new Set(tried);
  const outcomes = openOutcomes(access, { timer: machineTimer, ...courier, begun: (key) => attempted.has(key) });
  const round: Round = { access, courier, attempted, outcomes };
  const idle = new Set(courier.channels);
  // Whoever is through wakes the others: what it refused may go by them now.
  const wake = async (): Promise<void> => {
    const woken = [...idle].map(async (channel) => {
      idle.delete(channel);
      const sent = await drain(channel, round);
      idle.add(channel);
      if (sent) await wake();
    });
    // Where the record fails, the others are still waited for: what they have under way comes to something.
    const [failed] = (await Promise.allSettled(woken)).filter(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  };
  await wake();
}

/** What all channels of one sending share. */
type Round = {
  readonly access: HeadAccess;
  readonly courier: Courier;
  /** Keys that are not tried again. */
  readonly attempted: Set<string>;
  readonly outcomes: Outcomes;
};

/** Sends what one channel has to send, claim after claim. False where there was nothing. */
async function drain(channel: Channel, round: Round): Promise<boolean> {
  const { access, courier, attempted, outcomes } = round;
  const own: Courier = { ...courier, channels: [channel] };
  const next = (head: Head): Head => prepared(head, own, attempted);
  const claimedIn = (head: Head): readonly Delivery[] =>
    head.deliveries.filter(
      (delivery) =>
        delivery.channel === channel.id &&
        delivery.team === channel.team &&
        delivery.claim?.owner === courier.owner &&
        !attempted.has(delivery.key),
    );
  for (let sent = false; ;) {
    const mine = claimedIn(access.head());
    const inTime = courier.now() < courier.deadline;
    if (mine.length === 0 && !(inTime && claimedIn(next(access.head())).length > 0)) return sent;
    if (mine.length > 0) await runLane(channel, mine, round);
    sent ||= mine.length > 0;
    // What came of the last claim, and the next claim, in one swap.
    await outcomes.stored(courier.now() < courier.deadline ? next : undefined);
  }
}

/** A claim's messages, some abreast. None waits for the record of the one before: each is claimed, and all outcomes of a moment are one swap. */
async function runLane(channel: Channel, deliveries: readonly Delivery[], { access, courier, attempted, outcomes }: Round): Promise<void> {
  const queue = [...deliveries];
  let held = queue[0] ? heldUntil(access.head().deliveries, queue[0]) : 0;
  let near = nearTo(deliveries, access.head());
  const longest = REQUESTS_A_SEND * courier.requestTimeoutMs;
  const sendOne = async (delivery: Delivery): Promise<void> => {
    const now = courier.now();
    const left = courier.deadline - now;
    // Behind slow ones in its lane the claim may not last for a whole send any more; nobody else may take it up meanwhile, so it is claimed anew.
    const begins = left > 0 && (delivery.claim?.until ?? 0) - now >= longest && held <= now;
    if (!begins) return outcomes.tell(delivery, null);
    attempted.add(delivery.key);
    if (near.of !== access.head()) near = nearTo(deliveries, access.head());
    const letter = letterFor(delivery, near.head, courier);
    const outcome = await attempt(channel, letter, Math.min(left, longest), courier.timer);
    held = Math.max(held, courier.now() + askedBy(outcome));
    outcomes.tell(delivery, outcome);
  };
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next && !outcomes.failed(); next = queue.shift()) await sendOne(next);
  };
  await Promise.all(Array.from({ length: LANES[channel.id].abreast }, () => worker()));
}

/** Of a head, what letters about these deliveries are made from: a storm's whole head for each of its letters takes as long as the sending. */
function nearTo(deliveries: readonly Delivery[], of: Head): { readonly of: Head; readonly head: Head } {
  const keys = new Set(deliveries.flatMap(({ root }) => root ?? []));
  const roots = of.deliveries.filter(({ key }) => keys.has(key));
  const ids = new Set([...deliveries, ...roots].flatMap(({ incidents }) => incidents));
  return { of, head: { ...of, deliveries: roots, incidents: of.incidents.filter(({ id }) => ids.has(id)) } };
}

async function attempt(channel: Channel, letter: Letter, timeout: Duration, timer: Timer = machineTimer): Promise<Outcome> {
  const cut = new AbortController();
  const cancel = timer(Math.max(1, Math.floor(timeout)), () => cut.abort());
  const gaveUp = new Promise<Outcome>((resolve) => {
    const giveUp = (): void => resolve({ result: 'unknown', error: `${channel.id}: no answer within ${Math.round(timeout / 1000)} s` });
    // A channel that ignores its signal must not hold the run; a little later, so that one that obeys can say what it knows.
    cut.signal.addEventListener('abort', () => timer(50, giveUp), { once: true });
  });
  const outcome = await Promise.race([channel.send(letter, cut.signal).catch((cause: unknown) => unexpected(channel, cause)), gaveUp]);
  cancel();
  return outcome;
}

/** `send` never throws; if it does all the same, the text may hold anything, so only the error's class is kept. */
function unexpected(channel: Channel, cause: unknown): Outcome {
  return { result: 'unknown', error: `${channel.id}: unexpected ${cause instanceof Error ? cause.name : 'error'}` };
}
