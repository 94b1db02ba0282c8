import { letterFor } from './deliver-letter.ts';
import { addressOf } from '../domain/address.ts';
import type { Delivery } from '../domain/incident.ts';
import type { ChannelId } from '../domain/policy.ts';
import type { Head } from '../domain/head.ts';
import type { Duration, Instant, Timer } from '../domain/time.ts';
import type { Channel, Letter } from './channels/channel.ts';
import { claim, eligible, endedIds, heldUntil, isPointless, type Outcome, settled, swept } from './queue.ts';
import { pastDeliveries, rerouted } from './aftermath.ts';
import { type PlanContext } from './plan.ts';
import { readdressed } from './readdress.ts';

export type Courier = {
  readonly channels: readonly Channel[];
  readonly context: () => PlanContext;
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

/** The head and the one way to change it, as the courier needs them. */
export type HeadAccess = {
  readonly head: () => Head;
  readonly update: (change: { readonly apply: (head: Head) => Head }) => Promise<Head>;
};

/** How many messages of one channel are under way at once, and how many one claim covers. Slack takes about one a second (facts C). */
const LANES: Readonly<Record<ChannelId, { readonly abreast: number; readonly claimed: number }>> = {
  pagerduty: { abreast: 10, claimed: 60 },
  sms: { abreast: 5, claimed: 30 },
  slack: { abreast: 1, claimed: 15 },
  email: { abreast: 4, claimed: 30 },
};

/** The longest send makes three requests one after the other (Slack: look, update, reply); the margin covers the record. */
const REQUESTS_A_SEND = 3;
const CLAIM_MARGIN: Duration = 15_000;

/** Pure: sweeps dead claims, adds what follows from the state, and claims for `owner` what may go now. Part of every swap that leads to sending. */
export function prepared(
  head: Head,
  courier: Pick<Courier, 'channels' | 'context' | 'owner' | 'requestTimeoutMs' | 'now'>,
  attempted: ReadonlySet<string> = new Set(),
): Head {
  const context = courier.context();
  const now = courier.now();
  const clean = readdressed(swept(head.deliveries, head.incidents, now), context.roster);
  const all = [...clean, ...pastDeliveries(clean, head.incidents, context), ...rerouted(clean, head.incidents, context)];
  const open = new Set(courier.channels.map(({ id, team }) => addressOf(id, team)));
  const ready = eligible(all, now).filter(
    (delivery) => open.has(addressOf(delivery.channel, delivery.team)) && !attempted.has(delivery.key),
  );
  const lanes = [...Map.groupBy(ready, ({ channel, team }) => addressOf(channel, team)).values()];
  const keys = new Set(lanes.flatMap((own) => own.slice(0, own[0] && LANES[own[0].channel].claimed).map((delivery) => delivery.key)));
  const until = now + REQUESTS_A_SEND * courier.requestTimeoutMs + CLAIM_MARGIN;
  return { ...head, deliveries: claim(all, keys, courier.owner, until) };
}

/**
 * Sends everything that is claimed by the courier, each channel on its own, records each outcome, and goes on with what may go then, until
 * nothing is left or the deadline has come. A channel that hangs delays no other. `tried`: what is not to be tried again in this run.
 * Throws what the record throws.
 */
export async function deliver(access: HeadAccess, courier: Courier, tried: ReadonlySet<string> = new Set()): Promise<void> {
  const attempted = new Set(tried);
  const idle = new Set(courier.channels);
  // Whoever is through wakes the others: what it refused may go by them now.
  const wake = async (): Promise<void> => {
    const woken = [...idle].map(async (channel) => {
      idle.delete(channel);
      const sent = await drain(channel, access, courier, attempted);
      idle.add(channel);
      if (sent) await wake();
    });
    await Promise.all(woken);
  };
  await wake();
}

/** Sends what one channel has to send, claim after claim. False where there was nothing. */
async function drain(channel: Channel, access: HeadAccess, courier: Courier, attempted: Set<string>): Promise<boolean> {
  const own: Courier = { ...courier, channels: [channel] };
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
    if (mine.length > 0) {
      await runLane(channel, mine, access, courier, attempted);
      sent = true;
    } else {
      if (courier.now() >= courier.deadline || claimedIn(prepared(access.head(), own, attempted)).length === 0) return sent;
      await access.update({ apply: (head) => prepared(head, own, attempted) });
    }
  }
}

async function runLane(
  channel: Channel,
  deliveries: readonly Delivery[],
  access: HeadAccess,
  courier: Courier,
  attempted: Set<string>,
): Promise<void> {
  const queue = [...deliveries];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) await sendOne(channel, next, access, courier, attempted);
  };
  await Promise.all(Array.from({ length: LANES[channel.id].abreast }, () => worker()));
}

async function sendOne(channel: Channel, delivery: Delivery, access: HeadAccess, courier: Courier, attempted: Set<string>): Promise<void> {
  const longest = REQUESTS_A_SEND * courier.requestTimeoutMs;
  const left = courier.deadline - courier.now();
  // Behind slow ones in its lane the claim may not last for a whole send any more; nobody else may take it up meanwhile, so it is claimed anew.
  const begins =
    left > 0 && (delivery.claim?.until ?? 0) - courier.now() >= longest && heldUntil(access.head().deliveries, delivery) <= courier.now();
  if (begins) attempted.add(delivery.key);
  const outcome = begins
    ? await attempt(channel, letterFor(delivery, access.head(), courier), Math.min(left, longest), courier.timer)
    : null;
  await access.update({ apply: (head) => recorded(head, delivery, outcome, courier) });
}

function recorded(head: Head, delivery: Delivery, outcome: Outcome | null, courier: Courier): Head {
  const ended = endedIds(head.incidents);
  const deliveries = head.deliveries.map((stored) => {
    if (stored.key !== delivery.key || (stored.claim !== null && stored.claim.owner !== courier.owner) || stored.state === 'accepted')
      return stored;
    if (outcome === null) return givenBack(stored, ended);
    return settled(stored, outcome, { now: courier.now(), ended });
  });
  return { ...head, deliveries };
}

/** Not begun: the claim is given back as if nothing had been tried; what has become pointless meanwhile is not sent any more. */
function givenBack(delivery: Delivery, ended: ReadonlySet<string>): Delivery {
  const free: Delivery = { ...delivery, claim: null, attempts: Math.max(0, delivery.attempts - 1) };
  return isPointless(delivery, ended) ? { ...free, state: 'cancelled', nextTryAt: null } : free;
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
