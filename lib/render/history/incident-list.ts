import type { IndexedRow } from '../../domain/findings/indexed-row.ts';
import { titleOf } from '../../domain/incidents/incident-title.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { type PastIncident, wasOpenIn } from '../../domain/incidents/past-incident.ts';
import type { CheckId, Priority } from '../../domain/policy/policy.ts';
import { type Instant, iso, spellMinutes } from '../../domain/time.ts';
import { restorableNow } from '../incidents-json.ts';
import { lastReadAt } from '../cluster-list/last-read.ts';
import { type HistoryRequest, incidentHistoryJson, type PastIncidentJson, type Recorded } from './incident-history-json.ts';
import { clusterPath } from '../page-paths.ts';

/** Null: whichever it is. `open` has the acknowledged ones too. */
export type IncidentFilter = {
  readonly state: 'open' | 'ended' | null;
  readonly check: CheckId | null;
  readonly priority: Priority | null;
};

/** An incident as the list shows it. Moments in texts are ISO. `lasted`: how long, in words; until now while it is open. */
export type IncidentEntry = {
  readonly incident: PastIncidentJson;
  readonly title: string;
  readonly lasted: string;
  readonly runbook: string;
  /** The page of its cluster; null if it is about none. */
  readonly cluster: string | null;
  /** Its notes can still be added to: it is open, or ended in the last day. */
  readonly inHead: boolean;
};

/**
 * A page of incidents. `open`: those that are open, on the first page alone unless they are what was asked for; `openInAll` counts them. `ended`: a page of
 * the others. `next`: the place below which the following page begins; null on the last one.
 */
export type IncidentList = {
  readonly now: string;
  readonly open: readonly IncidentEntry[];
  readonly openInAll: number;
  readonly ended: readonly IncidentEntry[];
  readonly next: string | null;
};

/** `pastMost`: how many of history were asked for; if as many came, there may be more. */
export type ListRequest = HistoryRequest & { readonly filter: IncidentFilter; readonly pastMost: number };

type Page = { readonly entries: readonly IncidentEntry[]; readonly next: string | null };

/** Pure: the incidents that were open in the span and pass the filter, the last opened first. */
export function incidentList(recorded: Recorded, request: ListRequest): IncidentList {
  const { filter, span, before, limit, now } = request;
  const inSpan = (recorded.head?.incidents ?? []).filter((one) => wasOpenIn(one, span) && passes(one, filter));
  const open = inSpan.filter(({ state }) => state !== 'resolved');
  const shownOpen = filter.state === 'ended' || (filter.state === null && before !== null) ? [] : open;
  const openPage = pageOf(recorded, { incidents: shownOpen, past: [] }, request);
  const ended = filter.state === 'open' ? NOTHING : endedPage(recorded, inSpan, request);
  return {
    now: iso(now),
    open: openPage.entries.slice(0, limit),
    openInAll: open.length,
    ended: ended.entries,
    next: filter.state === 'open' ? openPage.next : ended.next,
  };
}

const NOTHING: Page = { entries: [], next: null };

/** Of history, at most `pastMost` were read: where none of them was left for the next page, it begins behind the last that was read. */
function endedPage(recorded: Recorded, inSpan: readonly Incident[], request: ListRequest): Page {
  const { filter, pastMost, placeOf, limit } = request;
  const last = recorded.past.length >= pastMost ? recorded.past.at(-1) : undefined;
  const end = last === undefined ? null : placeOf(last.incident);
  const resolved = inSpan.filter((one) => one.state === 'resolved' && (end === null || placeOf(one) >= end));
  const past = recorded.past.filter(({ incident }) => passes(incident, filter));
  const page = pageOf(recorded, { incidents: resolved, past }, { ...request, limit });
  return { entries: page.entries, next: page.next ?? end };
}

type Chosen = { readonly incidents: readonly Incident[]; readonly past: readonly PastIncident[] };

function pageOf({ head, rows }: Recorded, { incidents, past }: Chosen, request: HistoryRequest): Page {
  const json = incidentHistoryJson({ head: head && { ...head, incidents }, rows, past }, request);
  const stored = new Map([...past.map((one) => one.incident), ...incidents].map((one) => [one.id, one]));
  const held = new Set(head?.incidents.map(({ id }) => id));
  const byId = new Map(rows.map((row) => [row.clusterId, row]));
  const entries = json.incidents.map((incident) =>
    entryOf(incident, { stored: stored.get(incident.id), rows: byId, now: request.now, checkedAt: head?.lastRun?.startedAt ?? 0, held }),
  );
  return { entries, next: json.next };
}

type EntryContext = {
  readonly stored: Incident | undefined;
  readonly rows: ReadonlyMap<string, IndexedRow>;
  readonly now: Instant;
  /** When the last check began. */
  readonly checkedAt: Instant;
  readonly held: ReadonlySet<string>;
};

function entryOf(incident: PastIncidentJson, { stored, rows, now, checkedAt, held }: EntryContext): IncidentEntry {
  const { id, check, openedAt, resolvedAt, resource } = incident;
  const { projectId, clusterId } = resource;
  return {
    incident,
    title: titleOf(incident, restorableNow(stored, rows), now, { asOf: lastReadAt(incident, rows, checkedAt), checkedAt }),
    lasted: spellMinutes((resolvedAt === null ? now : Date.parse(resolvedAt)) - Date.parse(openedAt)),
    runbook: `/runbooks/${check}?incident=${encodeURIComponent(id)}`,
    cluster: projectId === null || clusterId === null ? null : clusterPath(projectId, clusterId),
    inHead: held.has(id),
  };
}

function passes({ state, check, priority }: Incident, filter: IncidentFilter): boolean {
  if (filter.check !== null && check !== filter.check) return false;
  if (filter.priority !== null && priority !== filter.priority) return false;
  return filter.state === null || (state === 'resolved') === (filter.state === 'ended');
}
