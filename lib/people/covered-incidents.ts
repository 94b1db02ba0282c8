import type { Head, Silence } from '../domain/incidents/head.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import type { Instant } from '../domain/time.ts';
import { suppressedBy } from '../route/suppressed-by.ts';

/** Pure: the open incidents that a silence covers now. */
export function coveredIncidents({ incidents }: Pick<Head, 'incidents'>, silence: Silence, now: Instant): readonly Incident[] {
  const rules = { silences: [silence], maintenance: [], now };
  return incidents.filter((incident) => incident.state !== 'resolved' && suppressedBy(incident, rules) !== null);
}
