import { sharedFaults } from '../domain/check/shared-fault.ts';
import type { RestorableMoments } from '../domain/findings/recorded-view.ts';
import type { IndexedRow } from '../domain/findings/indexed-row.ts';
import { atlasAddress } from '../domain/findings/atlas-address.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import { titleOf } from '../domain/incidents/incident-title.ts';
import { plural } from '../domain/text.ts';
import { type Instant, iso } from '../domain/time.ts';
import { CHECKS } from '../evaluate/checks/registry.ts';
import { type PastIncidentJson, timelineJson } from './history/incident-history-json.ts';
import { restorableNow } from './incidents-json.ts';
import { type Receipt, receiptsOf } from './receipts.ts';
import type { IncidentJson, StatusJson } from './status-json.ts';

/** An incident as the page shows it. Moments in texts are ISO. */
export type IncidentCard = {
  readonly incident: IncidentJson;
  readonly title: string;
  /** Who is notified next while nobody has it; null where somebody has, or nobody can acknowledge it. */
  readonly handling: string | null;
  readonly runbook: string;
  /** The id of its cluster's row on this page; null if there is none. */
  readonly rowId: string | null;
  readonly atlas: string | null;
  readonly receipts: readonly Receipt[];
  /** Its whole life, oldest first; null in a group of many, where each would be as long as the page. */
  readonly timeline: PastIncidentJson['timeline'] | null;
};

/** `title`: of many incidents of one check; null for one incident. */
export type CardGroup = { readonly title: string | null; readonly cards: readonly IncidentCard[] };

export type CardRequest = {
  readonly head: Head | null;
  readonly rows: readonly IndexedRow[];
  readonly status: StatusJson;
  readonly channelNames: Readonly<Record<string, string>>;
  readonly now: Instant;
};

/** More open incidents of one check and priority than this are one card. */
const MANY = 5;

/** Pure: the open incidents, the most urgent first, and within a priority the newest first; and those that ended lately, the last first. */
export function incidentCards(request: CardRequest): { readonly open: readonly CardGroup[]; readonly ended: readonly IncidentCard[] } {
  const context = contextOf(request);
  const [ended = [], open = []] = [true, false].map((over) =>
    request.status.incidents.filter(({ state }) => (state === 'resolved') === over),
  );
  const alike = Map.groupBy(open.toSorted(byUrgency), ({ check, priority }) => `${priority} ${check}`);
  const groups = [...alike.values()].flatMap((group) => (group.length > MANY ? [group] : group.map((incident) => [incident])));
  return {
    open: groups
      .toSorted(([one], [other]) => (one && other ? byUrgency(one, other) : 0))
      .map((group) => ({
        title: group.length > 1 ? groupTitle(group, context) : null,
        cards: group.map((incident) => ({ ...cardOf(incident, context), ...(group.length > 1 && { timeline: null }) })),
      })),
    ended: ended
      .toSorted((one, other) => (other.resolvedAt ?? '').localeCompare(one.resolvedAt ?? ''))
      .map((incident) => cardOf(incident, context)),
  };
}

type CardContext = Pick<CardRequest, 'channelNames' | 'now'> & {
  readonly stored: ReadonlyMap<string, Incident>;
  readonly rows: ReadonlyMap<string, IndexedRow>;
  readonly messages: ReadonlyMap<string, readonly Delivery[]>;
  /** Ids of the clusters that this page has rows of. */
  readonly shown: ReadonlySet<string>;
};

function contextOf({ head, rows, status, channelNames, now }: CardRequest): CardContext {
  return {
    messages: messagesOf(head),
    stored: new Map((head?.incidents ?? []).map((incident) => [incident.id, incident])),
    rows: new Map(rows.map((row) => [row.clusterId, row])),
    shown: new Set(status.clusters.map(({ clusterId }) => clusterId)),
    channelNames,
    now,
  };
}

/** A message of a storm is about each of its incidents. */
function messagesOf(head: Head | null): ReadonlyMap<string, readonly Delivery[]> {
  const byId = new Map<string, Delivery[]>();
  for (const delivery of head?.deliveries ?? []) for (const id of delivery.incidents) byId.set(id, [...(byId.get(id) ?? []), delivery]);
  return byId;
}

function byUrgency(a: IncidentJson, b: IncidentJson): number {
  return a.priority.localeCompare(b.priority) || b.openedAt.localeCompare(a.openedAt);
}

function cardOf(incident: IncidentJson, { stored, rows, messages, shown, channelNames, now }: CardContext): IncidentCard {
  const { id, check, resource, deliveries } = incident;
  const known = stored.get(id);
  return {
    incident,
    title: titleOf(incident, restorableNow(known, rows), now),
    handling: handlingOf(incident, known, now),
    runbook: `/runbooks/${check}?incident=${encodeURIComponent(id)}`,
    rowId: resource.clusterId !== null && shown.has(resource.clusterId) ? `cluster-${resource.clusterId}` : null,
    atlas: atlasAddress(resource),
    receipts: receiptsOf(deliveries, channelNames, now),
    timeline: known ? timelineJson(known, messages.get(id) ?? [], channelNames) : [],
  };
}

function handlingOf({ state, nextNotified }: IncidentJson, incident: Incident | undefined, now: Instant): string | null {
  if (state !== 'open' || nextNotified === undefined) return null;
  const last = incident?.trail?.at(-1);
  const nobody = last ? `Nobody has it now: ${last.by} acknowledged it at ${iso(last.at)}, which no longer holds` : 'Nobody has it yet';
  if (nextNotified === null) return `${nobody}; nobody further is notified.`;
  const { whom, at } = nextNotified;
  return `${nobody}; next: ${whom} ${Date.parse(at) > now ? `at ${at}` : 'in a few minutes'}.`;
}

/** "12 clusters: restorable, at worst to …; no snapshot for over 24 h". */
function groupTitle(group: readonly IncidentJson[], { stored, rows }: CardContext): string {
  const clusters = new Set(group.map(({ resource }) => resource.clusterId ?? ''));
  const count = plural(group.length, clusters.size === group.length && !clusters.has('') ? 'cluster' : 'incident');
  const reach = worstReach(group.flatMap(({ id }) => restorableNow(stored.get(id), rows) ?? []));
  const ofCheck = CHECKS.find(({ id }) => id === group[0]?.check)?.inShort ?? { one: 'the same fault' };
  const faults = group.map(({ id, summary }) => ({ inShort: stored.get(id)?.inShort ?? ofCheck, summary }));
  return `${count}: ${reach === null ? '' : `${reach}; `}${sharedFaults(faults)}`;
}

function worstReach(known: readonly RestorableMoments[]): string | null {
  if (known.length === 0) return null;
  const dated = known.flatMap(({ until }) => until?.at ?? []);
  const without = known.length - dated.length;
  if (dated.length === 0) return 'no moment is known to which they can be restored';
  const worst = `restorable, at worst to ${iso(Math.min(...dated))}`;
  return without === 0 ? worst : `${worst}; ${without} to no known moment`;
}
