import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readEvidenceQuery } from '../../app/api/evidence/query.ts';
import type { AuditDraft } from '../../lib/domain/audit/audit-entry.ts';
import { hashPassword } from '../../lib/config/environment/password.ts';
import { lastQuarter } from '../../lib/domain/calendar-periods.ts';
import { DAY, iso, parseDayOrMoment } from '../../lib/domain/time.ts';
import { publicKeyOf } from '../../lib/record/evidence/dsse.ts';
import { verifyEvidence } from '../../lib/record/evidence/verify-evidence.ts';
import { EVIDENCE_KEY, PUBLIC_KEY } from '../support/evidence-key.ts';
import { recordMany } from './lists/many-entries.ts';
import { recordLists } from './lists/recorded-lists.ts';
import { record } from '../record/samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-evidence-page-'));
const VERA = { authorization: `Basic ${Buffer.from('vera:correct horse').toString('base64')}`, 'x-forwarded-for': '192.0.2.9' };
// No midnight comes between what is recorded and what is asked for.
const now = Date.now();
vi.useFakeTimers({ now, toFake: ['Date'] });
const QUARTER = lastQuarter(now);
const SPAN = `${QUARTER.from}-${QUARTER.to}`;

/** The routes as a process with this environment has them. */
async function routesWith(environment: Readonly<Record<string, string>>) {
  vi.unstubAllEnvs();
  vi.resetModules();
  const all = {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_test_of_exports',
    ATLAS_BASE_URL: 'http://127.0.0.1:9',
    ALERTS: 'off',
    STATE_PATH: join(folder, 'state.sqlite'),
    ...environment,
  };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  const { GET } = await import('../../app/api/evidence/route.ts');
  const { openPorts } = await import('../../lib/wire/wire.ts');
  const get = (query: string, headers: Readonly<Record<string, string>> = VERA): Promise<Response> =>
    GET(new Request(`http://127.0.0.1/api/evidence${query}`, { headers }));
  return { get, openPorts };
}

const users = { STATUS_USERS: '' };
let routes: Awaited<ReturnType<typeof routesWith>>;

beforeAll(async () => {
  users.STATUS_USERS = `vera:${await hashPassword('correct horse')}:viewer`;
  vi.spyOn(console, 'error').mockImplementation(() => {});
  routes = await routesWith({ ...users, EVIDENCE_KEY });
  const { store } = await routes.openPorts();
  await recordLists(store, now);
  // Reaches back to before the last quarter, whichever day it is.
  await recordMany(store, now, 190);
}, 60_000);
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

async function exportsNoted() {
  const { store } = await routes.openPorts();
  return (await store.trail({ limit: 100, before: null })).filter(({ what }) => what === 'export');
}

