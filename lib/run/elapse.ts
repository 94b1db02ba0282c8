import type { Head } from '../domain/incidents/head.ts';
import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import { expireAcknowledgements } from '../reconcile/acknowledge.ts';
import { endedProof, scheduledProof } from '../reconcile/alert-path-proof.ts';
import { acknowledgeableIncidents, escalated, needsAttention } from '../route/escalation.ts';
import type { RouteContext } from '../route/plan-deliveries.ts';
import { reminded } from '../route/reminders.ts';
import { routeTransitions, suppressionRules } from '../route/route-transitions.ts';
import { suppressedBy } from '../route/suppressed-by.ts';

/**
 * Pure: what the passing of time alone brings about, at every check and dispatch: acknowledgements expire, silences end, proofs of the alert path begin
 * and end, unanswered incidents escalate, reminders come due. Escalation and reminders need a path by which an acknowledgement can reach us
 * (docs/contract.md, clause 4).
 */
export function elapse(head: Head, context: RouteContext, revision: number): Head {
  const { now, acknowledgeable } = context;
  const silences = head.silences.filter((silence) => silence.until > now);
  const kept = silences.length === head.silences.length ? head : { ...head, silences };
  const routed = routeTransitions(kept, { incidents: expireAcknowledgements(head.incidents, now), transitions: [] }, context);
  const next = endedProof(scheduledProof(routed, context, revision), context);
  if (!acknowledgeable) return next;
  const canBeAcknowledged = acknowledgeableIncidents(next.deliveries, context);
  const rules = suppressionRules(kept, context);
  const waiting = (incident: Incident): boolean =>
    needsAttention(incident) && canBeAcknowledged(incident) && suppressedBy(incident, rules) === null;
  return reminded(escalated(next, waiting, context), waiting, context);
}

/** Pure: the head with the resolves of a store alarm, which went out while the store was down. The same head if it holds them already. */
export function withAlarmResolves(head: Head, resolves: readonly Delivery[]): Head {
  const keys = new Set(head.deliveries.map(({ key }) => key));
  const missing = resolves.filter(({ key }) => !keys.has(key));
  return missing.length === 0 ? head : { ...head, deliveries: [...head.deliveries, ...missing] };
}
