import type { DeliveryState } from '../../../lib/domain/incidents/incident.ts';
import type { DeliveryCursor, DeliveryFilter } from '../../../lib/render/history/delivery-list.ts';
import { addressWith, asking, type GivenPeriod } from '../../_list/asking.ts';
import type { Query } from '../../viewer.ts';

/** Each state in a person's words. */
export const STATE_WORDS: Readonly<Record<DeliveryState, string>> = {
  owed: 'waiting',
  accepted: 'delivered',
  rejected: 'refused',
  unknown: 'may have arrived',
  cancelled: 'not needed any more',
};
// Proof: an object literal's own keys are its type's keys.
const STATES = Object.keys(STATE_WORDS) as readonly DeliveryState[];

export type DeliveriesAsked = {
  readonly query: { readonly filter: DeliveryFilter; readonly cursor: DeliveryCursor };
  readonly given: GivenPeriod;
  readonly isFirst: boolean;
  readonly isFiltered: boolean;
  readonly problems: readonly string[];
  readonly at: (cursor: DeliveryCursor | null) => string;
  /** That of the same list in another period. */
  readonly during: (period: GivenPeriod) => string;
};

const FIRST: DeliveryCursor = { skip: 0 };

/** A value that cannot be read is ignored and reported as a problem. `channels`: the ids of all channels. */
export function deliveriesAsked(query: Query, channels: readonly string[]): DeliveriesAsked {
  const ask = asking(query, ['from', 'to', 'channel', 'state', 'cursor']);
  const { within, given } = ask.period();
  const channel = ask.choice('channel', channels);
  const state = ask.choice('state', STATES);
  const cursor = ask.parsed('cursor', cursorOf, 'follow the link “Older” below the list');
  return {
    query: { filter: { channel, state, within }, cursor: cursor ?? FIRST },
    given,
    isFirst: cursor === null,
    isFiltered: [channel, state, given.from, given.to].some((one) => one !== null),
    problems: ask.problems,
    at: (next) => addressWith('/deliveries', { ...given, channel, state, cursor: next && textOf(next) }),
    during: (period) => addressWith('/deliveries', { ...period, channel, state }),
  };
}

/** A number of messages to skip, "past", or a place in history. */
function cursorOf(text: string): DeliveryCursor | null {
  if (/^[1-9]\d{0,5}$/.test(text)) return { skip: Number(text) };
  if (text === 'past') return { place: null };
  return /^\d{15}-[0-9a-f]{32}$/.test(text) ? { place: text } : null;
}

function textOf(cursor: DeliveryCursor): string {
  return 'skip' in cursor ? String(cursor.skip) : (cursor.place ?? 'past');
}
