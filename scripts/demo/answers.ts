import type { Instant } from '../../lib/domain/time.ts';
import { hmac } from '../../lib/people/webhooks/signature.ts';
import { PERSON } from '../../test/emulators/pagerduty-agents.ts';
import { ANSWERS, type App } from './app.ts';
import type { Emulators } from './emulators.ts';

/** Who presses the button in the Slack channel. */
const SLACK_USER = { id: 'U0SAM', username: 'sam' };

/** The on-call acknowledges at PagerDuty, whose webhook tells the app. False where nothing is open under the key. */
export async function acknowledgeAtPagerDuty(
  { pagerduty }: Pick<Emulators, 'pagerduty'>,
  app: Pick<App, 'webhook'>,
  key: string,
): Promise<boolean> {
  if (!pagerduty.alerts.some((alert) => alert.key === key && alert.state === 'open')) return false;
  pagerduty.act('acknowledge', key, PERSON);
  const body = JSON.stringify({ event: pagerduty.sent.at(-1) });
  const signature = `v1=${hmac(ANSWERS.PAGERDUTY_WEBHOOK_SECRET, body)}`;
  return (
    (await app.webhook('/api/webhooks/pagerduty', body, { 'content-type': 'application/json', 'x-pagerduty-signature': signature })) === 200
  );
}

type SlackPost = Emulators['slack']['messages'][number];

/** What the acknowledge button of a message stands for; null where it has none. */
export function buttonOf({ blocks }: Pick<SlackPost, 'blocks'>): string | null {
  const elements = blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
  return elements.find(({ action_id: action }) => action === 'acknowledge')?.value ?? null;
}

/** Somebody presses the acknowledge button of a message in the channel. False where it has none. */
export async function acknowledgeInSlack(
  { slack }: Pick<Emulators, 'slack'>,
  app: Pick<App, 'webhook'>,
  { ts, now }: { readonly ts: string; readonly now: Instant },
): Promise<boolean> {
  const message = slack.messages.find((one) => one.ts === ts);
  const value = message === undefined ? null : buttonOf(message);
  if (value === null) return false;
  const payload = { type: 'block_actions', user: SLACK_USER, actions: [{ action_id: 'acknowledge', value }] };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(now / 1_000));
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${hmac(ANSWERS.SLACK_SIGNING_SECRET, `v0:${timestamp}:${body}`)}`,
  };
  return (await app.webhook('/api/webhooks/slack', body, headers)) === 200;
}
