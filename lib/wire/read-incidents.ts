import { maintenanceOf } from '../config/policy/maintenance-windows.ts';
import type { Span } from '../domain/incidents/past-incident.ts';
import { routeContext } from '../ports/ports.ts';
import { placeOf } from '../record/incident-history.ts';
import { currentIndex } from '../render/current-rows.ts';
import { incidentHistoryJson, type IncidentHistoryJson } from '../render/history/incident-history-json.ts';
import { openReadingPorts } from './reading.ts';
import { noRows, readShown } from './read-shown.ts';
import { forViewers } from './recorded-state.ts';

/** `before`: `next` of the page before; null for the newest. */
export type IncidentsQuery = { readonly span: Span; readonly limit: number; readonly before: string | null };

/** A page of `GET /api/incidents`. Throws `StoreError`. */
export async function readIncidents({ span, limit, before }: IncidentsQuery): Promise<IncidentHistoryJson> {
  const ports = await openReadingPorts();
  const { store, policy, now } = ports;
  // The head first: an incident that moves into history in between is in both then, and would be in neither the other way round.
  const { head, view } = await readShown(store, noRows);
  const past = await store.pastIncidents({ ...span, before, limit: limit + 1 });
  const { channels } = policy.general;
  const json = incidentHistoryJson(
    { head, rows: currentIndex(head, view), past },
    {
      now: now(),
      span,
      limit,
      before,
      placeOf,
      channelNames: Object.fromEntries(Object.entries(channels).map(([id, { label }]) => [id, label])),
      maintenance: maintenanceOf(head, policy.general),
      route: routeContext(ports, now(), head),
    },
  );
  return forViewers(json);
}
