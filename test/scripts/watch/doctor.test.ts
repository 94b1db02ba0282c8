import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { emptyHead } from '../../../lib/domain/incidents/head.ts';
import { DAY, MINUTE } from '../../../lib/domain/time.ts';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import { startAtlasEmulator, type AtlasEmulator } from '../../emulators/atlas.ts';
import { emulatedSecret } from '../../emulators/atlas-daily-routes.ts';
import { type Mongo, mongo } from '../../support/mongo.ts';
import { openOwnMarks, type OwnMarks } from '../../support/own-marks.ts';
import { type Providers, providers } from '../../support/providers.ts';
import { startRedis } from '../../support/redis.ts';
import { describeWith } from '../../support/services.ts';
import { shortPauses } from '../../support/short-pauses.ts';
import { startUpstash } from '../../support/upstash.ts';
import { restorewatch, type Ended } from '../run.ts';

vi.mock('node:timers/promises', (original) => shortPauses(original));

const FORBIDDEN = {
  error: 403,
  errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST',
  detail: 'IP address 203.0.113.9 is not allowed.',
  parameters: ['203.0.113.9'],
};
const UNAUTHORISED = { error: 403, errorCode: 'USER_UNAUTHORIZED', detail: 'The current user is not authorized to perform this action.' };
/** Nobody listens there. */
const SLACK = { SLACK_BOT_TOKEN: 'xoxb-1234', SLACK_CHANNEL_ID: 'C0123456789', SLACK_API_URL: 'http://127.0.0.1:1/api/' };
const folder = mkdtempSync(join(tmpdir(), 'restorewatch-doctor-'));
let atlas: AtlasEmulator;

beforeAll(async () => {
  atlas = await startAtlasEmulator();
  atlas.addProject('shop').addCluster('orders');
});

afterAll(async () => {
  await atlas.close();
  rmSync(folder, { recursive: true, force: true });
});

function doctor(env: Readonly<Record<string, string>> = {}, ...args: readonly string[]): Promise<Ended> {
  const { clientId, clientSecret } = atlas.credentials;
  const given = {
    ATLAS_BASE_URL: atlas.url,
    ATLAS_CLIENT_ID: clientId,
    ATLAS_CLIENT_SECRET: clientSecret,
    STATE_PATH: join(folder, 'state.sqlite'),
    CRON_SECRET: 'a-cron-secret-of-thirty-two-char',
    ALERTS: 'off',
  };
  return restorewatch(['doctor', ...args], { env: { ...given, REQUEST_TIMEOUT_MS: '2000', RUN_BUDGET_MS: '5000', ...env } });
}

test('doctor says that all is well, warns where no alert is meant, and sends nothing', async () => {
  const { code, stdout } = await doctor();
  expect(stdout).toContain('pass  Atlas: project shop: 1 cluster, all that every check needs can be read');
  expect(stdout).toContain('WARN  ALERTS=off: no channel is configured');
  expect(stdout).toContain('no complete check is recorded yet');
  expect(code).toBe(0);
});

test.for([
  ['is no JSON', '{'],
  ['has a key that there is not', '{"rpoo": 1}'],
] as const)('a POLICY_FILE that %s is one of the lines, beside what is wrong in the environment', async ([, text]) => {
  const policy = join(folder, 'wrong-policy.json');
  writeFileSync(policy, text);
  const { code, stdout } = await doctor({ POLICY_FILE: policy, ALERTS: '', CRON_SECRET: '', STATUS_URL: 'nowhere' });
  expect(stdout).toContain('pass  Node ');
  expect(stdout.match(/^FAIL {2}[A-Z_]+/gm)).toEqual(['FAIL  POLICY_FILE', 'FAIL  STATUS_URL', 'FAIL  NOBODY', 'FAIL  CRON_SECRET']);
  expect(code).toBe(1);
});

test.for([
  [{}, 'WARN  No acknowledgement can reach us, so there are no reminders and no escalation: set PAGERDUTY_WEBHOOK_SECRET or'],
  [{ ...SLACK, SLACK_SIGNING_SECRET: 'signing-secret' }, 'pass  Acknowledgements: they can reach us'],
  [
    {
      ...SLACK,
      SLACK_SIGNING_SECRET: 'signing-secret',
      PAGERDUTY_ROUTING_KEY: 'R0123456789012345678901234567890',
    },
    'WARN  Nobody who is told of P0 can acknowledge it there, so it has no reminders and no escalation: set PAGERDUTY_WEBHOOK_SECRET or',
  ],
] as const)('whether an acknowledgement can reach us is said: %#', async ([env, line]) =>
  expect((await doctor(env)).stdout).toContain(line),
);

