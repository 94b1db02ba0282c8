import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { emptyHead } from '../../lib/domain/incidents/head.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { openSqliteStore } from '../../lib/record/sqlite/sqlite.ts';
import { past } from '../record/samples.ts';
import { incident } from '../support/incidents.ts';
import { PASSWORD_HASHES } from '../support/password-hashes.ts';

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-incidents-'));
const ALICE = { authorization: `Basic ${Buffer.from('alice:correct horse').toString('base64')}` };
const now = Date.now();
let get: (query: string, headers?: Readonly<Record<string, string>>) => Promise<Response>;
let note: (id: string, fields: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>) => Promise<Response>;

/** The routes over a state file that has one open incident and one that ended. */
beforeAll(async () => {
  const environment = {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_incidents_test',
    ATLAS_BASE_URL: 'http://127.0.0.1:9',
    ALERTS: 'off',
    STATE_PATH: join(folder, 'state.sqlite'),
    STATUS_USERS: `alice:${PASSWORD_HASHES['correct horse']}`,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const store = openSqliteStore(environment.STATE_PATH);
  const head = { ...emptyHead(now), incidents: [incident('open', { openedAt: now - HOUR })] };
  const ended = past('ended', now - 2 * HOUR, { openedAt: now - 3 * HOUR });
  await store.swap({ expected: 0, writer: 'test', head, adopt: [], drop: [], history: [ended], release: null, now });
  await store.close();
  const { GET } = await import('../../app/api/incidents/route.ts');
  const { POST } = await import('../../app/api/incidents/[id]/notes/route.ts');
  get = (query, headers = ALICE) => GET(new Request(`http://127.0.0.1/api/incidents?${query}`, { headers }));
  note = (id, fields, headers = {}) => {
    const init = { method: 'POST', headers: { ...ALICE, 'content-type': 'application/json', ...headers }, body: JSON.stringify(fields) };
    return POST(new Request('http://127.0.0.1/', init), { params: Promise.resolve({ id }) });
  };
}, 60_000);

afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

type Answer = {
  readonly incidents: readonly {
    readonly id: string;
    readonly timeline: readonly { readonly what: string; readonly by: string | null }[];
  }[];
  readonly next: string | null;
};

async function shown(query: string): Promise<Answer> {
  // Proof: the test before it has checked the status of the same route.
  return (await (await get(query)).json()) as Answer;
}

describe('GET /api/incidents', () => {
  test('is 401 to whoever is not signed in', async () => expect((await get('', {})).status).toBe(401));

  test('gives what is open and what ended, page by page', async () => {
    expect((await get('')).status).toBe(200);
    const first = await shown('limit=1');
    expect(first.incidents.map(({ id }) => id)).toEqual(['open']);
    const second = await shown(`limit=1&cursor=${first.next}`);
    expect([second.incidents.map(({ id }) => id), second.next]).toEqual([['ended'], null]);
  });

  test('gives only what was open in the span', async () => {
    const to = new Date(now - 2.5 * HOUR).toISOString();
    expect((await shown(`to=${to}`)).incidents.map(({ id }) => id)).toEqual(['ended']);
  });

  test('is 400 in words for nonsense', async () => {
    const answer = await get('from=yesterday');
    expect([answer.status, await answer.json()]).toEqual([400, { error: 'from and to must be moments such as 2026-11-01T00:00:00Z' }]);
  });
});

describe('POST /api/incidents/{id}/notes', () => {
  test('adds a note, which the history then shows with who wrote it', async () => {
    expect((await note('open', { text: 'resized the disk' })).status).toBe(201);
    expect((await shown('')).incidents[0]?.timeline.at(-1)).toMatchObject({ what: 'note: resized the disk', by: 'alice' });
  });

  test('is refused from another site', async () =>
    expect((await note('open', { text: 'x' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403));

  test.for([
    ['without words', 'open', {}, 400],
    ['with another field', 'open', { text: 'x', by: 'mallory' }, 400],
    ['on an incident that has left the head', 'ended', { text: 'x' }, 404],
    ['on an incident that never was', 'nonsense', { text: 'x' }, 404],
  ] as const)('is refused %s', async ([, id, fields, status]) => expect((await note(id, fields)).status).toBe(status));
});
