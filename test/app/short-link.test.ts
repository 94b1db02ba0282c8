import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { incidentCode, isIncidentCode } from '../../lib/deliver/message/incident-code.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { emptyHead } from '../../lib/domain/incidents/head.ts';
import { incident, resource } from '../support/incidents.ts';
import { PASSWORD_HASHES } from '../support/password-hashes.ts';

const ID = 'backup-age-65aa00000000000000000001-mwrsbk00-1';
const folder = mkdtempSync(join(tmpdir(), 'restorewatch-short-link-'));
const before = { ...process.env };
const ALICE = { authorization: `Basic ${Buffer.from('alice:correct horse').toString('base64')}` };

/** Of another check: one more than a card of many shows, the last of which somebody has. */
const STORM = Array.from({ length: 51 }, (_, index) =>
  incident(`storm-${index}`, { check: 'rpo', ...(index === 50 && { state: 'acknowledged' }), resource: resource(`c${index}`) }),
);

/** One more than the page shows of those that ended, the last to end first. */
const OVER = Array.from({ length: 26 }, (_, index) =>
  incident(`over-${index}`, { state: 'resolved', resolvedAt: Date.now() - HOUR - index * MINUTE, resource: resource(`o${index}`) }),
);

type Route = { readonly GET: (request: Request, context: { readonly params: Promise<{ readonly code: string }> }) => Promise<Response> };
let route: Route;

/** The route over a state file of its own, with one incident. */
beforeAll(async () => {
  Object.assign(process.env, {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_short_link_test',
    ATLAS_BASE_URL: 'http://127.0.0.1:9',
    STATE_PATH: join(folder, 'state.sqlite'),
    STATUS_USERS: `alice:${PASSWORD_HASHES['correct horse']}`,
  });
  route = await import('../../app/i/[code]/route.ts');
  const { openPorts } = await import('../../lib/wire/wire.ts');
  const { store } = await openPorts();
  const { revision } = await store.readHead();
  const head = { ...emptyHead(Date.now()), incidents: [incident(ID), ...STORM, ...OVER] };
  await store.swap({ expected: revision, writer: 'test', head, adopt: [], drop: [], history: [], release: null, now: Date.now() });
});

afterAll(() => {
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
});

function follow(code: string, headers: Readonly<Record<string, string>> = ALICE): Promise<Response> {
  return route.GET(new Request(`http://127.0.0.1/i/${code}`, { headers }), { params: Promise.resolve({ code }) });
}

describe('the short link of a text message', () => {
  test('leads to its incident on the page', async () => {
    const { status, headers } = await follow(incidentCode(ID));
    expect([status, headers.get('location')]).toEqual([307, `/#${ID}`]);
  });

  test('leads to the list of incidents where the incident has left the page', async () => {
    const { status, headers } = await follow(incidentCode('another'));
    expect([status, headers.get('location')]).toEqual([307, `/incidents?code=${incidentCode('another')}`]);
  });

  test('leads to the list where the card of a storm does not show the incident', async () => {
    const placeOf = async (id: string): Promise<string | null> => (await follow(incidentCode(id))).headers.get('location');
    expect(await placeOf('storm-0')).toBe('/#storm-0');
    expect(await placeOf('storm-49')).toBe('/#storm-49');
    expect(await placeOf('storm-50')).toBe(`/incidents?code=${incidentCode('storm-50')}`);
  });

  test('leads to the list where the incident ended before those that the page shows', async () => {
    const placeOf = async (id: string): Promise<string | null> => (await follow(incidentCode(id))).headers.get('location');
    expect(await placeOf('over-24')).toBe('/#over-24');
    expect(await placeOf('over-25')).toBe(`/incidents?code=${incidentCode('over-25')}`);
  });

  test.for(['', 'abc', 'abcdefgh', 'ABCDEFG', 'abcdef!', 'abcdefu', '../api1'])('is unknown if it is %j', async (code) => {
    const answer = await follow(code);
    expect([answer.status, answer.headers.get('location')]).toEqual([404, null]);
    expect(await answer.text()).toContain('mistyped');
  });

  test('asks whoever has not signed in for name and password', async () => {
    const { status, headers } = await follow(incidentCode(ID), {});
    expect([status, headers.get('location'), headers.get('www-authenticate')]).toEqual([401, null, expect.stringContaining('Basic')]);
  });

  test('has seven characters, the same for the same incident, others for another', () => {
    expect(isIncidentCode(incidentCode(ID))).toBe(true);
    expect(incidentCode(ID)).toBe(incidentCode(ID));
    expect(incidentCode(ID)).not.toBe(incidentCode(`${ID}1`));
  });
});
