import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Channel } from '../../lib/deliver/attempt/channel.ts';
import { readEnvironment } from '../../lib/config/environment/read-environment.ts';
import { type Config, env } from '../../lib/config/policy/define-config.ts';
import { FIRST_CONTACT } from '../../lib/domain/incidents/channel-address.ts';
import { openEveryChannel } from '../../lib/wire/channels.ts';
import { notificationOf } from '../deliver/notifications.ts';
import { COMPLETE } from '../config/environment/environment-source.ts';
import { startSlack, type SlackEmulator } from '../emulators/slack.ts';
import { startTwilio, type TwilioEmulator } from '../emulators/twilio.ts';

let slack: SlackEmulator;
let twilio: TwilioEmulator;

beforeAll(async () => {
  [slack, twilio] = await Promise.all([startSlack(), startTwilio()]);
});
afterAll(() => Promise.all([slack.close(), twilio.close()]));

const CONTACTS = { sms: ['+15005550099'], email: [] };
const TEAMS: NonNullable<Config['teams']> = [
  {
    name: 'payments',
    match: { project: 'shop' },
    to: { sms: ['+15005550077'], slack: { channel: 'C0999999999', token: env('SLACK_PAYMENTS') }, pagerduty: env('PD_PAYMENTS') },
  },
];

function opened(token: string): readonly Channel[] {
  const at = {
    SLACK_API_URL: slack.apiUrl,
    TWILIO_BASE_URL: twilio.url,
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_FROM: twilio.from,
  };
  const source = { ...COMPLETE, ...at, SMS_TO: '+15005550010', SLACK_PAYMENTS: token, PD_PAYMENTS: `Paym${'0'.repeat(28)}` };
  return openEveryChannel(readEnvironment(source, { teams: TEAMS }), CONTACTS);
}

function find(channels: readonly Channel[], id: Channel['id'], team?: string): Channel {
  const found = channels.find((channel) => channel.id === id && channel.team === team);
  if (!found) throw new Error(`no ${id} of ${team}`);
  return found;
}

test('the default recipients come first, then each team’s own channels, with the contacts after both', () => {
  expect(opened('xoxb-other').map(({ id, team, recipients, contacts }) => [id, team, recipients, contacts])).toEqual([
    ['pagerduty', undefined, 1, undefined],
    ['sms', undefined, 1, 1],
    ['slack', undefined, 1, undefined],
    ['email', undefined, 2, 0],
    ['webhook', undefined, 1, undefined],
    ['pagerduty', 'payments', 1, undefined],
    ['sms', 'payments', 1, 1],
    ['slack', 'payments', 1, undefined],
  ]);
});

test('a text message to a team reaches its own phone, and the contact after it', async () => {
  const sms = find(opened('xoxb-other'), 'sms', 'payments');
  const { signal } = new AbortController();
  expect((await sms.send(notificationOf(), signal)).result).toBe('accepted');
  expect((await sms.send({ ...notificationOf(), recipient: FIRST_CONTACT }, signal)).result).toBe('accepted');
  expect((await sms.send({ ...notificationOf(), recipient: 1 }, signal)).result, 'nobody is between them').toBe('rejected');
  expect(twilio.messages.map(({ to }) => to)).toEqual(['+15005550077', '+15005550099']);
});

test('no channel repeats a secret of any team or of the default recipients in an error', async () => {
  const key = `Paym${'0'.repeat(28)}`;
  const words = `bad key ${key}, bad token xoxb-very-own, ${Buffer.from(`user:${key}`).toString('base64')}`;
  twilio.fault(/./, { kind: 'status', status: 400, body: { code: 1, message: words } });
  for (const team of [undefined, 'payments']) {
    const outcome = await find(opened('xoxb-very-own'), 'sms', team).send(notificationOf(), new AbortController().signal);
    expect(outcome).toMatchObject({ result: 'rejected', error: expect.stringContaining('[redacted]') });
    expect(JSON.stringify(outcome)).not.toMatch(/Paym0|xoxb-very-own/);
    expect(JSON.stringify(outcome)).not.toContain(Buffer.from(`user:${key}`).toString('base64').slice(8, 30));
  }
  twilio.heal();
});
