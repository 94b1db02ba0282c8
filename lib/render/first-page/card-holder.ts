import type { Incident } from '../../domain/incidents/incident.ts';
import { type Instant, iso } from '../../domain/time.ts';
import type { IncidentJson } from '../status-json.ts';

/** Who has an incident, or whom it reaches next and when; null where nobody can have it. Moments are ISO. */
export function holderOf(json: IncidentJson, stored: Incident | undefined, now: Instant): string | null {
  const { state, acknowledgement, silencedBy } = json;
  if (state === 'resolved') return null;
  if (acknowledgement !== null) {
    const { by, via, at, until } = acknowledgement;
    return `${by} has it (${via}) since ${at}, no reminders until ${until}`;
  }
  return silencedBy ?? nobodyHas(json, stored, now);
}

function nobodyHas({ state, nextNotified }: IncidentJson, incident: Incident | undefined, now: Instant): string | null {
  if (state !== 'open' || nextNotified === undefined) return null;
  const last = incident?.trail?.at(-1);
  const nobody = last ? `nobody has it now: ${last.by} acknowledged it at ${iso(last.at)}, which no longer holds` : 'nobody has it yet';
  return `${nobody}; ${nextInWords(nextNotified, now)}`;
}

function nextInWords(next: IncidentJson['nextNotified'], now: Instant): string {
  if (!next) return 'nobody further is notified';
  return `next: ${next.whom} ${Date.parse(next.at) > now ? `at ${next.at}` : 'in a few minutes'}`;
}

type Context = { readonly stored: ReadonlyMap<string, Incident>; readonly now: Instant };

/** Who has how many of a card's incidents, and whom the others reach next; null where nobody can have any. */
export function holdersOf(incidents: readonly IncidentJson[], { stored, now }: Context): string | null {
  const taken = incidents.flatMap(({ acknowledgement }) => acknowledgement ?? []);
  const silenced = incidents.filter(({ acknowledgement, silencedBy }) => acknowledgement === null && silencedBy !== null).length;
  const waiting = incidents.filter(
    ({ state, silencedBy, nextNotified }) => state === 'open' && silencedBy === null && nextNotified !== undefined,
  );
  const next = waiting.flatMap(({ nextNotified }) => nextNotified ?? []).toSorted((a, b) => a.at.localeCompare(b.at))[0];
  // Those that somebody had are open again once the acknowledgement has expired.
  const since = waiting.some(({ id }) => (stored.get(id)?.trail?.length ?? 0) > 0) ? 'now' : 'yet';
  const parts = [
    ...(taken.length > 0 ? [takenInWords(taken, taken.length === incidents.length)] : []),
    ...(silenced > 0 ? [`${silenced} silenced`] : []),
    ...(waiting.length > 0
      ? [`nobody has ${othersOf(incidents.length, taken.length + silenced)} ${since}; ${nextInWords(next, now)}`]
      : []),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}

function takenInWords(taken: readonly { readonly by: string }[], isAll: boolean): string {
  const people = [...new Set(taken.map(({ by }) => by))];
  return `${people.join(', ')} ${people.length === 1 ? 'has' : 'have'} ${isAll ? 'all' : taken.length}`;
}

/** Those that nobody has, also where nobody can acknowledge some of them. `named`: how many are spoken of already. */
function othersOf(all: number, named: number): string {
  if (named === 0) return 'any of them';
  return all - named === 1 ? 'the other one' : `the other ${all - named}`;
}

/** True if somebody has it, had it, or silences it: who has the whole card does not say that of one alone. */
export function hasOwnHolder({ acknowledgement, silencedBy }: IncidentJson, stored: Incident | undefined): boolean {
  return acknowledgement !== null || silencedBy !== null || (stored?.trail?.length ?? 0) > 0;
}
