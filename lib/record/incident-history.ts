import { z } from 'zod';
import type { Incident } from '../domain/incidents/incident.ts';
import { type PastIncident, wasOpenIn } from '../domain/incidents/past-incident.ts';
import type { Instant } from '../domain/time.ts';
import { pack, unpack } from './pack.ts';
import { HISTORY_TTL_SECONDS, type PastRequest, StoreError } from './store.ts';
import { digestOf } from './stored-records.ts';

/** One incident as both stores keep it: its place in history, when it ended, and the rest packed. */
export type Entry = { readonly place: string; readonly at: Instant; readonly text: string };

/** Enough digits for every moment until the year 33658. */
const DIGITS = 15;
const PLACE = /^\d{15}-[0-9a-f]{32}$/;

const INCIDENT = z.custom<Incident>((value) => z.looseObject({ id: z.string(), openedAt: z.number() }).safeParse(value).success);
const PAST = z.object({ incident: INCIDENT, deliveries: z.custom<PastIncident['deliveries']>(Array.isArray) });

/** The position of an incident in history: when it opened and its id, so that it is the same in the head and in history. Sorts as text, oldest first. */
export function placeOf({ openedAt, id }: Pick<Incident, 'openedAt' | 'id'>): string {
  return `${digitsOf(openedAt)}-${digestOf(id)}`;
}

/** Whether the text has the form of a place. */
export function isPlace(text: string): boolean {
  return PLACE.test(text);
}

/** The incidents that were opened at this moment or before it have places below this text. */
export function placesUntil(moment: Instant): string {
  return digitsOf(Math.floor(moment) + 1);
}

/** The entries to keep of a swap's history. */
export function entriesOf(history: readonly PastIncident[]): readonly Entry[] {
  return history.map((past) => ({
    place: placeOf(past.incident),
    at: Math.round(past.incident.resolvedAt ?? past.incident.openedAt),
    text: pack(past),
  }));
}

/** Incidents that ended before this moment are deleted from history. */
export function forgetBefore(now: Instant): Instant {
  return Math.round(now) - HISTORY_TTL_SECONDS * 1_000;
}

/** Everything below this place, by text, is asked for. Throws `StoreError` if `before` is no place. */
export function placesBelow({ to, before }: PastRequest): string {
  if (before !== null && !isPlace(before)) throw new StoreError('read history: `before` must be one that an earlier page gave as `next`');
  const bounds = [...(to === null ? [] : [placesUntil(to)]), ...(before === null ? [] : [before])];
  // A tilde sorts behind every digit.
  return bounds.toSorted()[0] ?? '~';
}

/** The incident in an entry's text, also in one of earlier versions, which kept no deliveries. Throws `StoreError` if it is damaged. */
export function pastIncidentOf(text: string): PastIncident {
  const value = unpack(text);
  const past = PAST.safeParse(value);
  if (past.success) return past.data;
  const incident = INCIDENT.safeParse(value);
  if (!incident.success) throw new StoreError('read history: an entry is not an incident');
  return { incident: incident.data, deliveries: [] };
}

/** What was asked for, out of the entries that the store found and those of earlier versions, which have no places to search by. */
export function pastPage(found: readonly string[], earlier: readonly string[], request: PastRequest): readonly PastIncident[] {
  const below = placesBelow(request);
  const known = earlier.map((text) => pastIncidentOf(text)).filter(({ incident }) => wasOpenIn(incident, request));
  const all = [...found.map((text) => pastIncidentOf(text)), ...known].map((past) => ({ place: placeOf(past.incident), past }));
  return all
    .filter(({ place }) => place < below)
    .toSorted((a, b) => (a.place < b.place ? 1 : -1))
    .slice(0, request.limit)
    .map(({ past }) => past);
}

function digitsOf(moment: Instant): string {
  return String(Math.max(0, Math.floor(moment))).padStart(DIGITS, '0');
}
