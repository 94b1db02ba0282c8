import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import type { Store } from '../../../lib/record/store.ts';
import { receivePagerDuty } from '../../../lib/people/webhooks/receive-webhook.ts';
import { openPorts } from '../../../lib/wire/wire.ts';
import { type Agent, INTEGRATION, outbound, PERSON, SERVICE } from '../../emulators/pagerduty-agents.ts';
import { accepted, head, incident } from '../../support/incidents.ts';

/** What the route calls, over a state in which one page is open. */
const folder = mkdtempSync(join(tmpdir(), 'restorewatch-machine-'));
const SECRET = 'pagerduty-webhook-secret';
const ENVIRONMENT = {
  ATLAS_CLIENT_ID: 'mdb_sa_id_test',
  ATLAS_CLIENT_SECRET: 'mdb_sa_sk_test',
  STATE_PATH: join(folder, 'state.sqlite'),
  PAGERDUTY_ROUTING_KEY: 'R0utingKeyOf32charactersAbcdefgh',
  PAGERDUTY_WEBHOOK_SECRET: SECRET,
};
const lines: string[] = [];
let store: Store;

beforeAll(() => {
  for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value);
  vi.spyOn(console, 'error').mockImplementation((line: unknown) => void lines.push(String(line)));
  store = openSqliteStore(ENVIRONMENT.STATE_PATH);
});
beforeEach(async () => {
  lines.length = 0;
  const { revision } = await store.readHead();
  const open = head({ incidents: [incident('a')], deliveries: [accepted('pagerduty', ['a'])] });
  await store.swap({ expected: revision, writer: 'test', head: open, adopt: [], drop: [], history: [], release: null, now: Date.now() });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** PagerDuty tells that this one acknowledged the page. Gives the status of our answer. */
async function tell(agent: Agent, id: string): Promise<number> {
  const body = JSON.stringify({ event: outbound({ key: 'a', state: 'acknowledged' }, agent, { id, at: Date.now() }) });
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const request = { body: new TextEncoder().encode(body), signatures: `v1=${signature}` };
  const answer = await receivePagerDuty(await openPorts(), SECRET, request);
  await answer.notify?.();
  return answer.status;
}

async function holders(): Promise<unknown> {
  const [one] = (await store.readHead()).head?.incidents ?? [];
  return [one?.state, one?.acknowledgement?.by, one?.trail?.map(({ by }) => by)];
}

test.for([SERVICE, INTEGRATION])(
  'an acknowledgement by a machine ($type) is answered 200, noted in the audit, and writes nothing',
  async (machine) => {
    const { revision } = await store.readHead();
    expect(await tell(machine, 'E1')).toBe(200);
    expect((await store.readHead()).revision).toBe(revision);
    expect(await holders()).toEqual(['open', undefined, undefined]);
    expect(lines).toEqual([
      `restorewatch: audit: PagerDuty’s event pagerduty:E1 about a changed nothing: acknowledged there by ${machine.summary}, which is no person`,
    ]);
  },
);

test.for([
  ['first', [INTEGRATION, PERSON]],
  ['last', [PERSON, INTEGRATION]],
] as const)('if a machine acknowledges %s, the acknowledgement of a person counts', async ([order, agents]) => {
  for (const [index, agent] of agents.entries()) expect(await tell(agent, `E-${order}-${index}`)).toBe(200);
  expect(await holders()).toEqual(['acknowledged', 'Dana Doe', ['Dana Doe']]);
});
