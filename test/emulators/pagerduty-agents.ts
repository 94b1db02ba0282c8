import type { PagerDutyAlert } from './pagerduty.ts';

/** Who or what acts at PagerDuty: a person, the service of the incident (a timer, an event), or an integration by name. */
export type Agent = {
  readonly id: string;
  readonly type: 'user_reference' | 'service_reference' | 'inbound_integration_reference';
  readonly summary: string;
};

export const PERSON: Agent = { id: 'PUSER01', type: 'user_reference', summary: 'Dana Doe' };
export const SERVICE: Agent = { id: 'PSERV01', type: 'service_reference', summary: 'Backups' };
export const INTEGRATION: Agent = { id: 'PINTE01', type: 'inbound_integration_reference', summary: 'Events API V2' };

export type Outbound = {
  readonly id: string;
  readonly event_type: 'incident.acknowledged' | 'incident.resolved';
  readonly resource_type: 'incident';
  readonly occurred_at: string;
  readonly agent: Agent;
  readonly client: null;
  readonly data: { readonly id: string; readonly type: 'incident'; readonly incident_key: string; readonly status: string };
};

/** What a webhook (v3) tells: https://developer.pagerduty.com/docs/webhooks-v3-overview, "Webhook Payload". */
export function outbound(
  alert: Pick<PagerDutyAlert, 'key' | 'state'>,
  agent: Agent,
  { id, at }: { readonly id: string; readonly at: number },
): Outbound {
  const status = alert.state === 'resolved' ? 'resolved' : 'acknowledged';
  return {
    id,
    event_type: `incident.${status}`,
    resource_type: 'incident',
    occurred_at: new Date(at).toISOString(),
    agent,
    client: null,
    data: { id: 'PINC01', type: 'incident', incident_key: alert.key, status },
  };
}

/**
 * An incident as the REST API lists it (https://developer.pagerduty.com/api-reference/list-incidents): `acknowledgements` are all there are while it is
 * acknowledged, by users or services; `last_status_change_by` is the first user that acknowledged, or resolved, else the incident's service.
 */
export function listed({ key, state, acknowledgedBy, resolvedBy }: PagerDutyAlert): object {
  const acted = state === 'acknowledged' ? acknowledgedBy : resolvedBy === null ? [] : [resolvedBy];
  const acknowledgers = state === 'acknowledged' ? acknowledgedBy.map((agent) => (agent.type === 'user_reference' ? agent : SERVICE)) : [];
  return {
    id: 'PINC01',
    type: 'incident',
    incident_key: key,
    status: state === 'open' ? 'triggered' : state,
    service: SERVICE,
    acknowledgements: acknowledgers.map((acknowledger) => ({ at: '2026-11-22T12:00:00Z', acknowledger })),
    last_status_change_by: acted.find(({ type }) => type === 'user_reference') ?? SERVICE,
  };
}
