import type { WayBack } from '../domain/policy.ts';
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

/** What that means and what to set, for the page and the doctor. */
export const UNREACHABLE =
  'No acknowledgement can reach us, so there are no reminders and no escalation: set PAGERDUTY_WEBHOOK_SECRET or PAGERDUTY_API_TOKEN, SLACK_SIGNING_SECRET, or STATUS_USERS.';
