import { CHANNEL_IDS } from './channel-ids.ts';
import type { Instant } from '../../lib/domain/time.ts';
import type { RouteContext } from '../../lib/route/plan-deliveries.ts';
import { type Config, policyOf } from '../../lib/config/policy/define-config.ts';

/** Every channel has one recipient and the contacts of the config, and acknowledgements can reach us, unless `changes` says otherwise. */
export function contextAt(now: Instant, config: Config = {}, changes: Partial<RouteContext> = {}): RouteContext {
  const { general } = policyOf(config);
  const roster = CHANNEL_IDS.map((id) => ({ id, recipients: 1, contacts: general.contacts[id]?.length ?? 0 }));
  return { roster, general, now, acknowledgeable: true, ...changes };
}
