import { deliveryInWords } from '../../domain/incidents/delivery-words.ts';
import type { Head } from '../../domain/incidents/head.ts';
import { placeInWords } from '../../domain/incidents/incident-title.ts';
import type { Delivery, DeliveryKind, DeliveryState, Incident } from '../../domain/incidents/incident.ts';
import type { PastDelivery, PastIncident } from '../../domain/incidents/past-incident.ts';
import { maskPeople } from '../../domain/masked.ts';
import type { ChannelId } from '../../domain/policy/policy.ts';
import { type Instant, isWithin, iso, type Period } from '../../domain/time.ts';

export const KIND_WORDS: Readonly<Record<DeliveryKind, string>> = {
  trigger: 'first message',
  update: 'update',
  acknowledge: 'acknowledgement',
  escalate: 'escalation',
  remind: 'reminder',
  resolve: 'end',
  past: 'told late',
  digest: 'daily digest',
};

/** Null: whichever it is. `within`: when the message was made. */
export type DeliveryFilter = { readonly channel: ChannelId | null; readonly state: DeliveryState | null; readonly within: Period };

/** A message as the list shows it. Moments are ISO. */
export type DeliveryEntry = {
  readonly key: string;
  readonly channel: ChannelId;
  readonly kind: string;
  /** Whom it was for: the recipient, masked, and the team. */
  readonly to: string | null;
  readonly madeAt: string;
  readonly state: DeliveryState;
  /** What became of it, in a person's words. */
  readonly outcome: string;
  readonly attempts: number;
  readonly lastError: string | null;
  /** The first incident that it is about, in words; null for a digest, and for an incident that is kept no longer. */
  readonly about: string | null;
  /** The short link of that incident. */
  readonly href: string | null;
  /** How many more incidents it is about. */
  readonly more: number;
  /** It waits or was refused, and may be sent again at once. */
  readonly canResend: boolean;
};

/**
 * Where a page of messages begins. Messages of the head come first, by when they were made; `place` is below which incidents of history are read.
 */
export type DeliveryCursor = { readonly skip: number } | { readonly place: string | null };

/** `of`: whether they are of the head or of history. */
export type DeliveryList = {
  readonly now: string;
  readonly of: 'present' | 'past';
  readonly entries: readonly DeliveryEntry[];
  readonly next: DeliveryCursor | null;
};

export type DeliveryRequest = {
  readonly now: Instant;
  readonly filter: DeliveryFilter;
  readonly limit: number;
  readonly linkOf: (incidentId: string) => string;
  readonly placeOf: (incident: Incident) => string;
};

/** Pure: the messages that the head has, the last made first. */
export function presentDeliveries(head: Head | null, skip: number, request: DeliveryRequest): DeliveryList {
  const { filter, limit, now } = request;
  const byId = new Map((head?.incidents ?? []).map((incident) => [incident.id, incident]));
  const wanted = (head?.deliveries ?? []).filter((one) => passes(one, filter)).toSorted((a, b) => b.createdAt - a.createdAt);
  const shown = wanted.slice(skip, skip + limit);
  return {
    now: iso(now),
    of: 'present',
    entries: shown.map((one) => {
      const about = one.incidents.flatMap((id) => byId.get(id) ?? []);
      return { ...entryOf(one, about, request), more: Math.max(0, one.incidents.length - 1), canResend: canResend(one) };
    }),
    next: wanted.length > skip + limit ? { skip: skip + limit } : { place: null },
  };
}

/**
 * Pure: the messages about incidents of history, by the last opened incident. `past`: at most `pastMost` of history; of them as many as fill a page. A
 * message of a storm is kept with each of its incidents, and shown once on a page.
 */
export function pastDeliveries(past: readonly PastIncident[], pastMost: number, request: DeliveryRequest): DeliveryList {
  const { filter, limit, now, placeOf } = request;
  const shown = new Map<string, DeliveryEntry>();
  let last: Incident | null = null;
  for (const { incident, deliveries } of past) {
    if (shown.size >= limit) break;
    last = incident;
    for (const one of deliveries.filter((each) => passes(each, filter))) {
      const earlier = shown.get(one.key);
      shown.set(one.key, earlier ? { ...earlier, more: earlier.more + 1 } : entryOf(one, [incident], request));
    }
  }
  const isAll = last === (past.at(-1)?.incident ?? null) && past.length < pastMost;
  return { now: iso(now), of: 'past', entries: [...shown.values()], next: isAll || last === null ? null : { place: placeOf(last) } };
}

function entryOf(delivery: PastDelivery, about: readonly Incident[], { now, linkOf }: DeliveryRequest): DeliveryEntry {
  const { key, channel, kind, team, to, state, attempts, createdAt, lastError } = delivery;
  const [first] = about;
  const whom = [to, team === undefined ? undefined : `team ${team}`].filter((part) => part !== undefined);
  const isOver = state === 'accepted' || state === 'cancelled';
  return {
    key,
    channel,
    kind: KIND_WORDS[kind],
    to: whom.length === 0 ? null : whom.join(', '),
    madeAt: iso(createdAt),
    state,
    outcome: deliveryInWords(delivery, now),
    attempts,
    // The reason of an earlier try is of no use once it has arrived.
    lastError: lastError === null || isOver ? null : maskPeople(lastError),
    about: first === undefined ? null : `${placeInWords(first)}, ${first.check}`,
    href: first === undefined ? null : linkOf(first.id),
    more: 0,
    canResend: false,
  };
}

function canResend({ state, claim, nextTryAt }: Delivery): boolean {
  return state === 'rejected' || ((state === 'owed' || state === 'unknown') && claim === null && nextTryAt !== null);
}

function passes({ channel, state, createdAt }: Pick<PastDelivery, 'channel' | 'state' | 'createdAt'>, filter: DeliveryFilter): boolean {
  if (!isWithin(createdAt, filter.within)) return false;
  return (filter.channel === null || channel === filter.channel) && (filter.state === null || state === filter.state);
}
