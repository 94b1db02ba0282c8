import type { Finding } from '../domain/findings/finding.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Transition } from '../domain/incidents/incident.ts';
import type { RouteContext } from '../route/plan-deliveries.ts';
import { routeTransitions } from '../route/route-transitions.ts';
import { reconcile, type ReconcileContext } from './reconcile.ts';

export type AppliedFindings = {
  readonly head: Head;
  /** Before notifications are withheld. */
  readonly transitions: readonly Transition[];
};

/**
 * Pure: the head after findings that are only a part of what a check finds, so that incidents which they do not name stay as they are. The routing
 * context is asked for again once the incidents have changed: a channel that has just been found overdue must not carry the message that says so.
 */
export function applyFindings(
  head: Head,
  findings: readonly Finding[],
  contextFor: (head: Head) => RouteContext,
  options: Pick<ReconcileContext, 'revision' | 'flapping' | 'teamFor'>,
): AppliedFindings {
  const { now } = contextFor(head);
  const reconciled = reconcile(head.incidents, findings, { ...options, now, projectIds: null, partial: true, endings: head.endings });
  const context = contextFor({ ...head, incidents: reconciled.incidents });
  return { head: routeTransitions(head, reconciled, context), transitions: reconciled.transitions };
}
