import { acknowledgementGap } from '../config/environment/reachable-priorities.ts';
import { recipientsNamed } from '../config/environment/team-settings.ts';
import { policyOf } from '../config/policy/define-config.ts';
import { maintenanceOf } from '../config/policy/maintenance-windows.ts';
import { cleanAll } from '../domain/text.ts';
import { incidentCode, isIncidentCode } from '../deliver/message/incident-code.ts';
import { maskedForPublic } from '../people/audit-trail.ts';
import { routeContext } from '../ports/ports.ts';
import { readMemory, readRecorded } from '../record/blobs/packed-blobs.ts';
import type { Family } from '../render/metrics/exposition.ts';
import { metricFamilies } from '../render/metrics/families.ts';
import { type ChecklistJson, checklistJson } from '../render/checklist/checklist-json.ts';
import { hasPlace } from '../render/first-page/card-groups.ts';
import { type PageModel, pageModel, type PageRequest } from '../render/first-page/page-model.ts';
import { isStale, pageOfStatus, statusJson } from '../render/status.ts';
import type { StatusJson } from '../render/status-json.ts';
import { type Explained, explainRoute } from '../route/explain-route.ts';
import type { RosterEntry } from '../route/route.ts';
import { type Naming, subjectNamed } from '../route/subject-named.ts';
import { type Asked, liveRunbook, type LiveValues, type People, peopleOf } from '../runbooks/index.ts';
import { environment } from './load-environment.ts';
import { configuration } from './load-policy.ts';
import { openReadingPorts, openSparingPorts } from './reading.ts';
import { readShown } from './read-shown.ts';
import { readUnfinished, type Unfinished } from './read-unfinished.ts';
import { openPorts } from './wire.ts';

// What pages and the command line show of the last recorded run. Nothing here reads Atlas.

/** Clusters on the status page, the most urgent first; `/clusters` has all of them. */
const FIRST_ROWS = 25;

/** What a page shows: where anybody may see it, without the mail address or telephone number of anybody. */
export function forViewers<T>(shown: T): T {
  return environment().access.kind === 'public' ? maskedForPublic(shown) : shown;
}

/** `GET /api/status`. Throws `StoreError`. */
export async function readStatus({ limit, cursor }: { readonly limit: number; readonly cursor: string | null }): Promise<StatusJson> {
  const ports = await openReadingPorts();
  const { store, policy, now } = ports;
  const { head, view } = await readShown(store, (...read) => pageOfStatus(...read, { limit, cursor }));
  const { checkInterval } = policy.general;
  const json = statusJson(head, view, {
    now: now(),
    checkInterval,
    limit,
    cursor,
    maintenance: maintenanceOf(head, policy.general),
    restoreTests: policy.general.restoreTests ?? [],
    route: routeContext(ports, now(), head),
  });
  return forViewers(json);
}

/** What `/api/metrics` says. Throws `StoreError`. */
export async function readMetrics(): Promise<readonly Family[]> {
  const { store, policy, now, channels } = await openReadingPorts();
  const { head, view } = await readRecorded(store);
  const { checkInterval, restoreTests = [] } = policy.general;
  const { perCluster } = environment().metrics;
  return cleanAll(
    metricFamilies(head, view, { now: now(), checkInterval, restoreTests, perCluster, channels: channels.map(({ id }) => id) }),
  );
}

/** `GET /api/checklist`. Throws `StoreError`. */
export async function readChecklist(): Promise<ChecklistJson> {
  const { store, policy, now } = await openReadingPorts();
  const { head } = await store.readHead();
  const { general } = policy;
  return forViewers(checklistJson(head, { now: now(), checkInterval: general.checkInterval, general }));
}

/** `restores`: as `readUnfinished` has them. */
export type FirstPage = PageModel & { readonly restores: Unfinished | null };

type PageAsked = Pick<PageRequest, 'findings'> & { readonly rows?: number };

/** The model of the status page, with so many clusters. Throws `StoreError`. */
export async function readPage({ rows = FIRST_ROWS, findings = 'unwell' }: PageAsked = {}): Promise<FirstPage> {
  const ports = await openReadingPorts();
  const { store, policy, now, channels, acknowledgementPaths = [] } = ports;
  const shown = { limit: rows, cursor: null };
  const { revision, head, view } = await readShown(store, (...read) => pageOfStatus(...read, shown));
  const general = { ...policy.general, maintenance: maintenanceOf(head, policy.general) };
  const model = pageModel(head, view, {
    now: now(),
    checkInterval: general.checkInterval,
    ...shown,
    findings,
    channels: channels.map(({ id }) => id),
    general,
    route: routeContext(ports, now(), head),
    acknowledgementGap: acknowledgementGap(acknowledgementPaths, channels, general),
  });
  return forViewers({ ...model, restores: await readUnfinished(ports, revision) });
}

/**
 * Where the short link of a text message leads: to its incident on the page, or to the list of incidents where the page does not show it. Null if no link has
 * this form. Throws `StoreError`.
 */
export async function readIncidentPath(code: string): Promise<string | null> {
  if (!isIncidentCode(code)) return null;
  const { store } = await openReadingPorts();
  const { head } = await store.readHead();
  const incident = head?.incidents.find(({ id }) => incidentCode(id) === code);
  const isShown = incident !== undefined && hasPlace(incident, head?.incidents ?? []);
  return isShown ? `/#${encodeURIComponent(incident.id)}` : `/incidents?code=${code}`;
}

/** What fills a runbook; null if nothing is recorded of what was asked for. Throws `StoreError`. */
export async function readRunbook(asked: Asked): Promise<LiveValues | null> {
  const { store, policy, now } = await openReadingPorts();
  const { head, view } = await readRecorded(store);
  return liveRunbook(head, view, { ...asked, policy: policy.general, now: now() });
}

/** The people whom a runbook says to notify. They come from restorewatch.config.ts alone, so they are there even if the store is not. */
export function readPeople(): People {
  return peopleOf(policyOf(configuration()).general);
}

/** True while the last complete run that this process knows of, or knew of up to 30 s ago, is younger than two intervals; false if the store cannot be read. */
export async function readHealth(): Promise<boolean> {
  try {
    const { store, policy, now } = await openSparingPorts();
    const { head } = await store.readHead();
    return !isStale(head, now(), policy.general.checkInterval);
  } catch {
    return false;
  }
}

/** Who would be notified of such an incident, and why. Throws `EnvironmentError`, `StoreError`, or Error for an ambiguous name. */
export async function explainRouteTo(naming: Naming, asked: Omit<Explained, 'subject'>): Promise<string> {
  const { store, channels, policy, canAcknowledge, now } = await openPorts();
  const { head } = await store.readHead();
  const subject = subjectNamed(naming, await readMemory(store, head));
  const { roster, general } = routeContext({ channels, policy, canAcknowledge }, now(), head);
  const silences = head?.silences ?? [];
  const recipientsOf = (entry: RosterEntry): string => recipientsNamed(entry, environment(), configuration().teams ?? []);
  return explainRoute({ ...asked, subject }, { policy: { ...policy, general }, roster, silences, recipientsOf, now: now() });
}
