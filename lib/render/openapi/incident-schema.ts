import type { Resource } from '../../domain/findings/finding.ts';
import type { DeliveryKind, DeliveryState } from '../../domain/incidents/incident.ts';
import { PRIORITIES, type Severity } from '../../domain/policy/policy.ts';
import type { IncidentHistoryJson, PastIncidentJson } from '../history/incident-history-json.ts';
import type { ClusterJson, DeliveryJson, IncidentJson } from '../status-json.ts';
import { choice, count, list, meaning, moment, named, nullable, object, oneOf, optional, pairOfTexts, text } from './schema.ts';

export const PRIORITY = oneOf(PRIORITIES);
export const SEVERITY = choice<Severity>({ critical: true, warning: true, info: true });

export const RESOURCE = named(
  'Resource',
  object<Resource>({
    projectId: meaning('null: the whole organisation', nullable(text)),
    projectName: nullable(text),
    clusterId: meaning('null: a whole project, or the organisation', nullable(text)),
    name: text,
    part: optional(meaning('distinguishes resources of the same project, such as channels', text)),
  }),
);

export const RESTORABLE_UNTIL = named(
  'RestorableUntil',
  object<NonNullable<ClusterJson['restorableUntil']>>({
    at: meaning('the latest moment to which the cluster can be restored, as of readAt', moment),
    by: choice({ pitr: true, snapshot: true }),
    base: meaning('the data time of the snapshot that such a restore begins from', moment),
    baseExpiresAt: nullable(moment),
    readAt: moment,
  }),
);

const DELIVERY = named(
  'Delivery',
  object<DeliveryJson>({
    key: meaning('identifies the message for POST /api/deliveries/resend', text),
    channel: text,
    kind: choice<DeliveryKind>({
      trigger: true,
      update: true,
      acknowledge: true,
      escalate: true,
      remind: true,
      resolve: true,
      past: true,
      digest: true,
    }),
    state: choice<DeliveryState>({ owed: true, accepted: true, rejected: true, cancelled: true, unknown: true }),
    attempts: count,
    acceptedAt: nullable(moment),
    nextTryAt: nullable(moment),
    lastError: nullable(text),
  }),
);

const INCIDENT_MEMBERS = {
  id: text,
  check: text,
  resource: RESOURCE,
  severity: SEVERITY,
  priority: PRIORITY,
  state: choice<IncidentJson['state']>({ open: true, acknowledged: true, resolved: true }),
  resolution: meaning('why it ended: "recovered", "paused", "cluster deleted"', nullable(text)),
  summary: text,
  action: meaning('what to do now', text),
  evidence: list(pairOfTexts),
  openedAt: moment,
  startedAt: meaning("when the fault began by Atlas's own times", nullable(moment)),
  resolvedAt: nullable(moment),
  acknowledgement: nullable(
    object<NonNullable<IncidentJson['acknowledgement']>>({
      by: text,
      via: text,
      at: moment,
      until: moment,
    }),
  ),
  restorableUntil: nullable(RESTORABLE_UNTIL),
  nextNotified: optional(
    meaning(
      'who is notified next while nobody acknowledges; null: nobody further; absent: somebody has acknowledged it, nobody can, or notifications are withheld',
      nullable(object<NonNullable<IncidentJson['nextNotified']>>({ whom: text, at: moment })),
    ),
  ),
  silencedBy: nullable(text),
  acceptable: meaning('what of it a responder may accept, in words', list(text)),
  team: meaning('null: the default recipients', nullable(text)),
  deliveries: list(DELIVERY),
};

export const INCIDENT = named('Incident', object<IncidentJson>(INCIDENT_MEMBERS));

const PAST_INCIDENT = named(
  'IncidentWithLife',
  object<PastIncidentJson>({
    ...INCIDENT_MEMBERS,
    acknowledgedAt: meaning('of the first acknowledgement', nullable(moment)),
    acknowledgedBy: nullable(text),
    timeline: list(object<PastIncidentJson['timeline'][number]>({ at: moment, what: text, by: nullable(text) })),
  }),
);

export const INCIDENT_HISTORY = named(
  'IncidentHistory',
  object<IncidentHistoryJson>({ incidents: list(PAST_INCIDENT), next: meaning('the cursor of the next page', nullable(text)) }),
);
