import type { PagerDutyApi, PagerDutyState } from '../../lib/deliver/channels/pagerduty/pagerduty-api.ts';
import type { PagerDutyEmulator } from '../emulators/pagerduty.ts';

const STATES = { open: 'triggered', acknowledged: 'acknowledged', resolved: 'resolved' } as const;

/** What PagerDuty's REST API would say of these keys. */
export function pagerdutyStates({ alerts }: PagerDutyEmulator): PagerDutyApi {
  return (keys) => Promise.resolve(new Map(keys.map((key) => [key, stateOf(key, alerts)])));
}

function stateOf(key: string, alerts: PagerDutyEmulator['alerts']): PagerDutyState {
  const own = alerts.filter((alert) => alert.key === key);
  const live = own.find(({ state }) => state !== 'resolved') ?? own.at(-1);
  if (live === undefined) return 'unknown';
  const isMachines = live.state === 'acknowledged' && live.acknowledgedBy.every(({ type }) => type !== 'user_reference');
  return isMachines ? 'triggered' : STATES[live.state];
}
