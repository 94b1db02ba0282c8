import tls from 'node:tls';
import { onTestFinished } from 'vitest';
import type { Channel } from '../../lib/deliver/attempt/channel.ts';
import { openChannels } from '../../lib/deliver/channels/registry.ts';
import { makeAuthority } from '../emulators/authority.ts';
import { startPagerDuty, type PagerDutyEmulator } from '../emulators/pagerduty.ts';
import { startSlack, type SlackEmulator, type SlackPost } from '../emulators/slack.ts';
import { startSmtp, type SmtpEmulator } from '../emulators/smtp.ts';
import { startTwilio, type TwilioEmulator } from '../emulators/twilio.ts';

export type Providers = {
  readonly pagerduty: PagerDutyEmulator;
  readonly slack: SlackEmulator;
  readonly smtp: SmtpEmulator;
  readonly twilio: TwilioEmulator;
  /** The real channels, with their real SDKs, in front of them. */
  readonly channels: readonly Channel[];
};

/** One for all, trusted once: with each authority that a process trusts a connection takes longer. */
const authority = makeAuthority().then((made) => {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), made.ca]);
  return made;
});

/** An emulator behind every channel, for one test. */
export async function providers(now: () => number): Promise<Providers> {
  const [pagerduty, slack, smtp, twilio] = await Promise.all([
    startPagerDuty({ now, authority: await authority }),
    startSlack({ now }),
    startSmtp(),
    startTwilio({ now }),
  ]);
  onTestFinished(async () => {
    await Promise.all([pagerduty, slack, smtp, twilio].map((server) => server.close()));
  });
  const settings = {
    pagerduty: { routingKey: pagerduty.routingKey, host: pagerduty.host },
    slack: { token: slack.token, channel: slack.channel, apiUrl: slack.apiUrl },
    email: { smtpUrl: smtp.url, from: 'Restorewatch <restorewatch@example.com>', to: ['ops@example.com'] },
    sms: { accountSid: twilio.accountSid, authToken: twilio.authToken, from: twilio.from, to: ['+15551230001'], baseUrl: twilio.url },
    secrets: [],
  };
  return { pagerduty, slack, smtp, twilio, channels: openChannels(settings, 5_000) };
}

/** The value of a message's acknowledge button; null where it has none. */
export function buttonOf(post: SlackPost | undefined): string | null {
  const actions = post?.blocks.find((block) => block.type === 'actions');
  const button = actions?.elements.find(({ action_id: id }) => id === 'acknowledge');
  return button?.value ?? null;
}

/** All that a person reads of a message's blocks. */
export function wordsOf(post: SlackPost | undefined): string {
  return (post?.blocks ?? []).flatMap((block) => textsIn(block)).join('\n');
}

function textsIn(block: SlackPost['blocks'][number]): readonly string[] {
  switch (block.type) {
    case 'header':
      return [block.text.text];
    case 'section':
      return [...(block.text ? [block.text.text] : []), ...(block.fields ?? []).map(({ text }) => text)];
    case 'context':
      return block.elements.map(({ text }) => text);
    case 'actions':
      return block.elements.map(({ text }) => `[${text.text}]`);
    case 'divider':
      return [];
  }
}