test('doctor names what Atlas refuses, the reason and the role, and no secret', async () => {
  atlas.fault(/snapshots/, { kind: 'status', status: 403, body: UNAUTHORISED });
  const { code, stdout, stderr } = await doctor();
  atlas.heal();
  expect(stdout).toMatch(
    /FAIL {2}Atlas: project shop: not all can be read: listClusterSnapshots orders: 403 USER_UNAUTHORIZED.* the role Project Read Only in this project/,
  );
  expect(stdout + stderr).not.toContain(atlas.credentials.clientSecret);
  expect(code).toBe(1);
});

test('doctor says once that our address is not on the access list, and where to add it', async () => {
  const users = atlas.addProject('people');
  users.addCluster('users');
  atlas.fault(/clusters/, { kind: 'status', status: 403, body: FORBIDDEN });
  const { code, stdout } = await doctor();
  atlas.heal();
  atlas.projects.splice(atlas.projects.indexOf(users), 1);
  expect(stdout).toMatch(/FAIL {2}Atlas: 203\.0\.113\.9 is not on the API access list of the account.*API Access List/);
  expect(stdout.split('203.0.113.9')).toHaveLength(2);
  expect(code).toBe(1);
});

test('doctor says so too where not even the projects can be listed', async () => {
  atlas.fault(/groups/, { kind: 'status', status: 403, body: FORBIDDEN });
  const { stdout } = await doctor();
  atlas.heal();
  expect(stdout.match(/^.*Atlas: .*$/gm)).toEqual([expect.stringMatching(/^FAIL {2}Atlas: 203\.0\.113\.9 is not on the API access list/)]);
});

test('doctor says once what hides several projects', async () => {
  const users = atlas.addProject('people');
  users.addCluster('users');
  atlas.fault(/clusters/, { kind: 'status', status: 403, body: UNAUTHORISED });
  const { stdout } = await doctor();
  atlas.heal();
  atlas.projects.splice(atlas.projects.indexOf(users), 1);
  expect(stdout).toContain('FAIL  Atlas: projects shop, people: not all can be read: ');
  expect(stdout.split('Project Read Only')).toHaveLength(2);
});

test('doctor says of a project that Atlas does not show that ATLAS_PROJECT_IDS is wrong, and of the others that they can be read', async () => {
  const [shop] = atlas.projects;
  const { code, stdout } = await doctor({ ATLAS_PROJECT_IDS: `${shop?.id},${'f'.repeat(24)}` });
  expect(stdout).toContain('pass  Atlas: project shop: 1 cluster');
  expect(stdout).toMatch(new RegExp(`^FAIL  Atlas: project ${'f'.repeat(24)}: Atlas knows no such project, .*mend ATLAS_PROJECT_IDS`, 'm'));
  expect(stdout).not.toContain('GROUP_NOT_FOUND');
  expect(code).toBe(1);
});

test('doctor says what to do where Atlas answers a part of a project with an error of its own', async () => {
  atlas.fault(/snapshots/, { kind: 'status', status: 500, body: { error: 500 } });
  const { stdout } = await doctor();
  atlas.heal();
  expect(stdout).toMatch(
    /^FAIL {2}Atlas: project shop: not all can be read: .*: 500.*\. Try again in a minute; then https:\/\/status\.mongodb\.com$/m,
  );
});

test('doctor fails where Atlas refuses the account that restores, though no restore test is planned', async () => {
  const restoring = { ATLAS_RESTORE_CLIENT_ID: 'mdb_sa_id_wrong', ATLAS_RESTORE_CLIENT_SECRET: 'mdb_sa_sk_of_nobody' };
  const { code, stdout } = await doctor(restoring);
  expect(stdout).toMatch(
    /^FAIL {2}Atlas: the service account that restores \(ATLAS_RESTORE_CLIENT_ID\): getAccessToken: 401 .*no restore test, drill or restore/m,
  );
  expect(stdout).toMatch(/^pass {2}Secrets of Atlas: the secret of the service account that watches .* is valid until [^;]*$/m);
  expect(stdout).not.toContain('mdb_sa_sk_of_nobody');
  expect(code).toBe(1);
});

