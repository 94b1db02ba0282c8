import type { IndexedRow } from '../../domain/findings/indexed-row.ts';
import { atlasAddress } from '../../domain/findings/atlas-address.ts';
import { subjectKey } from '../../domain/findings/finding.ts';
import type { Head } from '../../domain/incidents/head.ts';
import type { Delivery, Incident } from '../../domain/incidents/incident.ts';
import { titleOf } from '../../domain/incidents/incident-title.ts';
import type { Instant } from '../../domain/time.ts';
import { visibility } from '../../evaluate/checks/visibility.ts';
import { rowsById } from '../ranking.ts';
import { clusterPath } from '../page-paths.ts';
import { type PastIncidentJson, timelineJson } from '../history/incident-history-json.ts';
import { restorableNow } from '../incidents-json.ts';
import { lastReadAt } from '../cluster-list/last-read.ts';
import type { IncidentJson, StatusJson } from '../status-json.ts';
import { type BriefLine, briefOfOne, type ClusterNow } from './card-brief.ts';
import { holderOf } from './card-holder.ts';
import { type HiddenCluster, hiddenBy, hidesInWords } from './hidden-clusters.ts';
import { type Receipt, receiptsOf } from './receipts.ts';

/** An incident as the page shows it. Moments in texts are ISO. */
export type IncidentCard = {
  readonly incident: IncidentJson;
  readonly title: string;
  /** What is at risk and how long it takes to mend; empty where an earlier card of the same cluster has it, and where nothing of a cluster is at risk. */
  readonly brief: readonly BriefLine[];
  /** Who has it, or whom it reaches next and when; null where nobody can have it. */
  readonly holder: string | null;
  readonly runbook: string;
  /** The page of its cluster; null if it is about none. */
  readonly clusterPath: string | null;
  readonly atlas: string | null;
  /** The clusters that cannot be read because of it. */
  readonly hidden: readonly HiddenCluster[];
  readonly receipts: readonly Receipt[];
  /** Its whole life, oldest first; null in a group of many, where each would be as long as the page. */
  readonly timeline: PastIncidentJson['timeline'] | null;
};

export type CardRequest = {
  readonly head: Head | null;
  readonly rows: readonly IndexedRow[];
  readonly status: StatusJson;
  readonly channelNames: Readonly<Record<string, string>>;
  readonly now: Instant;
};

/** What cards are made from. */
export type CardContext = Pick<CardRequest, 'channelNames' | 'now'> & {
  readonly stored: ReadonlyMap<string, Incident>;
  readonly rows: ReadonlyMap<string, IndexedRow>;
  readonly messages: ReadonlyMap<string, readonly Delivery[]>;
  /** By cluster id: how long its restore tests took, oldest first, and by which plans. */
  readonly restoreTimes: ReadonlyMap<string, Pick<ClusterNow, 'restoreTimes' | 'restorePlans'>>;
  /** When the last check began; 0 if none has run. */
  readonly checkedAt: Instant;
  /** By `subjectKey`: since when a finding is unknown. */
  readonly unknownSince: ReadonlyMap<string, string>;
};

export function contextOf({ head, rows, status, channelNames, now }: CardRequest): CardContext {
  return {
    messages: messagesOf(head),
    stored: new Map((head?.incidents ?? []).map((incident) => [incident.id, incident])),
    rows: rowsById(rows),
    restoreTimes: new Map(
      status.recovery.sources.map(({ clusterId, rtoTrend, plans }) => [clusterId, { restoreTimes: rtoTrend, restorePlans: plans }]),
    ),
    channelNames,
    now,
    checkedAt: head?.lastRun?.startedAt ?? 0,
    unknownSince: unknownIn(status),
  };
}

function unknownIn({ clusters, findings }: StatusJson): CardContext['unknownSince'] {
  const own = clusters.flatMap(({ findings: found, ...resource }) => found.map((finding) => ({ ...finding, resource })));
  const unknown = [...own, ...findings].filter(({ verdict }) => verdict === 'unknown');
  return new Map(unknown.map(({ check, resource, since }) => [subjectKey(check, resource), since]));
}

/**
 * "; last known before …", if the last check could not tell whether it is still so, and nothing else says when that was read; else nothing. Blindness is
 * itself what cannot be read.
 */
export function lastKnownInWords({ check, resource, state }: IncidentJson, { unknownSince }: CardContext): string {
  const since = unknownSince.get(subjectKey(check, resource));
  return since === undefined || check === visibility.id || state === 'resolved' ? '' : `; last known before ${since}`;
}

/** A message of a storm is about each of its incidents. */
function messagesOf(head: Head | null): ReadonlyMap<string, readonly Delivery[]> {
  const byId = new Map<string, Delivery[]>();
  for (const delivery of head?.deliveries ?? []) for (const id of delivery.incidents) byId.set(id, [...(byId.get(id) ?? []), delivery]);
  return byId;
}

/** Pure. */
export function cardOf(incident: IncidentJson, context: CardContext): IncidentCard {
  const { stored, rows, messages, channelNames, now } = context;
  const { id, check, resource, deliveries, state } = incident;
  const known = stored.get(id);
  const cluster = state === 'resolved' ? null : clusterNow(incident, context);
  const hidden = hiddenBy(incident, rows.values(), now);
  return {
    incident,
    title: cardTitle(incident, context),
    brief: [...(cluster === null ? [] : briefOfOne(cluster, context)), ...hidesInWords(hidden)],
    holder: holderOf(incident, known, now),
    runbook: `/runbooks/${check}?incident=${encodeURIComponent(id)}`,
    clusterPath: resource.projectId === null || resource.clusterId === null ? null : clusterPath(resource.projectId, resource.clusterId),
    atlas: atlasAddress(resource),
    hidden,
    receipts: receiptsOf(deliveries, channelNames, now),
    timeline: known ? timelineJson(known, messages.get(id) ?? [], channelNames) : [],
  };
}

function cardTitle(incident: IncidentJson, context: CardContext): string {
  const { stored, rows, now, checkedAt } = context;
  const asOf = lastReadAt(incident, rows, checkedAt);
  const title = titleOf(incident, restorableNow(stored.get(incident.id), rows), now, { asOf, checkedAt });
  return asOf === null ? `${title}${lastKnownInWords(incident, context)}` : title;
}

/** Null if the incident is about no cluster's backups. */
export function clusterNow({ id, resource }: IncidentJson, { stored, rows, restoreTimes }: CardContext): ClusterNow | null {
  const restorable = restorableNow(stored.get(id), rows);
  if (restorable === null) return null;
  return { name: resource.name, restorable, ...(restoreTimes.get(resource.clusterId ?? '') ?? { restoreTimes: [], restorePlans: [] }) };
}
