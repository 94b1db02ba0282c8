import type { ClusterRow } from '../../domain/findings/recorded-view.ts';
import { asOfInWords, causeAlone } from '../../domain/incidents/incident-title.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import type { PastIncident } from '../../domain/incidents/past-incident.ts';
import type { Priority } from '../../domain/policy/policy.ts';
import { type Instant, iso, isoOrNull } from '../../domain/time.ts';
import { holderOf } from '../first-page/card-holder.ts';
import { firstAcknowledgement } from '../history/timeline.ts';
import { lastReadAt } from '../cluster-list/last-read.ts';
import type { IncidentJson, StatusJson } from '../status-json.ts';

/** One line. `handling`: who has it or is told next; what ended it. Moments are ISO. */
export type IncidentLine = {
  readonly id: string;
  readonly check: string;
  readonly priority: Priority;
  readonly cause: string;
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  readonly handling: string | null;
};

export type ClusterIncidents = {
  /** The most urgent first. */
  readonly open: readonly IncidentLine[];
  /** The last opened first. */
  readonly past: readonly IncidentLine[];
  /** Back to when history was read, if it goes further; null: the last 400 days are all there. */
  readonly pastFrom: string | null;
};

type Recorded = {
  readonly status: StatusJson;
  /** The incidents of the head. */
  readonly stored: readonly Incident[];
  readonly past: readonly PastIncident[];
  readonly morePast: boolean;
};

/** Pure: the incidents of one cluster. One that moved from the head into history between the two reads is shown once. */
export function incidentsOf({ status, stored, past, morePast }: Recorded, row: ClusterRow, now: Instant): ClusterIncidents {
  const { projectId, clusterId } = row;
  const isOwn = ({ resource }: Pick<IncidentJson, 'resource'>): boolean =>
    resource.clusterId === clusterId && resource.projectId === projectId;
  const present = status.incidents.filter((incident) => isOwn(incident));
  const byId = new Map(stored.map((incident) => [incident.id, incident]));
  const checkedAt = status.lastRun === null ? 0 : Date.parse(status.lastRun.startedAt);
  const open = present
    .filter(({ state }) => state !== 'resolved')
    .map((incident) => {
      const asOf = lastReadAt(incident, new Map([[clusterId, row]]), checkedAt);
      return lineOf(incident, holderOf(incident, byId.get(incident.id), now), asOf);
    });
  const ended = present.filter(({ state }) => state === 'resolved').map((incident) => lineOf(incident, incident.resolution));
  const held = new Set(present.map(({ id }) => id));
  const earlier = past.filter(({ incident }) => isOwn(incident) && !held.has(incident.id)).map((one) => pastLine(one));
  const last = past.at(-1)?.incident.openedAt ?? now;
  return {
    open: open.toSorted((a, b) => a.priority.localeCompare(b.priority) || b.openedAt.localeCompare(a.openedAt)),
    past: [...ended, ...earlier].toSorted((a, b) => b.openedAt.localeCompare(a.openedAt)),
    pastFrom: morePast ? iso(last) : null,
  };
}

function lineOf(incident: IncidentJson, handling: string | null, asOf: Instant | null = null): IncidentLine {
  const { id, check, priority, openedAt, resolvedAt } = incident;
  return { id, check, priority, cause: `${causeAlone(incident)}${asOfInWords(asOf)}`, openedAt, resolvedAt, handling };
}

function pastLine({ incident }: PastIncident): IncidentLine {
  const { id, check, priority, openedAt, resolvedAt, resolution } = incident;
  const first = firstAcknowledgement(incident);
  const handling = [resolution, first && `acknowledged by ${first.by}`].filter((part) => part !== null).join('; ');
  return {
    id,
    check,
    priority,
    cause: causeAlone(incident),
    openedAt: iso(openedAt),
    resolvedAt: isoOrNull(resolvedAt),
    handling: handling || null,
  };
}
