import { z } from 'zod';
import type { Incident } from '../domain/incidents/incident.ts';
import type { Instant } from '../domain/time.ts';
import { pack, unpack } from './pack.ts';
import { HISTORY_MOST, HISTORY_TTL_SECONDS, StoreError } from './store.ts';

/** One incident as both stores keep it: when it ended, and the whole incident packed. */
export type Entry = { readonly at: Instant; readonly text: string };

const INCIDENT = z.custom<Incident>((value) => z.looseObject({ id: z.string(), openedAt: z.number() }).safeParse(value).success);

/** The entries to keep of a swap's history, oldest first, by when they ended. */
export function entriesOf(history: readonly Incident[]): readonly Entry[] {
  const entries = history.map((incident) => ({ at: Math.round(incident.resolvedAt ?? incident.openedAt), incident }));
  const kept = entries.toSorted((a, b) => a.at - b.at).slice(-HISTORY_MOST);
  return kept.map(({ at, incident }) => ({ at, text: pack(incident) }));
}

/** Incidents that ended before this moment are deleted from history. */
export function forgetBefore(now: Instant): Instant {
  return Math.round(now) - HISTORY_TTL_SECONDS * 1_000;
}

/** The incident in an entry's text. Throws `StoreError` if it is damaged. */
export function incidentOf(text: string): Incident {
  const parsed = INCIDENT.safeParse(unpack(text));
  if (!parsed.success) throw new StoreError('read history: an entry is not an incident');
  return parsed.data;
}
