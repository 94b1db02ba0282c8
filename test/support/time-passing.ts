import type { RouteContext } from '../../lib/route/plan-deliveries.ts';
import type { Config } from '../../lib/config/policy/define-config.ts';
import { FIRST_CONTACT } from '../../lib/domain/incidents/channel-address.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { Delivery, Incident } from '../../lib/domain/incidents/incident.ts';
import type { Priority, Severity } from '../../lib/domain/policy/policy.ts';
import type { Duration, Instant } from '../../lib/domain/time.ts';
import { elapse } from '../../lib/run/elapse.ts';
import { contextAt } from './context.ts';
import { NOW } from './facts.ts';
import { accepted, head, incident } from './incidents.ts';

const SEVERITY: Readonly<Record<Priority, Severity>> = { P0: 'critical', P1: 'warning', P2: 'info' };
const OWN = { P0: ['pagerduty', 'sms'], P1: ['slack', 'email'], P2: ['email'] } as const;
export const CONTACTS: Config = { contacts: { sms: ['+15005550006'], email: ['boss@example.com'] } };

/** One open incident of that priority, accepted by the channels of its priority at NOW. */
export function headWithNotified(priority: Priority, changes: Partial<Incident> = {}): Head {
  const one = incident('a', { severity: SEVERITY[priority], ...changes });
  return head({ incidents: [one], deliveries: OWN[priority].map((channel) => accepted(channel, ['a'], { priority })) });
}

/** The head after the passing of time has been processed once, that long after NOW. */
export function later(state: Head, after: Duration, config: Config = {}, changes: Partial<RouteContext> = {}): Head {
  return elapse(state, contextAt(NOW + after, config, changes), 2);
}

/** The deliveries that are new, as "escalate slack" or "escalate sms contact", sorted. */
export function made(before: Head, after: Head, ...kinds: readonly Delivery['kind'][]): readonly string[] {
  const known = new Set(before.deliveries.map(({ key }) => key));
  const fresh = after.deliveries.filter(({ key, kind }) => !known.has(key) && (kinds.length === 0 || kinds.includes(kind)));
  return fresh
    .map(
      ({ kind, channel, recipient }) =>
        `${kind} ${channel}${recipient === 0 ? '' : recipient === FIRST_CONTACT ? ' contact' : ` ${recipient}`}`,
    )
    .toSorted();
}

/** Every owed delivery is accepted. */
export function acceptAll(state: Head, at: Instant): Head {
  return {
    ...state,
    deliveries: state.deliveries.map((one) =>
      one.state === 'owed' ? { ...one, state: 'accepted', acceptedAt: at, nextTryAt: null } : one,
    ),
  };
}
