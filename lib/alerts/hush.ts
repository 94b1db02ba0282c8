import type { Incident, Transition, TransitionKind } from '../domain/incident.ts';
import type { Instant } from '../domain/time.ts';
import { mutedBy, type Mutes } from './mute.ts';

export type Hushed = { readonly incidents: readonly Incident[]; readonly transitions: readonly Transition[] };

const NEWS: ReadonlySet<TransitionKind> = new Set(['opened', 'raised', 'renewed']);

/**
 * Pure: takes away the transitions that nobody is to be told of now, and adds those whose silence has ended while they still fail. An end is
 * never hushed: who was told of the beginning is told of the end.
 */
export function hush(incidents: readonly Incident[], transitions: readonly Transition[], mutes: Mutes): Hushed {
  const news = new Map(transitions.filter(({ kind }) => NEWS.has(kind)).map((transition) => [transition.incident.id, transition]));
  const flaps = transitions.some(({ kind }) => kind === 'flapping');
  if (news.size === 0 && !flaps && !incidents.some((incident) => incident.silencedBy !== undefined)) return { incidents, transitions };
  // That it flaps is no news once the silence is over: what is told then says so anyway.
  const told: Transition[] = transitions.filter(
    ({ kind, incident }) => !NEWS.has(kind) && (kind !== 'flapping' || mutedBy(incident, mutes) === null),
  );
  const next = incidents.map((incident) => {
    const transition = news.get(incident.id);
    if (incident.state === 'resolved' || (!transition && incident.silencedBy === undefined)) return incident;
    const muted = mutedBy(incident, mutes);
    if (muted !== null) return muted === incident.silencedBy ? incident : { ...incident, silencedBy: muted };
    // Whoever has it in hand need not be told that its silence is over; once the acknowledgement has run out, everybody is.
    if (!transition && incident.state !== 'open') return incident;
    const heard = audible(incident, transition?.kind === 'opened' ? null : mutes.now);
    told.push({ kind: transition?.kind ?? 'opened', incident: heard });
    return heard;
  });
  // The same array where nothing changed, so that a dispatch knows that there is nothing to write.
  return { incidents: next.every((incident, index) => incident === incidents[index]) ? incidents : next, transitions: told };
}

function audible({ silencedBy: _silencedBy, ...incident }: Incident, toldAt: Instant | null): Incident {
  return toldAt === null ? incident : { ...incident, toldAt };
}
