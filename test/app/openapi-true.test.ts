import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { incidentCode } from '../../lib/deliver/message/incident-code.ts';
import { HOUR, iso, MINUTE } from '../../lib/domain/time.ts';
import { type AtlasEmulator, startAtlasEmulator } from '../emulators/atlas.ts';
import { record } from '../record/samples.ts';
import { answersHeld, type Described, operations } from './described.ts';
import { ALICE, CRON, environmentOfStage, SCRAPER, signedByPagerDuty, signedBySlack, VICTOR, withEverything } from './openapi-stage.ts';
import { everyRoute, type Route } from './routes.ts';

/** Next knows a request only while it serves one. */
vi.mock('next/server', async (original) => ({ ...(await original<object>()), after: (act: () => Promise<void>) => void act() }));

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-openapi-'));
const now = Date.now();
const { hold, came } = answersHeld();
let atlas: AtlasEmulator;
let routes: readonly Route[];

type Sent = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly id?: string;
  readonly body?: string | object;
};

/** Asks a route, and holds its answer against the document. */
async function ask(operation: string, { headers = {}, query = '', id, body = {} }: Sent = {}): Promise<Response> {
  const route = routes.find(({ method, pattern }) => `${method} ${pattern}` === operation);
  if (route === undefined) throw new Error(`there is no ${operation}`);
  const named = Object.fromEntries(Object.entries(route.parameters).map(([name, usual]) => [name, id ?? usual]));
  const type = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json';
  const sent = { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const init = { method: route.method, headers: { 'content-type': type, ...headers }, ...(route.method === 'POST' && sent) };
  const answer = await route.handler(new Request(`http://127.0.0.1${route.path}${query}`, init), { params: Promise.resolve(named) });
  await hold(operation, answer.clone());
  return answer;
}

/** What a member of a JSON answer is. */
async function member(answer: Promise<Response>, ...path: readonly string[]): Promise<string> {
  let value: unknown = await (await answer).json();
  for (const name of path) value = Object(value)[name];
  return String(value);
}

/** The routes over a state file of their own: a check of an emulated Atlas, and one of everything that can be shown. */
beforeAll(async () => {
  atlas = await startAtlasEmulator();
  const shop = atlas.addProject('shop');
  shop.addCluster('orders');
  shop.addCluster('users', { pit: false });
  shop.addCluster('small', { kind: 'free' });
  const { clientId, clientSecret } = atlas.credentials;
  const stage = await environmentOfStage();
  const own = {
    ATLAS_BASE_URL: atlas.url,
    ATLAS_CLIENT_ID: clientId,
    ATLAS_CLIENT_SECRET: clientSecret,
    STATE_PATH: join(folder, 'state.sqlite'),
  };
  for (const [name, value] of Object.entries({ ...stage, ...own })) vi.stubEnv(name, value);
  vi.spyOn(console, 'error').mockImplementation(() => {});
  routes = await everyRoute();
  const { openPorts, runCheck } = await import('../../lib/wire/wire.ts');
  await runCheck('github');
  const { store } = await openPorts();
  const { revision, head } = await store.readHead();
  if (head === null) throw new Error('the check stored nothing');
  await store.swap({
    expected: revision,
    writer: 'test',
    head: withEverything(head, now),
    adopt: [],
    drop: [],
    history: [],
    release: null,
    now,
  });
  const { appendRecord } = await import('../../lib/people/record-notes.ts');
  await appendRecord(await openPorts(), record('test-1', now - MINUTE));
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await atlas.close();
  rmSync(folder, { recursive: true, force: true });
});

const pagerDutyEvent = JSON.stringify({ event: { id: 'e1', event_type: 'incident.reopened', data: {} } });
const click = `payload=${encodeURIComponent('{"type":"view_closed"}')}`;

describe('what the routes answer is described by /api/openapi.json, field by field:', () => {
  test.for<readonly [string, Sent, number]>([
    ['GET /api/status', { headers: ALICE }, 200],
    ['GET /api/status', { headers: VICTOR, query: '?limit=1' }, 200],
    ['GET /api/incidents', { headers: ALICE }, 200],
    ['GET /api/checklist', { headers: ALICE }, 200],
    ['GET /api/records', { headers: ALICE }, 200],
    ['GET /api/records', { headers: ALICE, query: '?format=csv&kind=restore-test' }, 200],
    ['GET /api/records', { headers: ALICE, query: '?kind=audit&limit=1' }, 200],
    ['GET /api/evidence', { headers: ALICE }, 200],
    ['GET /api/evidence', { headers: VICTOR, query: '?format=json&framework=dora' }, 200],
    ['GET /api/evidence', { headers: ALICE, query: '?format=csv' }, 200],
    ['GET /api/evidence', { headers: ALICE, query: '?format=html&from=2026-01-01' }, 200],
    ['GET /api/evidence', { headers: ALICE, query: '?cluster=none' }, 404],
    ['GET /api/evidence/key', { headers: ALICE }, 200],
    ['GET /api/openapi.json', { headers: VICTOR }, 200],
    ['GET /api/health', {}, 200],
    ['GET /api/metrics', { headers: SCRAPER }, 200],
    ['GET /api/metrics', { headers: { ...ALICE, accept: 'application/openmetrics-text' } }, 200],
    ['GET /i/{code}', { headers: ALICE, id: incidentCode('open') }, 307],
    ['GET /i/{code}', { headers: ALICE, id: 'no code' }, 404],
    ['POST /api/webhooks/pagerduty', { headers: signedByPagerDuty(pagerDutyEvent), body: JSON.parse(pagerDutyEvent) }, 200],
    ['POST /api/webhooks/pagerduty', { headers: signedByPagerDuty('[]'), body: [] }, 400],
    ['POST /api/webhooks/slack', { headers: signedBySlack(click, now), body: click }, 200],
    ['POST /api/deliveries/resend', { headers: ALICE, body: { key: 'owed' } }, 202],
    ['POST /api/incidents/acknowledge', { headers: ALICE, body: { ids: ['over', 'none'] } }, 200],
    ['POST /api/incidents/acknowledge', { headers: ALICE, body: { ids: ['none'] } }, 404],
    ['POST /api/incidents/{id}/acknowledge', { headers: ALICE, id: 'open' }, 200],
    ['POST /api/incidents/{id}/acknowledge', { headers: ALICE, id: 'over' }, 409],
    ['POST /api/incidents/{id}/acknowledge', { headers: ALICE }, 404],
    ['POST /api/incidents/{id}/notes', { headers: ALICE, id: 'open', body: { text: 'a note' } }, 201],
    ['POST /api/incidents/{id}/notes', { headers: ALICE, body: { text: 'a note' } }, 404],
    ['POST /api/incidents/{id}/accept', { headers: ALICE, id: 'weakened', body: { why: 'meant so' } }, 201],
    ['POST /api/incidents/{id}/accept', { headers: ALICE, id: 'open', body: { why: 'meant so' } }, 400],
    ['POST /api/incidents/{id}/accept', { headers: ALICE, id: 'over', body: { why: 'meant so' } }, 409],
    ['POST /api/incidents/{id}/accept', { headers: ALICE, body: { why: 'meant so' } }, 404],
    ['POST /api/acceptances/{id}/end', { headers: ALICE }, 404],
    ['POST /api/silences/{id}/end', { headers: ALICE }, 404],
    ['POST /api/deliveries/resend', { headers: ALICE, body: { key: 'accepted' } }, 409],
    ['POST /api/deliveries/resend', { headers: ALICE, body: { key: 'none' } }, 404],
    ['POST /api/records', { headers: ALICE, body: { text: 'a correction', corrects: 'test-1' } }, 201],
    ['POST /api/records', { headers: { ...ALICE, accept: 'text/html' }, body: 'text=a+note' }, 303],
    ['POST /api/records', { headers: { ...ALICE, accept: 'text/html' }, body: 'text=' }, 400],
    ['POST /api/silences', { headers: { ...VICTOR, accept: 'text/html' }, body: 'why=a+reason' }, 403],
  ])('%s with %o is %i', async ([operation, sent, status]) => {
    expect((await ask(operation, sent)).status).toBe(status);
  });

  test('what people make and end', async () => {
    const silence = { for: '2h', why: 'disk resize', cluster: 'orders' };
    const made = await member(ask('POST /api/silences', { headers: ALICE, body: silence }), 'made', 'id');
    const nightly = { cron: '0 22 * * 6', timeZone: 'UTC', minutes: '60', why: 'patch night', project: 'shop' };
    await ask('POST /api/silences', { headers: ALICE, body: nightly });
    expect((await ask('POST /api/silences/{id}/end', { headers: ALICE, id: made })).status).toBe(200);
    expect((await ask('POST /api/acceptances/{id}/end', { headers: ALICE, id: 'a1' })).status).toBe(200);
  });

  test('erasures and their confirmation', async () => {
    const body = { reference: 'PRIV-123', clusters: 'orders', at: iso(now - HOUR) };
    expect((await ask('POST /api/erasures', { headers: ALICE, body })).status).toBe(201);
    const { appendRecord } = await import('../../lib/people/record-notes.ts');
    const { openPorts } = await import('../../lib/wire/wire.ts');
    const details = { 'data time': iso(now - 2 * HOUR) };
    await appendRecord(await openPorts(), record('restore-1', Date.now(), { kind: 'restore', details, subject: 'orders (project shop)' }));
    const confirmed = { reference: 'PRIV-123', restore: 'restore-1' };
    expect((await ask('POST /api/erasures/confirm', { headers: ALICE, body: confirmed })).status).toBe(201);
    await ask('GET /api/records', { headers: ALICE });
  });

  // After all others: a run ends what was made up here.
  test.for(['check?trigger=github', 'dispatch', 'restore-test', 'drill'])('GET /api/cron/%s', async (called) => {
    const [name = '', query] = called.split('?');
    expect((await ask(`GET /api/cron/${name}`, { headers: CRON, query: query === undefined ? '' : `?${query}` })).status).toBe(200);
  });

  test('every route, whoever asks with whatever', { timeout: 120_000 }, async () => {
    const people = [{}, ALICE, VICTOR, CRON, SCRAPER, { ...ALICE, 'sec-fetch-site': 'cross-site' }, { ...VICTOR, accept: 'text/html' }];
    const bodies = [{}, { nonsense: 'x' }, 'a=b', 'x'.repeat(600_000)];
    const queries = ['', '?limit=100000', '?page=0', '?cursor=%00', '?trigger=X%20Y', '?from=nonsense', '?auditBefore=-1', '?format=xml'];
    for (const { method, pattern } of routes.filter((one) => one.pattern !== '/runbooks/all'))
      for (const headers of people)
        for (const sent of method === 'POST' ? bodies.map((body) => ({ body })) : queries.map((query) => ({ query })))
          await ask(`${method} ${pattern}`, { headers, ...sent });
  });
});

describe('what /api/openapi.json describes is so:', () => {
  const entries = [...operations()];

  test('every status that it describes came, but those of a store that is down, of too many sign-ins and of too many reads', async () => {
    const rare = ['429', '500', '503'];
    const described = entries.flatMap(([name, { responses }]) =>
      Object.keys(responses).flatMap((status) => (rare.includes(status) ? [] : [`${name} → ${status}`])),
    );
    // Without EVIDENCE_KEY: test/app/evidence-key.test.ts, and evidence-export.test.ts, which has what is refused to everybody. A form of a browser: one route stands for all, since one function answers them.
    const elsewhere = (one: string): boolean => /^GET \/api\/evidence(\/key → 409| → (403|409|413))$/.test(one) || one.endsWith('→ 303');
    expect(described.filter((one) => !came.has(one) && !elsewhere(one))).toEqual([]);
  });

  const withBody = entries.flatMap(([name, { requestBody }]) => {
    const schema = requestBody?.content['application/json']?.schema;
    return schema === undefined || !('additionalProperties' in schema) ? [] : [[name, Object.keys(Object(schema)['properties'])] as const];
  });

  test.for(withBody)('%s takes the fields %j and no other', async ([operation, fields]) => {
    const problems = await member(ask(operation, { headers: ALICE, body: { 'no-such-field': 'x' } }), 'problems');
    const [, named = ''] = /there (?:is no such field; there )?are (.*)$/.exec(problems) ?? [];
    expect(named.split(/, | and /).toSorted()).toEqual(fields.toSorted());
  });

  const limits = entries.flatMap(([name, { parameters = [] }]) => parameters.flatMap((one) => limitOf(name, one)));

  test.for(limits)('%s takes limit=%i and nothing above', async ([operation, highest]) => {
    expect((await ask(operation, { headers: ALICE, query: `?limit=${highest}` })).status).toBe(200);
    expect((await ask(operation, { headers: ALICE, query: `?limit=${highest + 1}` })).status).toBe(400);
  });
});

describe('each value that /api/openapi.json lists for a parameter', () => {
  const listed = [...operations()].flatMap(([name, { parameters = [] }]) =>
    parameters.flatMap((one) => ('enum' in one.schema ? [[name, one.name, Object(one.schema['enum'])] as const] : [])),
  );

  test.for(listed)('%s?%s= takes %j, and none besides', async ([operation, name, values]) => {
    const statusFor = async (value: string) => (await ask(operation, { headers: ALICE, query: `?${name}=${value}` })).status;
    for (const value of values) expect([value, await statusFor(value)]).toEqual([value, 200]);
    expect(await statusFor('nonsense')).toBe(400);
  });
});

describe('with an environment that is wrong', () => {
  test('every route answers as /api/openapi.json describes', { timeout: 60_000 }, async () => {
    vi.stubEnv('ATLAS_BASE_URL', 'no address');
    vi.resetModules();
    // For what is not under /api, proxy.ts answers: test/app/proxy.test.ts.
    routes = (await everyRoute()).filter((one) => one.pattern.startsWith('/api/'));
    const answers = await Promise.all(routes.map(({ method, pattern }) => ask(`${method} ${pattern}`, { headers: ALICE })));
    expect(routes.map(({ pattern }, index) => [pattern, answers[index]?.status])).toEqual(
      routes.map(({ pattern }) => [pattern, pattern === '/api/health' ? 503 : 500]),
    );
  });
});

function limitOf(
  operation: string,
  { name, schema }: NonNullable<Described['parameters']>[number],
): readonly (readonly [string, number])[] {
  return name === 'limit' ? [[operation, Number(schema['maximum'])]] : [];
}