test('doctor names the checks that watch nothing for lack of a role, and does not fail by them', async () => {
  const { code, stdout } = await doctor();
  expect(stdout).toContain(
    'WARN  Atlas: not watched: needs the role Project Owner: access-logging. Give the account that role, or leave it',
  );
  expect(code).toBe(0);
});

test.for([
  ['pass', 90 * DAY, 'is valid until'],
  ['WARN', 10 * DAY, 'expires 20'],
  ['FAIL', DAY, 'Generate New Client Secret'],
] as const)('doctor says when the secret of the service account expires: %s', async ([mark, left, words]) => {
  const { clientId } = atlas.credentials;
  const before = atlas.accounts[clientId];
  atlas.accounts[clientId] = [emulatedSecret(Date.now() - 300 * DAY, Date.now() + left)];
  const { stdout } = await doctor();
  atlas.accounts[clientId] = before ?? [];
  expect(stdout).toMatch(new RegExp(`^${mark}  Secrets of Atlas: the secret of the service account that watches .*${words}`, 'm'));
});

test('doctor says how far the clock is from Atlas’s', async () => {
  expect((await doctor()).stdout).toContain("pass  Clock: within a minute of Atlas's");
  const date = new Date(Date.now() - 20 * MINUTE).toUTCString();
  atlas.fault(/./, { kind: 'edit', edit: (answer) => ({ ...answer, headers: { ...answer.headers, date } }) });
  const { code, stdout } = await doctor();
  atlas.heal();
  expect(stdout).toMatch(/FAIL {2}Clock: (19 min \d+ s|20 min|20 min \d+ s) ahead of Atlas's/);
  expect(code).toBe(1);
});

test.for([
  ['does not answer', { ATLAS_BASE_URL: 'http://127.0.0.1:1' }],
  ['hangs', {}],
] as const)('doctor ends where Atlas %s, and says so once', async ([how, env]) => {
  if (how === 'hangs') atlas.fault(/./, { kind: 'hang' });
  const { code, stdout } = await doctor({ REQUEST_TIMEOUT_MS: '100', ...env });
  atlas.heal();
  expect(stdout.match(/^.*Atlas: .*$/gm)).toEqual([
    expect.stringMatching(/^FAIL {2}Atlas: the projects cannot be read: .*Check ATLAS_BASE_URL/),
  ]);
  expect(code).toBe(1);
});

test('doctor without any environment names what is missing, and examines nothing else', async () => {
  const { code, stdout } = await restorewatch(['doctor']);
  const lines = stdout.trimEnd().split('\n');
  for (const name of ['ATLAS_CLIENT_ID', 'CRON_SECRET', 'NOBODY CAN BE TOLD'])
    expect(lines.filter((line) => line.includes(name))).toHaveLength(1);
  expect(stdout).not.toContain('State in');
  expect(code).toBe(1);
});

test('doctor says who called the check and when, from the recorded state', async () => {
  const path = join(folder, 'called.sqlite');
  const now = Date.now();
  const run = { runId: 'r1', startedAt: now - 5 * MINUTE, finishedAt: now - 4.5 * MINUTE, complete: true };
  const called = { since: now - DAY, last: now - 5 * MINUTE, days: [] };
  const head = { ...emptyHead(now), lastRun: run, lastComplete: run, calls: { '*': called, github: called } };
  const store = openSqliteStore(path);
  await store.swap({ expected: 0, writer: 'test', head, adopt: [], drop: [], history: [], release: null, now });
  await store.close();
  const { stdout } = await doctor({ STATE_PATH: path });
  expect(stdout).toMatch(
    /pass {2}Crons: \/api\/cron\/check: github called 5 min( \d+ s)? ago, the last complete check ended 4 min \d+ s ago/,
  );
  expect(stdout).toContain(
    "pass  vercel.json: /api/cron/check and /api/cron/dispatch run more often than daily, which takes Vercel's Pro plan",
  );
});

describeWith('redis-server', 'the KV', (program) => {
  test('is read four times and written once, and doctor says how long an answer takes', async () => {
    const redis = await startRedis(program);
    const upstash = await startUpstash(redis.socket);
    const { stdout } = await doctor({ KV_REST_API_URL: upstash.url, KV_REST_API_TOKEN: upstash.token });
    await upstash.stop();
    await redis.stop();
    expect(stdout).toMatch(/(pass|WARN) {2}State in the KV: can be read and written; an answer takes \d+ ms from here/);
    expect(upstash.commands.map(([name]) => name)).toEqual(['HMGET', 'HMGET', 'HMGET', 'HMGET', 'EVAL']);
  });
});

describe('a KV', () => {
  const server = createServer(() => {});
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => void (server.closeAllConnections(), server.close()));

  test('that hangs is named within two attempts, and what it would say is not asked for twice', async () => {
    // Proof: it listens on a port.
    const { port } = server.address() as AddressInfo;
    const { code, stdout } = await doctor({
      KV_REST_API_URL: `http://127.0.0.1:${port}`,
      KV_REST_API_TOKEN: 'kv-token',
      REQUEST_TIMEOUT_MS: '200',
    });
    expect(stdout).toContain('FAIL  State in the KV: read the head in Redis: no answer within 200 ms (2 attempts)');
    expect(stdout).not.toContain('Crons: ');
    expect(code).toBe(1);
  });
});

