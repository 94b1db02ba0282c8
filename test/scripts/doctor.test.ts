import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAtlasEmulator, type AtlasEmulator } from '../emulators/atlas.ts';
import { runScript, type Ended } from './run.ts';

const FORBIDDEN = {
  error: 403,
  errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST',
  detail: 'IP address 203.0.113.9 is not allowed.',
  parameters: ['203.0.113.9'],
};
const folder = mkdtempSync(join(tmpdir(), 'restorable-doctor-'));
let atlas: AtlasEmulator;

beforeAll(async () => {
  atlas = await startAtlasEmulator();
  atlas.addProject('shop').addCluster('orders');
});

afterAll(async () => {
  await atlas.close();
  rmSync(folder, { recursive: true, force: true });
});

function doctor(env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { clientId, clientSecret } = atlas.credentials;
  const given = {
    ATLAS_BASE_URL: atlas.url,
    ATLAS_CLIENT_ID: clientId,
    ATLAS_CLIENT_SECRET: clientSecret,
    STATE_PATH: join(folder, 'state.sqlite'),
  };
  return runScript('doctor.ts', { env: { ...given, REQUEST_TIMEOUT_MS: '2000', RUN_BUDGET_MS: '5000', ...env } });
}

test('where all is well it says so, warns of what is off, and sends nothing', async () => {
  const { code, stdout } = await doctor();
  expect(stdout).toContain('ok    Atlas: project shop: 1 cluster, all of it can be read');
  expect(stdout).toContain('WARN  Channel pagerduty: off');
  expect(stdout).toContain('no complete check is recorded yet');
  expect(code).toBe(0);
});

test.for([
  [{}, 'WARN  No acknowledgement can reach us, so there are no reminders and no escalation: set PAGERDUTY_WEBHOOK_SECRET or'],
  [
    { SLACK_SIGNING_SECRET: 'signing-secret', SLACK_BOT_TOKEN: 'xoxb-1', SLACK_CHANNEL_ID: 'C0123456789' },
    'ok    Acknowledgements: they can reach us',
  ],
  [
    {
      SLACK_SIGNING_SECRET: 'signing-secret',
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_CHANNEL_ID: 'C0123456789',
      PAGERDUTY_ROUTING_KEY: 'R0123456789012345678901234567890',
    },
    'WARN  Nobody who is told of P0 can acknowledge it there, so it has no reminders and no escalation: set PAGERDUTY_WEBHOOK_SECRET or',
  ],
] as const)('whether an acknowledgement can reach us is said: %#', async ([env, line]) =>
  expect((await doctor(env)).stdout).toContain(line),
);

test('what Atlas refuses is named with its reason, and no secret', async () => {
  atlas.fault(/snapshots/, { kind: 'status', status: 403, body: FORBIDDEN });
  const { code, stdout, stderr } = await doctor();
  atlas.heal();
  expect(stdout).toMatch(/BAD {3}Atlas: project shop: not all can be read: .*203\.0\.113\.9/);
  expect(stdout + stderr).not.toContain(atlas.credentials.clientSecret);
  expect(code).toBe(1);
});

test('wrong credentials are one clear line', async () => {
  const { code, stdout } = await doctor({ ATLAS_CLIENT_SECRET: 'not-the-secret' });
  expect(stdout).toMatch(/BAD {3}Atlas: the projects cannot be read: /);
  expect(stdout).not.toContain('not-the-secret');
  expect(code).toBe(1);
});

test('a state file that cannot be opened is named', async () => {
  const { code, stdout } = await doctor({ STATE_PATH: '/dev/null/state.sqlite' });
  expect(stdout).toMatch(/BAD {3}State in \/dev\/null\/state\.sqlite: /);
  expect(code).toBe(1);
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

  test('that are not planned are missed', async () => expect((await doctor()).stdout).toContain('WARN  Restore tests: none is planned'));

  test('without the second account never run', async () => {
    const { code, stdout } = await examined();
    expect(stdout).toMatch(/BAD {3}Restore tests: planned, but ATLAS_RESTORE_CLIENT_ID/);
    expect(code).toBe(1);
  });

  test('whose target is not tagged would be refused, in the interlock’s words', async () => {
    const box = atlas.addProject('sandbox').addCluster('box', { history: false });
    expect((await examined(account())).stdout).toMatch(
      /BAD {3}Restore test weekly \(orders → box\): would be refused: .*restorable=sandbox/,
    );
    box.tags = { restorable: 'sandbox' };
    const { stdout } = await examined(account());
    expect(stdout).toContain('ok    Restore test weekly (orders → box): the interlock lets it through');
    expect(stdout).toContain('BAD   SANDBOX_MONGODB_URI: not set');
  });

  test('whose sandbox address leads elsewhere are found, and the address is not shown', async () => {
    const { stdout } = await examined({ ...account(), SANDBOX_MONGODB_URI: 'mongodb://ann:hunter22@production.example.net' });
    expect(stdout).toMatch(/BAD {3}SANDBOX_MONGODB_URI: does not lead to box/);
    expect(stdout).not.toContain('hunter22');
  });
});
