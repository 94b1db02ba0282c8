import type { Acknowledgement, Incident, Transition } from '../domain/incidents/incident.ts';
import type { ChannelId } from '../domain/policy/policy.ts';
import type { Instant } from '../domain/time.ts';

/** `unchanged`: somebody had acknowledged it already, and that acknowledgement still holds. */
export type AcknowledgeOutcome = 'acknowledged' | 'unchanged' | 'resolved' | 'unknown';

export type Acknowledged = {
  readonly incidents: readonly Incident[];
  readonly transitions: readonly Transition[];
  readonly outcome: AcknowledgeOutcome;
};

/**
 * Pure: acknowledges the open incidents among `ids` (one, or those of a storm). `madeAt`: when PagerDuty says that the acknowledgement was made. An
 * incident that was un-acknowledged there later stays open, since the event of the acknowledgement only arrived late.
 */
export function acknowledge(
  incidents: readonly Incident[],
  ids: ReadonlySet<string>,
  acknowledgement: Acknowledgement,
  madeAt = Number.POSITIVE_INFINITY,
): Acknowledged {
  const transitions: Transition[] = [];
  const next = incidents.map((incident) => {
    if (!ids.has(incident.id) || incident.state !== 'open' || madeAt < (incident.unacknowledgedAt ?? madeAt)) return incident;
    const trail = [...(incident.trail ?? []), acknowledgement];
    const acknowledged: Incident = { ...incident, state: 'acknowledged', acknowledgement, trail };
    transitions.push({ kind: 'acknowledged', incident: acknowledged });
    return acknowledged;
  });
  const named = incidents.filter(({ id }) => ids.has(id));
  return { incidents: next, transitions, outcome: transitions.length > 0 ? 'acknowledged' : unchangedOutcome(named) };
}

function unchangedOutcome(named: readonly Incident[]): AcknowledgeOutcome {
  if (named.length === 0) return 'unknown';
  return named.every(({ state }) => state === 'resolved') ? 'resolved' : 'unchanged';
}

/** Pure: incidents whose acknowledgement has expired are open again, and reminders are due. The same array if none has. */
export function expireAcknowledgements(incidents: readonly Incident[], now: Instant): readonly Incident[] {
  if (!incidents.some((incident) => hasExpired(incident, now))) return incidents;
  return incidents.map((incident) => (hasExpired(incident, now) ? reopened(incident, now) : incident));
}

function hasExpired({ state, acknowledgement }: Incident, now: Instant): boolean {
  return state === 'acknowledged' && acknowledgement !== null && acknowledgement.until <= now;
}

function reopened(incident: Incident, now: Instant): Incident {
  return { ...incident, state: 'open', acknowledgement: null, notifiedAt: now };
}

/**
 * Pure: ends acknowledgements that were withdrawn at the channel `via`, by a person or by its own timeout. An acknowledgement that was made elsewhere holds,
 * and so does one that was made after `at`, whose event arrived first. `at`: when, by that provider's clock; null if it does not say.
 */
export function unacknowledge(
  incidents: readonly Incident[],
  ids: ReadonlySet<string>,
  { now, at, via }: { readonly now: Instant; readonly at: Instant | null; readonly via: ChannelId },
): readonly Incident[] {
  return incidents.map((incident) => {
    if (!ids.has(incident.id) || incident.state === 'resolved') return incident;
    const known: Incident = at === null ? incident : { ...incident, unacknowledgedAt: Math.max(at, incident.unacknowledgedAt ?? at) };
    const { acknowledgement } = incident;
    const madeThere = incident.state === 'acknowledged' && acknowledgement?.via === via;
    const madeBefore = at === null || at > (acknowledgement?.madeAt ?? Number.NEGATIVE_INFINITY);
    return madeThere && madeBefore ? reopened(known, now) : known;
  });
}