test('a KV whose token may only read is named as such, with what its crons say', async () => {
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (command: string) => {
      const [status, answer] = command.includes('EVAL')
        ? [400, { error: "NOPERM no permission for 'eval'" }]
        : [200, { result: [null, null] }];
      response.writeHead(Number(status), { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Proof: it listens on a port.
  const { port } = server.address() as AddressInfo;
  const { code, stdout } = await doctor({ KV_REST_API_URL: `http://127.0.0.1:${port}`, KV_REST_API_TOKEN: 'kv-token' });
  server.close();
  expect(stdout).toMatch(/^(pass|WARN) {2}State in the KV: can be read; an answer takes/m);
  expect(stdout).toMatch(/^FAIL {2}State in the KV: .*the token may not write.* not KV_REST_API_READ_ONLY_TOKEN/m);
  expect(stdout).toContain('Crons: ');
  expect(code).toBe(1);
});

test('doctor shows wrong credentials in one clear line', async () => {
  const { code, stdout } = await doctor({ ATLAS_CLIENT_SECRET: 'not-the-secret' });
  expect(stdout).toMatch(/FAIL {2}Atlas: the projects cannot be read: /);
  expect(stdout).not.toContain('not-the-secret');
  expect(code).toBe(1);
});

test.for([
  [
    'in what is no folder',
    (): string => '/dev/null/state.sqlite',
    '/dev/null is no folder, so nothing can lie in it; set STATE_PATH to a file in a folder',
  ],
  ['that is a folder', (): string => folder, `it is a folder; set STATE_PATH to a file in it, as `],
  ['that is a device', (): string => '/dev/null', 'it is a device, pipe or socket and no file; set STATE_PATH to a file'],
  [
    'that is no database',
    (): string => join(import.meta.dirname, '..', 'run.ts'),
    'the file there is no SQLite database, and was left as it is; set STATE_PATH to another file',
  ],
] as const)('doctor says once of a state file %s what to do', async ([, path, words]) => {
  const { code, stdout } = await doctor({ STATE_PATH: path() });
  const lines = stdout.split('\n').filter((line) => line.includes(`State in ${path()}: `));
  expect(lines).toEqual([expect.stringContaining(`FAIL  State in ${path()}: open the state file ${path()}: ${words}`)]);
  expect(lines.join().split('STATE_PATH')).toHaveLength(2);
  expect(code).toBe(1);
});

/** Cheap to guess: N = 2. */
const WEAK = `ann:scrypt.2.1.1.${'A'.repeat(22)}.${'A'.repeat(43)}`;

test.for([
  ['no channel', { ALERTS: '' }, 'NOBODY CAN BE TOLD: no channel is configured'],
  ['no cron secret', { CRON_SECRET: '' }, 'CRON_SECRET is not set'],
  ['a cron secret of 31 characters', { CRON_SECRET: 'x'.repeat(31) }, 'CRON_SECRET has fewer than 32 characters'],
  ['a user whose hash is weak', { STATUS_USERS: WEAK }, 'STATUS_USERS: the hash of ann is so cheap'],
] as const)('doctor fails with %s, and says so once', async ([, env, words]) => {
  const { code, stdout } = await doctor(env);
  expect(stdout).toContain(`FAIL  ${words}`);
  expect(stdout.split(words)).toHaveLength(2);
  expect(code).toBe(1);
});

const WEBHOOK = { WEBHOOK_URL: 'https://hooks.example.com/x', WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}` };

test('doctor fails with the webhook alone while no route names it, and not where one does', async () => {
  const { code, stdout } = await doctor({ ALERTS: '', ...WEBHOOK });
  expect([code, stdout]).toEqual([1, expect.stringContaining('FAIL  NOBODY CAN BE TOLD: only the webhook is configured')]);
  const policy = join(folder, 'routes.json');
  writeFileSync(policy, JSON.stringify({ routes: { P0: ['webhook'] } }));
  expect((await doctor({ ALERTS: '', ...WEBHOOK, POLICY_FILE: policy })).stdout).not.toContain('NOBODY CAN BE TOLD');
});

test('doctor names each problem of a wrong environment in a line, beside the faults that can be told', async () => {
  const { code, stdout } = await doctor({ ALERTS: '', CRON_SECRET: '', ATLAS_CLIENT_SECRET: '', REQUEST_TIMEOUT_MS: 'soon' });
  for (const words of ['ATLAS_CLIENT_SECRET', 'REQUEST_TIMEOUT_MS', 'NOBODY CAN BE TOLD', 'CRON_SECRET is not set'])
    expect(stdout).toMatch(new RegExp(`^FAIL {2}.*${words}`, 'm'));
  expect(code).toBe(1);
});

test('doctor says no line twice, whatever is missing', async () => {
  const lines = (await doctor({ ALERTS: '', CRON_SECRET: '' })).stdout.split('\n');
  expect(lines.toSorted()).toEqual([...new Set(lines)].toSorted());
  expect(lines.filter((line) => line.includes('no channel is configured'))).toHaveLength(1);
});

test('doctor prints its lines as JSON too', async () => {
  const { code, stdout } = await doctor({ CRON_SECRET: '' }, '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    fine: false,
    lines: expect.arrayContaining([{ mark: 'fail', text: expect.stringMatching(/^CRON_SECRET/) }]),
  });
  expect(code).toBe(1);
});

describe('the providers', () => {
  let at: Providers;
  const keys = (): Readonly<Record<string, string>> => ({
    ALERTS: '',
    PAGERDUTY_ROUTING_KEY: at.pagerduty.routingKey,
    PAGERDUTY_EVENTS_HOST: at.pagerduty.host,
    PAGERDUTY_API_TOKEN: at.pagerduty.apiToken,
    PAGERDUTY_API_URL: at.pagerduty.url,
    SLACK_BOT_TOKEN: at.slack.token,
    SLACK_CHANNEL_ID: at.slack.channel,
    SLACK_API_URL: at.slack.apiUrl,
    SMTP_URL: at.smtp.url,
    EMAIL_FROM: 'restorewatch@example.com',
    EMAIL_TO: 'ops@example.com',
    TWILIO_ACCOUNT_SID: at.twilio.accountSid,
    TWILIO_AUTH_TOKEN: at.twilio.authToken,
    TWILIO_FROM: at.twilio.from,
    TWILIO_BASE_URL: at.twilio.url,
    SMS_TO: '+15551230001',
  });

  beforeEach(async () => {
    at = await providers(Date.now);
  });

  test('are asked whether they take our keys, and nobody is notified', async () => {
    const { code, stdout } = await doctor(keys());
    expect(stdout).toMatch(/pass {2}Channel slack: on, Slack takes its token \(restorewatch in emulator\)/);
    expect(stdout).toMatch(/pass {2}Channel sms: on, Twilio takes its token, and the account is active/);
    expect(stdout).toMatch(/pass {2}Channel email: on, the mail server takes its user and password/);
    expect(stdout).toMatch(/pass {2}Channel pagerduty: on; try it with `restorewatch alerts test --channel pagerduty`/);
    expect(stdout).toContain("pass  PagerDuty's REST API: PagerDuty takes its token");
    expect(stdout).toContain('pass  Channels that are off: webhook');
    expect([at.pagerduty.alerts, at.slack.messages, at.twilio.messages, at.smtp.mails]).toEqual([[], [], [], []]);
    expect(code).toBe(0);
  });

  test.for([
    [
      'Slack',
      { SLACK_BOT_TOKEN: 'xoxb-wrong-token' },
      /FAIL {2}Channel slack: Slack refused: invalid_auth\. Check SLACK_BOT_TOKEN, SLACK_CHANNEL_ID/,
    ],
    ['Twilio', { TWILIO_AUTH_TOKEN: 'wrong-token' }, /FAIL {2}Channel sms: Twilio answered 401 \(20003\): Authenticate/],
    ['the mail server', { SMTP_URL: 'smtp://mailer:wrong-token@127.0.0.1:PORT' }, /FAIL {2}Channel email: .*535/],
    ['PagerDuty', { PAGERDUTY_API_TOKEN: 'wrong-token' }, /FAIL {2}PagerDuty's REST API: PagerDuty answered 401/],
  ] as const)('that refuse a key are named in their words, without the key: %s', async ([, wrong, words]) => {
    const env = Object.fromEntries(Object.entries(wrong).map(([name, value]) => [name, value.replace('PORT', String(at.smtp.port))]));
    const { code, stdout } = await doctor({ ...keys(), ...env });
    expect(stdout).toMatch(words);
    expect(stdout).not.toContain('wrong-token');
    expect(code).toBe(1);
  });

  test('that hang are named, with how long doctor waited', async () => {
    at.twilio.fault(/Accounts/, { kind: 'hang' });
    const { code, stdout } = await doctor({ ...keys(), REQUEST_TIMEOUT_MS: '500' });
    expect(stdout).toMatch(/FAIL {2}Channel sms: .*500 ms.* Check TWILIO_ACCOUNT_SID/);
    expect(code).toBe(1);
  });

  test('that are suspended are named', async () => {
    at.twilio.fault(/Accounts/, { kind: 'status', status: 200, body: { status: 'suspended' } });
    expect((await doctor(keys())).stdout).toContain('FAIL  Channel sms: Twilio: the account is suspended');
  });
});

describe('restore tests', () => {
  const PLAN = { name: 'weekly', sources: [{ project: 'shop', cluster: 'orders' }], target: { project: 'sandbox', cluster: 'box' } };
  const policy = join(folder, 'policy.json');

  async function examined(env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    writeFileSync(policy, JSON.stringify({ restoreTests: [PLAN] }));
    return doctor({ POLICY_FILE: policy, ...env });
  }
  const account = (): Readonly<Record<string, string>> => {
    const { clientId, clientSecret } = atlas.recovery.credentials;
    return { ATLAS_RESTORE_CLIENT_ID: clientId, ATLAS_RESTORE_CLIENT_SECRET: clientSecret };
  };

  test('that are not planned are a warning', async () => expect((await doctor()).stdout).toContain('WARN  Restore tests: none is planned'));

  test('that are planned without the second account are bad, since none runs', async () => {
    const { code, stdout } = await examined();
    expect(stdout).toMatch(/FAIL {2}Restore tests: planned, but ATLAS_RESTORE_CLIENT_ID/);
    expect(code).toBe(1);
  });

  test('whose target is not tagged would be refused, in the interlock’s words', async () => {
    const box = atlas.addProject('sandbox').addCluster('box', { history: false });
    expect((await examined(account())).stdout).toMatch(
      /FAIL {2}Restore test weekly \(orders → box\): would be refused: .*restorewatch=sandbox/,
    );
    box.tags = { restorewatch: 'sandbox' };
    const { stdout } = await examined(account());
    expect(stdout).toContain('pass  Restore test weekly (orders → box): the interlock lets it through');
    expect(stdout).toContain('FAIL  SANDBOX_MONGODB_URI: not set');
  });

  test('whose sandbox address leads elsewhere are found, and the address is not shown', async () => {
    const uri = 'mongodb://ann:hunter22@production.example.net';
    const { stdout } = await examined({ ...account(), SANDBOX_MONGODB_URI: uri, REQUEST_TIMEOUT_MS: '500' });
    expect(stdout).toMatch(/FAIL {2}SANDBOX_MONGODB_URI: does not lead to box/);
    expect(stdout).not.toContain('hunter22');
  });
});

describe('drills', () => {
  const policy = join(folder, 'drills.json');
  const target = { project: 'exercise', cluster: 'range' };

  async function examined(scenario: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    writeFileSync(policy, JSON.stringify({ drills: [{ name: 'monthly', scenario, target }] }));
    return doctor({ POLICY_FILE: policy, ...env });
  }
  const account = (): Readonly<Record<string, string>> => {
    const { clientId, clientSecret } = atlas.recovery.credentials;
    return { ATLAS_RESTORE_CLIENT_ID: clientId, ATLAS_RESTORE_CLIENT_SECRET: clientSecret };
  };

  test('that are planned without the second account are bad, but for a tabletop, which needs none', async () => {
    const { code, stdout } = await examined('deletion');
    expect(stdout).toMatch(/FAIL {2}Drills: planned, but ATLAS_RESTORE_CLIENT_ID/);
    expect(code).toBe(1);
    expect((await examined('breach')).stdout).not.toContain('Drill');
  });

  test('whose target is not there or not tagged would be refused, in the interlock’s words', async () => {
    expect((await examined('deletion', account())).stdout).toMatch(
      /FAIL {2}Drill monthly \(deletion, range\): would be refused: Atlas has no cluster range/,
    );
    const range = atlas.addProject('exercise').addCluster('range', { history: false });
    expect((await examined('deletion', account())).stdout).toMatch(/FAIL {2}Drill monthly .*restorewatch=sandbox/);
    range.tags = { restorewatch: 'sandbox' };
    const { stdout } = await examined('deletion', account());
    expect(stdout).toMatch(/FAIL {2}Drill monthly .*: would be refused: the sandbox’s address is not set \(SANDBOX_MONGODB_URI/);
    expect(stdout).not.toContain('restorewatch=sandbox');
  });

  test('that the interlock lets through pass', async () => {
    // Atlas's emulator names this host for every cluster called range, and nobody is asked there.
    const { stdout } = await examined('deletion', { ...account(), SANDBOX_MONGODB_URI: 'mongodb+srv://range.ab1cd.mongodb.net' });
    expect(stdout).toContain('pass  Drill monthly (deletion, range): the interlock lets it through');
  });
});

describeWith('mongodb', 'the sandbox for backups by hand', (where) => {
  let server: Mongo;
  let at: OwnMarks;
  beforeAll(async () => {
    server = await mongo(where);
    at = await openOwnMarks(server.uri);
  });
  afterAll(async () => {
    await at.stop();
    await server.stop();
  });
  const WHAT = 'Sandbox for backups by hand (SANDBOX_MONGODB_URI): ';

  test('that is marked is said to be, by whom and since when', async () => {
    await at.mark();
    expect((await doctor({ SANDBOX_MONGODB_URI: at.uri })).stdout).toContain(`pass  ${WHAT}marked as a sandbox by Eve on desk, 1970-01-01`);
  });

  test('that is marked and is the source is bad', async () => {
    await at.mark();
    const { code, stdout } = await doctor({ SANDBOX_MONGODB_URI: at.uri, MONGODB_URI: at.uri.replace('127.0.0.1', '127.1') });
    expect(stdout).toContain(`FAIL  ${WHAT}the interlock refuses it: the target is the database that MONGODB_URI names`);
    expect(code).toBe(1);
  });

  test('that is in use is said to be, by whom', async () => {
    const until = new Date(Date.now() + 60_000);
    const use = { id: 'x', owner: 'Bob', host: 'desk', process: null, what: 'validate of /a', since: new Date(0), until, namespaces: [] };
    await at.put({ use });
    expect((await doctor({ SANDBOX_MONGODB_URI: at.uri })).stdout).toContain(
      `${WHAT}not marked; in use: validate of /a, by Bob on desk, until`,
    );
  });

  test('that does not answer is bad, without its password', async () => {
    const { stdout } = await doctor({ SANDBOX_MONGODB_URI: 'mongodb://ann:hunter22@127.0.0.1:1/', REQUEST_TIMEOUT_MS: '500' });
    expect(stdout).toContain(`FAIL  ${WHAT}no server could be reached`);
    expect(stdout).not.toContain('hunter22');
  });
});
