import { maintenanceOf } from '../../config/policy/maintenance-windows.ts';
import { incidentCode } from '../../deliver/message/incident-code.ts';
import type { PastIncident, Span } from '../../domain/incidents/past-incident.ts';
import { routeContext, type Ports } from '../../ports/ports.ts';
import { placeOf } from '../../record/incident-history.ts';
import { readRecorded } from '../../record/blobs/packed-blobs.ts';
import type { Store } from '../../record/store.ts';
import { currentRows } from '../../render/current-rows.ts';
import type { Recorded } from '../../render/history/incident-history-json.ts';
import { type IncidentFilter, type IncidentList, incidentList } from '../../render/history/incident-list.ts';
import { openReadingPorts } from '../reading.ts';
import { forViewers } from '../recorded-state.ts';

/** `before`: `next` of the page before; null for the newest. */
export type IncidentListQuery = { readonly span: Span; readonly before: string | null; readonly filter: IncidentFilter };

/** Incidents on one page. */
const ON_A_PAGE = 25;
/** Incidents of history that one page with a filter looks through: the store knows nothing of filters. */
const LOOKED_THROUGH = 500;
const EVERY: IncidentFilter = { state: null, check: null, priority: null };
const ALWAYS: Span = { from: 0, to: null };

/** A page of the list of incidents. Throws `StoreError`. */
export async function readIncidentList({ span, before, filter }: IncidentListQuery): Promise<IncidentList> {
  const ports = await openReadingPorts();
  // The head first: an incident that moves into history in between is in both then.
  const { head, view } = await readRecorded(ports.store);
  const pastMost = filter.check === null && filter.priority === null ? ON_A_PAGE + 1 : LOOKED_THROUGH;
  const past = filter.state === 'open' ? [] : await ports.store.pastIncidents({ ...span, before, limit: pastMost });
  const recorded = { head, rows: currentRows(head, view), past };
  return forViewers(incidentList(recorded, { ...requestFor(ports, recorded), span, before, filter, pastMost }));
}

/** Incidents of history in one read, and the most reads for one code. */
const AT_ONCE = 1_000;
const READS_MOST = 3;

/** The one incident that a short link (`/i/CODE`) means; an empty list if it is not kept, or was opened before the newest 3,000. Throws `StoreError`. */
export async function readIncidentOf(code: string): Promise<IncidentList> {
  const ports = await openReadingPorts();
  const { head, view } = await readRecorded(ports.store);
  const isMeant = ({ id }: { readonly id: string }): boolean => incidentCode(id) === code;
  const present = head?.incidents.filter(isMeant) ?? [];
  const past = present.length > 0 ? [] : await pastIncidentOf(ports.store, isMeant);
  const recorded = { head: head && { ...head, incidents: present }, rows: currentRows(head, view), past };
  return forViewers(
    incidentList(recorded, { ...requestFor(ports, recorded), span: ALWAYS, before: null, filter: EVERY, pastMost: AT_ONCE }),
  );
}

async function pastIncidentOf(store: Store, isMeant: (incident: { readonly id: string }) => boolean): Promise<readonly PastIncident[]> {
  for (let [before, reads]: [string | null, number] = [null, 0]; reads < READS_MOST; reads += 1) {
    const some: readonly PastIncident[] = await store.pastIncidents({ ...ALWAYS, before, limit: AT_ONCE });
    const found = some.filter(({ incident }) => isMeant(incident));
    const last = some.at(-1);
    if (found.length > 0 || last === undefined || some.length < AT_ONCE) return found;
    before = placeOf(last.incident);
  }
  return [];
}

/** What the list takes besides what was asked for. */
function requestFor(ports: Ports, { head }: Pick<Recorded, 'head'>) {
  const { policy, now } = ports;
  return {
    now: now(),
    limit: ON_A_PAGE,
    placeOf,
    channelNames: channelNames(policy),
    maintenance: maintenanceOf(head, policy.general),
    route: routeContext(ports, now(), head),
  };
}

/** By id: what people call the channel. */
export function channelNames({ general }: Ports['policy']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(general.channels).map(([id, { label }]) => [id, label]));
}
