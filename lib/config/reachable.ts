import type { Environment } from './environment.ts';

/** Can an acknowledgement reach us, by any way? Without one nobody could stop reminders and escalation, so there are none (contract, clause 4). */
export function acknowledgementsReach({
  webhooks,
  pagerdutyApi,
  access,
}: Pick<Environment, 'webhooks' | 'pagerdutyApi' | 'access'>): boolean {
  return webhooks.pagerdutySecret !== null || webhooks.slackSigningSecret !== null || pagerdutyApi !== null || access.kind === 'users';
}

/** What that means and what to set, for the page and the doctor. */
export const UNREACHABLE =
  'No acknowledgement can reach us, so there are no reminders and no escalation: set PAGERDUTY_WEBHOOK_SECRET or PAGERDUTY_API_TOKEN, SLACK_SIGNING_SECRET, or STATUS_USERS.';
