import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { POST as pagerduty } from '../../../app/api/webhooks/pagerduty/route.ts';
import { POST as slack } from '../../../app/api/webhooks/slack/route.ts';
import { POST as silence } from '../../../app/api/silences/route.ts';
import { PASSWORD_HASHES } from '../../support/password-hashes.ts';

/** The routes as Next calls them, with an environment, a state and a log of their own. */
const folder = mkdtempSync(join(tmpdir(), 'restorewatch-audit-'));
const PASSWORD = 'correct horse';
const ENVIRONMENT = {
  ATLAS_CLIENT_ID: 'mdb_sa_id_test',
  ATLAS_CLIENT_SECRET: 'mdb_sa_sk_test',
  STATE_PATH: join(folder, 'state.sqlite'),
  PAGERDUTY_ROUTING_KEY: 'R0utingKeyOf32charactersAbcdefgh',
  PAGERDUTY_WEBHOOK_SECRET: 'pagerduty-webhook-secret',
  SLACK_BOT_TOKEN: 'xoxb-of-the-audit-test',
  SLACK_CHANNEL_ID: 'C0123456789',
  SLACK_SIGNING_SECRET: 'slack-signing-secret',
};
const lines: string[] = [];

beforeAll(async () => {
  for (const [name, value] of Object.entries({ ...ENVIRONMENT, STATUS_USERS: `dana:${PASSWORD_HASHES[PASSWORD]}` }))
    vi.stubEnv(name, value);
  vi.spyOn(console, 'error').mockImplementation((line: unknown) => void lines.push(String(line)));
});
beforeEach(() => void (lines.length = 0));
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const post = (body: string, headers: Readonly<Record<string, string>> = {}): Request =>
  new Request('http://127.0.0.1/', { method: 'POST', body, headers });
const signed = (body: string): Readonly<Record<string, string>> => ({
  'x-pagerduty-signature': `v1=${createHmac('sha256', ENVIRONMENT.PAGERDUTY_WEBHOOK_SECRET).update(body).digest('hex')}`,
});
const audit = (): readonly string[] => lines.filter((line) => line.includes('audit: '));
const HUGE = 'x'.repeat(512 * 1_024 + 1);

test.for<[string, (request: Request) => Promise<Response>, Request, number, string]>([
  ['PagerDuty’s, without a signature', pagerduty, post('{}'), 401, 'PagerDuty webhook: no signature fits'],
  [
    'PagerDuty’s, signed but no event',
    pagerduty,
    post('[]', signed('[]')),
    400,
    'PagerDuty webhook: signed, but not an event of version 3',
  ],
  ['PagerDuty’s, too long', pagerduty, post(HUGE, signed(HUGE)), 413, 'PagerDuty webhook: longer than 512 KB'],
  ['Slack’s, without a signature', slack, post('payload=%7B%7D'), 401, 'Slack webhook: the signature does not fit'],
  ['Slack’s, too long', slack, post(HUGE), 413, 'Slack webhook: longer than 512 KB'],
])('a refused webhook leaves a line: %s', async ([, route, request, status, why]) => {
  expect((await route(request)).status).toBe(status);
  expect(audit()).toEqual([`restorewatch: audit: refused: ${why} (from an unknown address)`]);
});

test('a resolve at PagerDuty by the timer of its service acknowledges nothing', async () => {
  const agent = { type: 'service_reference', summary: 'Backups' };
  const body = JSON.stringify({ event: { id: 'E1', event_type: 'incident.resolved', agent, data: { incident_key: 'no-such' } } });
  expect((await pagerduty(post(body, signed(body)))).status).toBe(200);
  expect(audit()).toEqual(['restorewatch: audit: PagerDuty’s event pagerduty:E1 about no-such changed nothing: the incident is unknown']);
});

test.for([
  ['that is no form', '[]', 'application/json', 'body: a form, or JSON'],
  ['without an end', 'cluster=orders&why=because', 'application/x-www-form-urlencoded', 'for: how long'],
  ['in the past', 'cluster=orders&why=because&for=-1h', 'application/x-www-form-urlencoded', 'for: how long'],
  ['over everything', 'why=because&for=1h', 'application/x-www-form-urlencoded', 'match: name a project'],
] as const)('a silence %s leaves a line with who asked for it', async ([, body, type, why]) => {
  const authorization = `Basic ${Buffer.from(`dana:${PASSWORD}`).toString('base64')}`;
  const response = await silence(post(body, { authorization, 'content-type': type }));
  expect(response.status).toBe(400);
  const refused = audit().filter((line) => !line.includes('dana signed in, the first time today'));
  expect(refused).toEqual([expect.stringMatching(new RegExp(`audit: .*dana.*${why}`))]);
});
