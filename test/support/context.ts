import { CHANNEL_IDS } from '../../lib/domain/policy.ts';
import type { Instant } from '../../lib/domain/time.ts';
import type { PlanContext } from '../../lib/alerts/plan.ts';
import { type Config, policyOf } from '../../lib/config/policy.ts';

/** Every channel with one recipient, no contacts, and a way for acknowledgements to reach us, unless told otherwise. */
export function contextAt(now: Instant, config: Config = {}, changes: Partial<PlanContext> = {}): PlanContext {
  const { general } = policyOf(config);
  const contacts = { pagerduty: 0, slack: 0, sms: general.contacts.sms.length, email: general.contacts.email.length };
  const roster = CHANNEL_IDS.map((id) => ({ id, recipients: 1, contacts: contacts[id] }));
  return { roster, general, now, acknowledgeable: true, ...changes };
}
