import type { Head } from '../domain/incidents/head.ts';
import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import { expireAcknowledgements } from '../reconcile/acknowledge.ts';
import { endedProof, scheduledProof } from '../reconcile/alert-path-proof.ts';
import { acknowledgeableIncidents, escalated, escalatingIncidents, needsAttention } from '../route/escalation.ts';
import type { RouteContext } from '../route/plan-deliveries.ts';
import { reminded } from '../route/reminders.ts';
import { routeTransitions, suppressionRules } from '../route/route-transitions.ts';
import { suppressedBy } from '../route/suppressed-by.ts';

/**
 * Pure: what the passing of time alone brings about, at every check and dispatch: acknowledgements expire, silences end, proofs of the alert path begin
 * and end, unanswered incidents escalate, reminders come due. Reminders need a path by which an acknowledgement can reach us, escalation one there or on the next rung
 * (docs/contract.md, clause 4).
 */
export function elapse(head: Head, context: RouteContext, revision: number): Head {
  const { now, acknowledgeable } = context;
  const silences = head.silences.filter((silence) => silence.until > now);
  const kept = silences.length === head.silences.length ? head : { ...head, silences };
  const routed = routeTransitions(kept, { incidents: expireAcknowledgements(head.incidents, now), transitions: [] }, context);
  const next = endedProof(scheduledProof(routed, context, revision), context);
  if (!acknowledgeable) return next;
  const rules = suppressionRules(kept, context);
  const waiting = (incident: Incident): boolean => needsAttention(incident) && suppressedBy(incident, rules) === null;
  const escalates = escalatingIncidents(next.deliveries, context);
  const canBeAcknowledged = acknowledgeableIncidents(next.deliveries, context);
  const climbed = escalated(next, (incident) => waiting(incident) && escalates(incident), context);
  return reminded(climbed, (incident) => waiting(incident) && canBeAcknowledged(incident), context);
}

/** Pure: the head with the resolves of a store alarm, which went out while the store was down. The same head if it holds them already. */
export function withAlarmResolves(head: Head, resolves: readonly Delivery[]): Head {
  const keys = new Set(head.deliveries.map(({ key }) => key));
  const missing = resolves.filter(({ key }) => !keys.has(key));
  return missing.length === 0 ? head : { ...head, deliveries: [...head.deliveries, ...missing] };
}