describe('the evidence that is asked for without a period', () => {
  test('is that of the last quarter, signed, verifies, and is noted with who took it from where', async () => {
    const before = await exportsNoted();
    const answer = await routes.get('?format=json&framework=dora');
    expect([answer.status, answer.headers.get('content-disposition'), answer.headers.get('cache-control')]).toEqual([
      200,
      `attachment; filename="restorewatch-evidence-${SPAN}.json"`,
      'no-store',
    ]);
    const verdict = verifyEvidence(await answer.text(), { publicKey: publicKeyOf(PUBLIC_KEY) });
    expect(verdict).toMatchObject({
      intact: true,
      faults: [],
      about: { from: `${QUARTER.from}T00:00:00Z`, to: `${QUARTER.to}T23:59:59Z` },
    });
    const noted = await exportsNoted();
    expect(noted).toHaveLength(before.length + 1);
    expect(noted[0]).toMatchObject({
      by: 'vera',
      about: 'evidence',
      details: {
        format: 'evidence, json',
        from: `${QUARTER.from}T00:00:00Z`,
        to: `${QUARTER.to}T23:59:59Z`,
        via: 'page',
        framework: 'dora',
      },
    });
  });

  test('is an archive of the three files that the command writes', async () => {
    const answer = await routes.get('');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect([answer.status, answer.headers.get('content-type'), bytes.toString('latin1', 0, 2)]).toEqual([200, 'application/zip', 'PK']);
    for (const end of ['json', 'csv', 'html']) expect(bytes.includes(`restorewatch-evidence-${SPAN}.${end}`)).toBe(true);
  });

  test.for([
    ['csv', 'text/csv; charset=utf-8; header=present', 'part,subject,project,from,to,what,value,unit'],
    ['html', 'text/html; charset=utf-8', '<!doctype html>'],
  ] as const)('can be %s alone', async ([format, type, begins]) => {
    const answer = await routes.get(`?format=${format}`);
    expect([answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual([
      type,
      `attachment; filename="restorewatch-evidence-${SPAN}.${format}"`,
    ]);
    expect((await answer.text()).startsWith(begins)).toBe(true);
  });

  test('of one cluster has no other in its figures', async () => {
    const text = await (await routes.get('?format=csv&cluster=store-1')).text();
    expect(text).toContain('store-1 (project shop)');
    expect(text).not.toContain('store-2');
  });
});

test('evidence of a cluster that was watched and was promised nothing is handed out, and that of one that was gone before is not', async () => {
  const { store } = await routes.openPorts();
  const whole = (at: number, whose: readonly string[], gone: readonly string[] = []): AuditDraft => ({
    at,
    what: 'run',
    by: 'cron',
    from: null,
    about: `run-${at}`,
    details: { startedAt: iso(at), finishedAt: iso(at), complete: 'yes' },
    data: JSON.stringify({
      whole: gone.length === 0,
      clusters: whose.map((name) => ({ id: `id-${name}`, name, project: 'shop', verdicts: { 'backup-age': 'exempt' } })),
      gone,
      wider: {},
    }),
  });
  await store.appendToTrail([
    whole(now - 6 * DAY, ['free-1', 'gone-1']),
    whole(now - 5 * DAY, [], ['id-gone-1']),
    whole(now - 3 * DAY, ['free-2'], ['none']),
  ]);
  const from = iso(now - 4 * DAY);
  const status = async (cluster: string): Promise<number> => (await routes.get(`?format=csv&from=${from}&cluster=${cluster}`)).status;
  expect([await status('free-1'), await status('id-free-1'), await status('free-2'), await status('gone-1')]).toEqual([200, 200, 200, 404]);
});

describe('what is not handed out, and not noted', () => {
  test.for([
    ['?cluster=store-x', 404, /nothing from .* is about a cluster of the name or id store-x/],
    ['?from=nonsense', 400, /from and to must be days/],
    ['?from=2026-09-30&to=2026-07-01', 400, /from must not be after to/],
    ['?to=2026-07-01', 400, /from has to be given/],
    [`?from=${iso(now + 2 * DAY).slice(0, 10)}`, 400, /lies after .*, the end of what is exported/],
    ['?format=pdf', 400, /format must be one of zip, json, csv, html/],
    ['?framework=pci', 400, /framework must be one of/],
    ['?form=json', 400, /no such parameter/],
    [`?cluster=${'x'.repeat(301)}`, 400, /at most 300/],
  ] as const)('%s is %i: %s', async ([query, status, words]) => {
    const before = await exportsNoted();
    const answer = await routes.get(query);
    expect([answer.status, await answer.json()]).toEqual([status, { error: expect.stringMatching(words) }]);
    expect(await exportsNoted()).toHaveLength(before.length);
  });

  test.for([
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' }, 403],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-user': '?1' }, 200],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
  ] as const)('what another site embeds is not, and a link that somebody clicks is: %j is %i', async ([headers, status]) => {
    const before = await exportsNoted();
    expect((await routes.get('?format=csv', { ...VERA, ...headers })).status).toBe(status);
    expect(await exportsNoted()).toHaveLength(before.length + (status === 200 ? 1 : 0));
  });

  test('without a user nothing is', async () => expect((await routes.get('', {})).status).toBe(401));

  test('while another export is being made, the second is told to wait', async () => {
    const [first, second] = await Promise.all([routes.get('?format=csv'), routes.get('?format=csv')]);
    expect(new Set([first.status, second.status])).toEqual(new Set([200, 429]));
    expect((await routes.get('?format=csv')).status).toBe(200);
  });

  test.for([
    [{ entries: 500, characters: 1e9 }, /the log has more than 500 entries since the period began/],
    [{ entries: 1e9, characters: 50_000 }, /the log of the period would have more than 0.05 million characters/],
  ] as const)('what is more than %j is refused, with the command that takes it', async ([bound, words]) => {
    const { exportForPage } = await import('../../lib/wire/lists/evidence-export.ts');
    const from = parseDayOrMoment(QUARTER.from, 'first') ?? 0;
    const to = parseDayOrMoment(QUARTER.to, 'last') ?? 0;
    const made = await exportForPage({ format: 'zip', request: { from, to, cluster: null, framework: null } }, bound);
    const narrowed = await exportForPage({ format: 'zip', request: { from, to, cluster: "dana's", framework: 'dora' } }, bound);
    expect(narrowed).toMatchObject({ error: expect.stringContaining(String.raw` --cluster 'dana'\''s' --framework dora, which`) });
    expect(made).toEqual({ status: 413, error: expect.stringMatching(words) });
    expect(made).toMatchObject({
      error: expect.stringContaining(`restorewatch evidence export --from ${QUARTER.from} --to ${QUARTER.to}`),
    });
  });
});

