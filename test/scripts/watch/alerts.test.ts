import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPagerDuty, type PagerDutyEmulator } from '../../emulators/pagerduty.ts';
import { startSlack, type SlackEmulator } from '../../emulators/slack.ts';
import { startSmtp, type SmtpEmulator } from '../../emulators/smtp.ts';
import { startTwilio, type TwilioEmulator } from '../../emulators/twilio.ts';
import { type Ended, restorewatch } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-alerts-'));

let pagerduty: PagerDutyEmulator;
let slack: SlackEmulator;
let smtp: SmtpEmulator;
let twilio: TwilioEmulator;
let environment: Record<string, string>;

beforeAll(async () => {
  [pagerduty, slack, smtp, twilio] = await Promise.all([startPagerDuty(), startSlack(), startSmtp(), startTwilio()]);
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), pagerduty.ca]);
  environment = {
    STATE_PATH: join(folder, 'state.sqlite'),
    ATLAS_CLIENT_ID: 'mdb_sa_id_test',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_test',
    PAGERDUTY_ROUTING_KEY: pagerduty.routingKey,
    PAGERDUTY_EVENTS_HOST: pagerduty.host,
    SLACK_BOT_TOKEN: slack.token,
    SLACK_CHANNEL_ID: slack.channel,
    SLACK_API_URL: slack.apiUrl,
    SMTP_URL: smtp.url,
    EMAIL_FROM: 'restorewatch@example.com',
    EMAIL_TO: 'a@example.com,b@example.com',
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_FROM: twilio.from,
    SMS_TO: '+15551230001',
    TWILIO_BASE_URL: twilio.url,
  };
});
afterAll(async () => {
  await Promise.all([pagerduty, slack, smtp, twilio].map((server) => server.close()));
  rmSync(folder, { recursive: true, force: true });
});

function run(...args: readonly string[]): Promise<Ended> {
  return restorewatch(['alerts', ...args], { env: environment });
}

function tried(...args: readonly string[]): Promise<Ended> {
  return run('test', '--yes', ...args);
}

test('PagerDuty gets a marked alert, which is resolved again', async () => {
  expect(await tried('--channel', 'pagerduty', '--ring', '0')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('should ring now'),
    stdout: expect.stringMatching(/trigger: accepted[^]*resolve: accepted/),
  });
  expect(pagerduty.alerts).toMatchObject([
    {
      state: 'resolved',
      key: expect.stringMatching(/^restorewatch-test-/),
      payload: { severity: 'critical', summary: expect.stringContaining('TEST') },
    },
  ]);
});

test('Slack, SMS and every recipient of email get a marked message', async () => {
  for (const channel of ['slack', 'sms', 'email'])
    expect(await tried('--channel', channel)).toMatchObject({ code: 0, stdout: expect.stringContaining('accepted') });
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
  const { code, stdout } = await tried('--channel', 'sms');
  twilio.heal();
  expect(code).toBe(1);
  expect(stdout).toContain('Twilio answered 401 (20003): Authenticate [redacted]');
});

test.for([[[]], [['--channel', 'fax']], [['--channel', 'sms', '--ring', 'x']]])('%j says where the usage is', async ([args = []]) => {
  expect(await tried(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining('restorewatch alerts test --help') });
});

test('a team that restorewatch.config.ts does not name is refused, and nothing is sent', async () => {
  const before = pagerduty.alerts.length;
  expect(await tried('--channel', 'pagerduty', '--team', 'payments')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('restorewatch.config.ts names no team payments'),
  });
  expect(pagerduty.alerts).toHaveLength(before);
});

test('a proof sends a P0 and a P1 through every channel, and says what each answered', async () => {
  const { code, stdout } = await run('prove', '--yes', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    sent: ['pagerduty', 'sms', 'slack', 'email', 'email'].map((channel) => ({ channel, state: 'accepted' })),
  });
  expect(code).toBe(0);
});

test('a second proof while one is under way sends nothing, says so, and ends with 1', async () => {
  const { code, stdout } = await run('prove', '--yes', '--json');
  expect(JSON.parse(stdout)).toEqual({ words: expect.stringContaining('under way already'), sent: [] });
  expect(code).toBe(1);
});
