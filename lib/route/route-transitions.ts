import type { Head } from '../domain/incidents/head.ts';
import type { Incident, Transition } from '../domain/incidents/incident.ts';
import { planDeliveries, type RouteContext } from './plan-deliveries.ts';
import { suppressNotifications } from './suppress-notifications.ts';
import type { SuppressionRules } from './suppressed-by.ts';

/**
 * Pure: the head with incidents that have just changed and the deliveries that their transitions cause. Notifications that a silence or a maintenance
 * window covers are withheld first.
 */
export function routeTransitions(
  head: Head,
  changed: { readonly incidents: readonly Incident[]; readonly transitions: readonly Transition[] },
  context: RouteContext,
): Head {
  const { incidents, transitions } = suppressNotifications(changed.incidents, changed.transitions, suppressionRules(head, context));
  return { ...head, incidents, deliveries: planDeliveries(head.deliveries, transitions, context) };
}

/** Pure: the silences of the head and the maintenance windows of the policy (which hold those that people made, see `routeContext`). */
export function suppressionRules({ silences }: Pick<Head, 'silences'>, { general, now }: RouteContext): SuppressionRules {
  return { silences, maintenance: general.maintenance, now };
}
