import { addressOf, failingAddress } from '../domain/incidents/channel-address.ts';
import { moveUpdatesOffClosedPages } from '../domain/incidents/closed-pages.ts';
import { claim, eligible, sweepDeliveries } from '../domain/incidents/delivery-queue.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Delivery } from '../domain/incidents/incident.ts';
import { traitsOf } from '../domain/policy/channel-traits.ts';
import type { Duration, Instant } from '../domain/time.ts';
import { mergedPast, pastDeliveries, pastRerouted } from '../route/past-incidents.ts';
import type { RouteContext } from '../route/plan-deliveries.ts';
import { rerouteRemovedRecipients } from '../route/removed-recipients.ts';
import { rerouted } from '../route/rerouted.ts';
import { type Channel, REQUESTS_A_SEND } from './attempt/channel.ts';

/** Whoever claims deliveries, in order to send them. */
export type Claimant = {
  readonly channels: readonly Pick<Channel, 'id' | 'team'>[];
  readonly context: (head: Head) => RouteContext;
  readonly owner: string;
  readonly requestTimeoutMs: Duration;
  readonly now: () => Instant;
  /** Every channel has been tried in this run, so that what is to be said of channels is known. Until then messages about channels wait. */
  readonly channelsTried?: true;
};

/** A claim lasts for the longest send (`REQUESTS_A_SEND`) and this margin, in which the outcome is recorded. */
const CLAIM_MARGIN: Duration = 15_000;

/**
 * Releases expired claims, adds the deliveries that follow from the state, and claims for `owner` what may be sent now. This is part of every swap that
 * leads to sending. Returns the same head if there is nothing to do.
 */
export function withClaims(head: Head, claimant: Claimant, attempted: ReadonlySet<string> = new Set()): Head {
  const { all, now } = preparedFor(head, claimant);
  const keys = claimableKeys(head, claimant, attempted);
  const until = now + REQUESTS_A_SEND * claimant.requestTimeoutMs + CLAIM_MARGIN;
  const deliveries = claim(all, keys, claimant.owner, until);
  return deliveries === head.deliveries ? head : { ...head, deliveries };
}

/** The keys of the deliveries that `withClaims` would claim. */
export function claimableKeys(head: Head, claimant: Claimant, attempted: ReadonlySet<string>): ReadonlySet<string> {
  const { due, context } = preparedFor(head, claimant);
  if (due.length === 0) return new Set();
  const isEarly = claimant.channelsTried ? () => false : aboutChannels(head);
  const open = new Set(claimant.channels.map(({ id, team }) => addressOf(id, team)));
  const ready = due.filter(
    (delivery) => open.has(addressOf(delivery.channel, delivery.team)) && !attempted.has(delivery.key) && !isEarly(delivery),
  );
  const lanes = [...Map.groupBy(ready, ({ channel, team }) => addressOf(channel, team)).values()];
  return new Set(
    lanes.flatMap((own) => own.slice(0, own[0] && traitsOf(context.general, own[0].channel).lanes.claimed).map(({ key }) => key)),
  );
}

/** What claims on one head have in common, whichever channels they are for. */
type Prepared = {
  readonly of: Pick<Head, 'incidents' | 'silences' | 'windows'>;
  readonly contextFor: Claimant['context'];
  readonly now: Instant;
  readonly context: RouteContext;
  /** The deliveries of the head, cleaned up, with those that follow from the state. */
  readonly all: readonly Delivery[];
  /** Those that may be sent now. */
  readonly due: readonly Delivery[];
};

const prepared = new WeakMap<Head['deliveries'], Prepared>();

/** Every channel asks for the same head at the same moment, before it sends and after another has finished: the answer is computed once. */
function preparedFor(head: Head, { context: contextFor, now: clock }: Pick<Claimant, 'context' | 'now'>): Prepared {
  const { incidents, silences, windows } = head;
  const now = clock();
  const known = prepared.get(head.deliveries);
  const isSame =
    known?.now === now &&
    known.contextFor === contextFor &&
    known.of.incidents === incidents &&
    known.of.silences === silences &&
    known.of.windows === windows;
  if (isSame) return known;
  const made = { of: { incidents, silences, windows }, contextFor, now, ...prepare(head, contextFor(head), now) };
  prepared.set(head.deliveries, made);
  return made;
}

function prepare({ deliveries, incidents }: Head, context: RouteContext, now: Instant): Pick<Prepared, 'context' | 'all' | 'due'> {
  const { channels } = context.general;
  const swept = sweepDeliveries(deliveries, incidents, now, channels);
  const clean = rerouteRemovedRecipients(moveUpdatesOffClosedPages(swept, channels), context.roster);
  const further = [pastDeliveries, pastRerouted, rerouted].flatMap((follow) => follow(clean, incidents, context));
  const all = mergedPast(further.length === 0 ? clean : [...clean, ...further], incidents);
  return { context, all, due: eligible(all, now) };
}

/** Returns whether a message is about incidents about channels alone. A digest is about none. */
export function aboutChannels({ incidents: all }: Pick<Head, 'incidents'>): (delivery: Delivery) => boolean {
  const ids = new Set(all.filter((incident) => failingAddress(incident) !== null).map(({ id }) => id));
  return ({ incidents }) => ids.size > 0 && incidents.length > 0 && incidents.every((id) => ids.has(id));
}
