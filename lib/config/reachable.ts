import type { Roster } from '../alerts/route.ts';
import { unanswered } from '../alerts/unanswered.ts';
import { CHANNEL_IDS, type GeneralPolicy, type WayBack } from '../domain/policy.ts';
import type { Environment } from './environment.ts';

/** The ways by which an acknowledgement can reach us. `page` is open to whoever signed in, the others to those who were told there. */
export function waysBack({
  webhooks,
  pagerdutyApi,
  access,
}: Pick<Environment, 'webhooks' | 'pagerdutyApi' | 'access'>): readonly WayBack[] {
  const ways: readonly (readonly [WayBack, boolean])[] = [
    ['page', access.kind === 'users'],
    ['pagerduty', webhooks.pagerdutySecret !== null || pagerdutyApi !== null],
    ['slack', webhooks.slackSigningSecret !== null],
  ];
  return ways.filter(([, open]) => open).map(([way]) => way);
}

/** Can an acknowledgement reach us, by any way? Without one nobody could stop reminders and escalation, so there are none (contract, clause 4). */
export function acknowledgementsReach(environment: Parameters<typeof waysBack>[0]): boolean {
  return waysBack(environment).length > 0;
}

const SETTINGS = 'PAGERDUTY_WEBHOOK_SECRET or PAGERDUTY_API_TOKEN, SLACK_SIGNING_SECRET, or STATUS_USERS';

/**
 * What cannot be acknowledged, what that means and what to set, for the page and the doctor; null where everything that is told can be. `channels`:
 * those that are configured.
 */
export function acknowledgementGap(ways: readonly WayBack[], channels: Roster, general: GeneralPolicy): string | null {
  if (ways.length === 0) return `No acknowledgement can reach us, so there are no reminders and no escalation: set ${SETTINGS}.`;
  const missing = unanswered(ways, channels, general);
  if (missing.length === 0) return null;
  return `Nobody who is told of ${missing.join(', ')} can acknowledge it there, so it has no reminders and no escalation: set ${SETTINGS}, for one of its channels or for the page.`;
}

/** Pure: the channels that the environment configures, for everybody and for teams. */
export function configuredChannels({ channels, teams }: Pick<Environment, 'channels' | 'teams'>): Roster {
  const on = (settings: Environment['channels'], team?: string): Roster =>
    CHANNEL_IDS.filter((id) => settings[id] !== null).map((id) => ({ id, recipients: 1, ...(team !== undefined && { team }) }));
  return [...on(channels), ...teams.flatMap(({ name, channels: own }) => on(own, name))];
}
