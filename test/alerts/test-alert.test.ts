import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPagerDuty, type PagerDutyEmulator } from '../emulators/pagerduty.ts';
import { startSlack, type SlackEmulator } from '../emulators/slack.ts';
import { startSmtp, type SmtpEmulator } from '../emulators/smtp.ts';
import { startTwilio, type TwilioEmulator } from '../emulators/twilio.ts';

const SCRIPT = join(import.meta.dirname, '../../scripts/test-alert.ts');

let pagerduty: PagerDutyEmulator;
let slack: SlackEmulator;
let smtp: SmtpEmulator;
let twilio: TwilioEmulator;
let environment: Record<string, string>;

beforeAll(async () => {
  [pagerduty, slack, smtp, twilio] = await Promise.all([startPagerDuty(), startSlack(), startSmtp(), startTwilio()]);
  const authority = join(await mkdtemp(join(tmpdir(), 'restorable-')), 'ca.pem');
  await writeFile(authority, pagerduty.ca);
  environment = {
    PATH: process.env['PATH'] ?? '',
    NODE_EXTRA_CA_CERTS: authority,
    ATLAS_CLIENT_ID: 'mdb_sa_id_test',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_test',
    PAGERDUTY_ROUTING_KEY: pagerduty.routingKey,
    PAGERDUTY_EVENTS_HOST: pagerduty.host,
    SLACK_BOT_TOKEN: slack.token,
    SLACK_CHANNEL_ID: slack.channel,
    SLACK_API_URL: slack.apiUrl,
    SMTP_URL: smtp.url,
    EMAIL_FROM: 'restorable@example.com',
    EMAIL_TO: 'a@example.com,b@example.com',
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_FROM: twilio.from,
    SMS_TO: '+15551230001',
    TWILIO_BASE_URL: twilio.url,
  };
});
afterAll(() => Promise.all([pagerduty, slack, smtp, twilio].map((server) => server.close())));

function run(...arguments_: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [SCRIPT, ...arguments_], { env: { ...environment, NODE_ENV: 'test' } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    child.once('close', (code) => resolve({ code, output }));
  });
}

test('PagerDuty gets a marked alert, which is resolved again', async () => {
  expect(await run('--channel', 'pagerduty', '--ring', '0')).toMatchObject({
    code: 0,
    output: expect.stringMatching(/trigger: accepted[^]*should ring now[^]*resolve: accepted/),
  });
  expect(pagerduty.alerts).toMatchObject([
    {
      state: 'resolved',
      key: expect.stringMatching(/^restorable-test-/),
      payload: { severity: 'critical', summary: expect.stringContaining('TEST') },
    },
  ]);
});

test('Slack, SMS and every recipient of email get a marked message', async () => {
  for (const channel of ['slack', 'sms', 'email'])
    expect(await run('--channel', channel)).toMatchObject({ code: 0, output: expect.stringContaining('accepted') });
  expect(slack.messages.map(({ text }) => text.includes('TEST'))).toEqual([true]);
  expect(twilio.messages.map(({ body }) => body.includes('TEST'))).toEqual([true]);
  expect(
    smtp.mails.map(({ to, subject }) => [to[0], subject.includes('TEST')]).toSorted(([a], [b]) => String(a).localeCompare(String(b))),
  ).toEqual([
    ['a@example.com', true],
    ['b@example.com', true],
  ]);
});

test("a refusal is told in the provider's words, without the secret, and fails the command", async () => {
  twilio.fault(/./, { kind: 'status', status: 401, body: { code: 20_003, message: `Authenticate ${twilio.authToken}` } });
  const { code, output } = await run('--channel', 'sms');
  twilio.heal();
  expect(code).toBe(1);
  expect(output).toContain('Twilio answered 401 (20003): Authenticate [redacted]');
});

test.for([[[]], [['--channel', 'fax']], [['--channel', 'sms', '--ring', 'x']]])('%j prints the usage', async ([arguments_ = []]) => {
  expect(await run(...arguments_)).toMatchObject({ code: 1, output: expect.stringContaining('usage: npm run test-alert') });
});

test('a team that restorable.config.ts does not name is refused, and nothing is sent', async () => {
  const before = pagerduty.alerts.length;
  expect(await run('--channel', 'pagerduty', '--team', 'payments')).toMatchObject({
    code: 1,
    output: expect.stringContaining('restorable.config.ts names no team payments'),
  });
  expect(pagerduty.alerts).toHaveLength(before);
});
