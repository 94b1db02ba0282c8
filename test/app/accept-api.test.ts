import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AtlasEmulator, startAtlasEmulator } from '../emulators/atlas.ts';
import { PASSWORD_HASHES } from '../support/password-hashes.ts';

/** Next knows a request only while it serves one. */
vi.mock('next/server', async (original) => ({ ...(await original<object>()), after: (act: () => Promise<void>) => void act() }));

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-accept-'));
const before = { ...process.env };
const headers = { authorization: `Basic ${Buffer.from('alice:correct horse').toString('base64')}`, 'content-type': 'application/json' };
let atlas: AtlasEmulator;
let incidentId: string;

/** The routes over a state file of their own, in which the schedule of an emulated Atlas was weakened between two checks. */
beforeAll(async () => {
  atlas = await startAtlasEmulator();
  atlas.addProject('shop').addCluster('orders');
  const { clientId, clientSecret } = atlas.credentials;
  Object.assign(process.env, {
    ATLAS_BASE_URL: atlas.url,
    ATLAS_CLIENT_ID: clientId,
    ATLAS_CLIENT_SECRET: clientSecret,
    STATE_PATH: join(folder, 'state.sqlite'),
    STATUS_USERS: `alice:${PASSWORD_HASHES['correct horse']}`,
    ALERTS: 'off',
  });
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { runCheck } = await import('../../lib/wire/wire.ts');
  await runCheck();
  atlas.fault(/orders\/backup\/schedule/, {
    kind: 'edit',
    edit: (answer) => ({ ...answer, body: { ...Object(answer.body), restoreWindowDays: 6 } }),
  });
  await runCheck();
  const [incident] = (await status()).incidents;
  incidentId = incident?.id ?? '';
}, 60_000);
afterAll(async () => {
  vi.restoreAllMocks();
  process.env = before;
  await atlas.close();
  rmSync(folder, { recursive: true, force: true });
});

type Shown = {
  readonly incidents: readonly { readonly id: string; readonly state: string; readonly acceptable: readonly string[] }[];
  readonly acceptances: readonly { readonly id: string; readonly why: string }[];
};

async function status(): Promise<Shown> {
  const { GET } = await import('../../app/api/status/route.ts');
  const answer = await GET(new Request('http://127.0.0.1/api/status', { headers }));
  // Proof: the route answers `StatusJson`, of which this is a part.
  return (await answer.json()) as Shown;
}

async function accept(id: string, fields: Readonly<Record<string, string>>): Promise<Response> {
  const { POST } = await import('../../app/api/incidents/[id]/accept/route.ts');
  const request = new Request('http://127.0.0.1/', { method: 'POST', headers, body: JSON.stringify(fields) });
  return POST(request, { params: Promise.resolve({ id }) });
}

describe('POST /api/incidents/{id}/accept', () => {
  test.for<[string, () => string, Readonly<Record<string, string>>, number]>([
    ['without a reason', () => incidentId, {}, 400],
    ['with a misspelt field', () => incidentId, { wy: 'meant so' }, 400],
    ['of an incident that does not exist', () => 'no-such', { why: 'meant so' }, 404],
  ])('%s is refused', async ([, id, fields, expected]) => expect((await accept(id(), fields)).status).toBe(expected));

  test('ends the incident; the status shows who accepted it and why, until that is taken back', async () => {
    expect((await status()).incidents).toMatchObject([{ state: 'open', acceptable: [expect.stringContaining('6 days (before 7')] }]);
    expect((await accept(incidentId, { why: 'a test cluster' })).status).toBe(201);
    const { incidents, acceptances } = await status();
    expect(incidents).toMatchObject([{ state: 'resolved', acceptable: [] }]);
    expect(acceptances).toMatchObject([{ by: 'alice', why: 'a test cluster' }]);
    expect((await accept(incidentId, { why: 'again' })).status).toBe(409);
    const { POST } = await import('../../app/api/acceptances/[id]/end/route.ts');
    const end = (): Promise<Response> =>
      POST(new Request('http://127.0.0.1/', { method: 'POST', headers }), { params: Promise.resolve({ id: acceptances[0]?.id ?? '' }) });
    expect([(await end()).status, (await end()).status]).toEqual([200, 404]);
    expect((await status()).acceptances).toEqual([]);
  });
});
