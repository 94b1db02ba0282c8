import type { Acknowledgement, Incident, Transition } from '../domain/incident.ts';
import type { Instant } from '../domain/time.ts';

export type GivingBack = { readonly now: Instant; readonly at: Instant | null };

export type Acknowledged = {
  readonly incidents: readonly Incident[];
  readonly transitions: readonly Transition[];
  readonly outcome: AcknowledgeOutcome;
};

/** `unchanged`: somebody had acknowledged it already, and it still holds. */
export type AcknowledgeOutcome = 'acknowledged' | 'unchanged' | 'resolved' | 'unknown';

/**
 * Pure: takes an acknowledgement of some incidents (one, or those of a storm). What is resolved or unknown stays as it is, and so does what was
 * given back at PagerDuty after the acknowledgement was `made` there, whose news came late.
 */
export function acknowledge(
  incidents: readonly Incident[],
  ids: ReadonlySet<string>,
  acknowledgement: Acknowledgement,
  made = Number.POSITIVE_INFINITY,
): Acknowledged {
  const transitions: Transition[] = [];
  const next = incidents.map((incident) => {
    if (!ids.has(incident.id) || incident.state !== 'open' || made < (incident.givenBackAt ?? made)) return incident;
    const taken: Incident = { ...incident, state: 'acknowledged', acknowledgement, trail: [...(incident.trail ?? []), acknowledgement] };
    transitions.push({ kind: 'acknowledged', incident: taken });
    return taken;
  });
  return {
    incidents: next,
    transitions,
    outcome: outcomeOf(
      incidents.filter((incident) => ids.has(incident.id)),
      transitions.length,
    ),
  };
}

function outcomeOf(found: readonly Incident[], taken: number): AcknowledgeOutcome {
  if (taken > 0) return 'acknowledged';
  if (found.length === 0) return 'unknown';
  return found.every((incident) => incident.state === 'resolved') ? 'resolved' : 'unchanged';
}

/** Pure: acknowledgements that have run out leave their incidents open again, with reminders due. */
export function expired(incidents: readonly Incident[], now: Instant): readonly Incident[] {
  if (!incidents.some((incident) => hasExpired(incident, now))) return incidents;
  return incidents.map((incident) =>
    hasExpired(incident, now) ? { ...incident, state: 'open', acknowledgement: null, toldAt: now } : incident,
  );
}

function hasExpired({ state, acknowledgement }: Incident, now: Instant): boolean {
  return state === 'acknowledged' && acknowledgement !== null && acknowledgement.until <= now;
}

/**
 * Pure: an acknowledgement made at PagerDuty that was given back there, by a person or its own timeout; one made elsewhere holds, and so does
 * one that was made after it, whose news came first. `at`: when, by PagerDuty's clock; null: not known.
 */
export function reopen(incidents: readonly Incident[], ids: ReadonlySet<string>, { now, at }: GivingBack): readonly Incident[] {
  return incidents.map((incident) => {
    if (!ids.has(incident.id) || incident.state === 'resolved') return incident;
    const known: Incident = at === null ? incident : { ...incident, givenBackAt: Math.max(at, incident.givenBackAt ?? at) };
    const { acknowledgement } = incident;
    const isTaken = incident.state === 'acknowledged' && acknowledgement?.via === 'pagerduty';
    const isOver = at === null || at > (acknowledgement?.madeAt ?? Number.NEGATIVE_INFINITY);
    return isTaken && isOver ? { ...known, state: 'open', acknowledgement: null, toldAt: now } : known;
  });
}
