import type { IndexedRow } from '../../domain/findings/indexed-row.ts';
import type { Head } from '../../domain/incidents/head.ts';
import type { Delivery, Incident, TimelineEntry } from '../../domain/incidents/incident.ts';
import { type PastDelivery, type PastIncident, type Span, wasOpenIn } from '../../domain/incidents/past-incident.ts';
import { cleanAll } from '../../domain/text.ts';
import { type InIso, iso } from '../../domain/time.ts';
import { type IncidentsRequest, incidentContext, incidentJson, withoutHandling } from '../incidents-json.ts';
import type { IncidentJson } from '../status-json.ts';
import { type ChannelNames, firstAcknowledgement, timelineOf } from './timeline.ts';

/** An incident of `GET /api/incidents` (docs/contract.md, clause 17). `acknowledgedAt`, `acknowledgedBy`: the first acknowledgement. */
export type PastIncidentJson = IncidentJson & {
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly timeline: readonly InIso<TimelineEntry, 'at'>[];
};

export type IncidentHistoryJson = { readonly incidents: readonly PastIncidentJson[]; readonly next: string | null };

export type HistoryRequest = IncidentsRequest & {
  readonly span: Span;
  readonly limit: number;
  /** The place below which incidents are asked for; null for the newest. */
  readonly before: string | null;
  /** The place of an incident in history, which sorts by when it opened. */
  readonly placeOf: (incident: Incident) => string;
  readonly channelNames: ChannelNames;
};

/** `past`: those of history in the span below `before`, one more than `limit` if there are so many. */
export type Recorded = { readonly head: Head | null; readonly rows: readonly IndexedRow[]; readonly past: readonly PastIncident[] };

/**
 * Pure: a page of the incidents that were open in the span, the last opened first. One that moved from the head into history between the two reads is in
 * both, and is shown once.
 */
export function incidentHistoryJson({ head, rows, past }: Recorded, request: HistoryRequest): IncidentHistoryJson {
  const { span, limit, before, placeOf, channelNames } = request;
  const present = (head?.incidents ?? []).filter((incident) => wasOpenIn(incident, span));
  const held = new Set(present.map(({ id }) => id));
  const all = [
    ...present.map((incident) => ({ place: placeOf(incident), incident, past: null })),
    ...past
      .filter(({ incident }) => !held.has(incident.id))
      .map((one) => ({ place: placeOf(one.incident), incident: one.incident, past: one })),
  ];
  const wanted = all.filter(({ place }) => before === null || place < before).toSorted((a, b) => (a.place < b.place ? 1 : -1));
  const page = wanted.slice(0, limit);
  const context = incidentContext(head ?? EMPTY, rows, request);
  const deliveries = deliveriesOf(head, new Set(page.map(({ incident }) => incident.id)));
  const incidents = page.map(({ incident, past: ended }) => {
    const own = deliveries.get(incident.id) ?? [];
    const json = ended === null ? incidentJson(incident, own, context) : withoutHandling(incident, ended.deliveries, context);
    return withLife(json, incident, ended?.deliveries ?? own, channelNames);
  });
  return cleanAll({ incidents, next: wanted.length > limit ? (page.at(-1)?.place ?? null) : null });
}

const EMPTY = { silences: [], deliveries: [] } as const;

/** The deliveries of these incidents: a message of a storm is about each of its incidents. */
function deliveriesOf(head: Head | null, ids: ReadonlySet<string>): ReadonlyMap<string, readonly Delivery[]> {
  const named = (head?.deliveries ?? []).flatMap((delivery) =>
    delivery.incidents.filter((id) => ids.has(id)).map((id) => ({ id, delivery })),
  );
  const grouped = Map.groupBy(named, ({ id }) => id);
  return new Map([...grouped].map(([id, group]) => [id, group.map(({ delivery }) => delivery)]));
}

function withLife(json: IncidentJson, incident: Incident, deliveries: readonly PastDelivery[], names: ChannelNames): PastIncidentJson {
  const first = firstAcknowledgement(incident);
  return {
    ...json,
    acknowledgedAt: first && iso(first.at),
    acknowledgedBy: first && first.by,
    timeline: timelineJson(incident, deliveries, names),
  };
}

/** The life of an incident with its moments in ISO. */
export function timelineJson(
  incident: Incident,
  deliveries: readonly PastDelivery[],
  names: ChannelNames,
): readonly InIso<TimelineEntry, 'at'>[] {
  return timelineOf(incident, deliveries, names).map(({ at, what, by }) => ({ at: iso(at), what, by }));
}