describe('the period', () => {
  const NOON = Date.UTC(2026, 10, 30, 12);
  test.for([
    ['', '2026-07-01T00:00:00Z', '2026-09-30T23:59:59Z'],
    ['from=2026-11-01', '2026-11-01T00:00:00Z', '2026-11-30T12:00:00Z'],
    ['from=2026-11-01&to=2026-12-31', '2026-11-01T00:00:00Z', '2026-11-30T12:00:00Z'],
    ['from=2026-11-01&to=2026-11-01', '2026-11-01T00:00:00Z', '2026-11-01T23:59:59Z'],
    ['from=2026-11-01T01:00:00Z&to=2026-11-01T02:00:00Z', '2026-11-01T01:00:00Z', '2026-11-01T02:00:00Z'],
    ['from=&to=&cluster=&framework=', '2026-07-01T00:00:00Z', '2026-09-30T23:59:59Z'],
  ] as const)('of ?%s is from %s to %s', ([query, from, to]) => {
    const asked = readEvidenceQuery(new URLSearchParams(query), NOON);
    expect('request' in asked && [iso(asked.request.from), iso(asked.request.to)]).toEqual([from, to]);
  });
});

describe('without a key, and on a page that anybody may see', () => {
  test('nothing is handed out, and the page says what to do', async () => {
    const { get } = await routesWith(users);
    const answer = await get('');
    expect([answer.status, await answer.json()]).toEqual([409, { error: expect.stringMatching(/restorewatch evidence key makes one/) }]);
  });

  test('the last restore test is shown without the addresses in its names and without control characters', async () => {
    const { store } = await routes.openPorts();
    const { revision, head } = await store.readHead();
    if (head === null) throw new Error('record a head first');
    const swap = { expected: revision, writer: 'test', head, adopt: [], drop: [], history: [], release: null, now };
    const details = { plan: 'of dana@example.com\u202E' };
    const records = [record('newest-test', now, { kind: 'restore-test', subject: 'dana@example.com (project shop)', details })];
    await store.swap({ ...swap, records });
    await routesWith({ STATUS_ACCESS: 'public', EVIDENCE_KEY });
    const { readEvidencePage } = await import('../../lib/wire/lists/evidence-page.ts');
    const { tested } = await readEvidencePage();
    expect(tested?.id).toBe('newest-test');
    expect(JSON.stringify(tested)).not.toMatch(/dana@example|\u202E/);
  });

  test('evidence names people, and is for the command alone', async () => {
    const { get } = await routesWith({ STATUS_ACCESS: 'public', EVIDENCE_KEY });
    expect((await get('', {})).status).toBe(403);
  });
});
