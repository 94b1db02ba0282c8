import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { emptyHead } from '../../lib/domain/incidents/head.ts';
import { SECOND } from '../../lib/domain/time.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { describeWith } from '../support/services.ts';
import { startUpstash, type Upstash } from '../support/upstash.ts';
import { everyPage, everyRoute, requestTo, type Route } from './routes.ts';
import { PASSWORD_HASHES } from '../support/password-hashes.ts';

let sent = new Headers();
vi.mock('next/headers', () => ({ headers: async () => sent }));

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** Whom nobody knows, by what is sent. */
const STRANGERS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['nothing', {}],
  ['a wrong password', { authorization: basic('alice:wrong') }],
  ['an unknown name', { authorization: basic('mallory:wrong') }],
  ['a wrong bearer', { authorization: 'Bearer wrong' }],
  ['wrong signatures', { 'x-pagerduty-signature': 'v1=00', 'x-slack-signature': 'v0=00', 'x-slack-request-timestamp': '1' }],
  ['a form of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.com' }],
];

const START = Date.UTC(2026, 10, 22, 21);

describeWith('redis-server', 'what people without a name ask', (program) => {
  let redis: RedisServer;
  let upstash: Upstash;
  let hash: string;

  beforeAll(async () => {
    redis = await startRedis(program);
    upstash = await startUpstash(redis.socket);
    hash = PASSWORD_HASHES['the right password'];
  }, 60_000);
  afterAll(async () => {
    await upstash.stop();
    await redis.stop();
  });

  /** A process of its own: modules and what it keeps are new. The clock stands still until a test moves it. */
  beforeEach(() => {
    vi.resetModules();
    for (const name of ['kept-reads', 'sign-in', 'counted-lines']) Reflect.deleteProperty(globalThis, Symbol.for(`restorewatch.${name}`));
    vi.useFakeTimers({ now: START, toFake: ['Date'] });
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const environment = {
      ATLAS_CLIENT_ID: 'mdb_sa_id_1',
      ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_anonymous_test',
      ATLAS_BASE_URL: 'http://127.0.0.1:9',
      CRON_SECRET: 'cron-secret-of-thirty-two-characters',
      PAGERDUTY_ROUTING_KEY: 'R0utingKeyOf32charactersAbcdefgh',
      PAGERDUTY_WEBHOOK_SECRET: 'pagerduty-webhook-secret',
      KV_REST_API_URL: upstash.url,
      KV_REST_API_TOKEN: upstash.token,
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  });
  afterEach(async () => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    sent = new Headers();
    await upstash.run('FLUSHALL');
    upstash.commands.length = 0;
  });

  function access(choice: 'users' | 'public' | 'closed'): void {
    vi.stubEnv('STATUS_ACCESS', choice === 'public' ? 'public' : '');
    vi.stubEnv('STATUS_USERS', choice === 'users' ? `alice:${hash}` : '');
  }

  /** Stores a head as a run does that this process made. */
  async function run(): Promise<void> {
    const { openPorts } = await import('../../lib/wire/wire.ts');
    const { store } = await openPorts();
    const finished = { runId: 'r1', startedAt: Date.now(), finishedAt: Date.now(), complete: true };
    const { revision, head } = await store.readHead();
    const next = { ...(head ?? emptyHead(Date.now())), lastRun: finished, lastComplete: finished };
    const now = Date.now();
    await store.swap({ expected: revision, writer: 'test', head: next, adopt: [], drop: [], history: [], release: null, now });
  }

  /** What the store was asked while this was done, since the test began or asked last. */
  async function commandsOf(act: () => Promise<unknown>): Promise<readonly string[]> {
    await act();
    return upstash.commands.splice(0).map(([name]) => String(name));
  }

  const answerOf = async (route: Route, headers: Readonly<Record<string, string>>, query = ''): Promise<Response> =>
    route.handler(requestTo(route, headers, query), { params: Promise.resolve(route.parameters) });

  async function health(): Promise<Response> {
    const { GET } = await import('../../app/api/health/route.ts');
    return GET();
  }

  describe.for(['users', 'closed'] as const)('where access is "%s"', (choice) => {
    test.for(STRANGERS)('costs no store command on any route and page, health apart: %s', { timeout: 60_000 }, async ([, headers]) => {
      access(choice);
      const routes = (await everyRoute()).filter(({ path }) => path !== '/api/health');
      expect(routes.length).toBeGreaterThan(14);
      const pages = await everyPage();
      sent = new Headers(headers);
      // All at once: equal credentials share one hash.
      const answered = routes.map(async (route) => [`${route.method} ${route.path}`, (await answerOf(route, headers)).status]);
      expect(await commandsOf(() => Promise.all(answered))).toEqual([]);
      const expected = routes.map(({ method, path }) => [`${method} ${path}`, path === '/runbooks/all' ? 200 : 401]);
      expect(await Promise.all(answered)).toEqual(expected);
      const refused = pages.map(({ path, read }) =>
        expect(read({ incident: 'i1' }), `${path} is not shown`).rejects.toThrow('NEXT_HTTP_ERROR_FALLBACK;404'),
      );
      expect(await commandsOf(() => Promise.all(refused))).toEqual([]);
    });
  });

  describe('where everybody may look', () => {
    test('changes nothing and costs nothing, by whatever method but GET', { timeout: 60_000 }, async () => {
      access('public');
      const routes = (await everyRoute()).filter(({ method }) => method !== 'GET');
      for (const route of routes)
        for (const [who, headers] of STRANGERS) {
          const commands = await commandsOf(async () => {
            const { status } = await answerOf(route, headers);
            expect(status, `${route.method} ${route.path} with ${who}`).toBeOneOf([400, 401, 403]);
          });
          expect({ route: route.path, who, commands }).toEqual({ route: route.path, who, commands: [] });
        }
    });

    test(
      'costs one read of the state in 30 s and one of each page of the log, however often all of it is looked at',
      { timeout: 60_000 },
      async () => {
        access('public');
        await run();
        const look = async (): Promise<void> => {
          for (const { path, read } of await everyPage()) await read({ incident: 'i1' }).catch((error: unknown) => ({ path, error }));
          for (const route of await everyRoute()) if (route.method === 'GET') await answerOf(route, {});
        };
        const first = await commandsOf(look);
        expect(first.length).toBeLessThanOrEqual(18);
        expect(await commandsOf(async () => (await look(), await look(), await look()))).toEqual([]);
        vi.setSystemTime(START + 30 * SECOND);
        const again = await commandsOf(look);
        expect(again.filter((name) => name === 'HMGET')).toHaveLength(1);
        expect(again.length).toBeLessThanOrEqual(19);
      },
    );

    test(
      'is answered with 429 once too many different pages of the log were asked for, and the store is not asked',
      { timeout: 60_000 },
      async () => {
        access('public');
        const { GET } = await import('../../app/api/records/route.ts');
        const get = (number: number): Promise<Response> => GET(new Request(`http://127.0.0.1/api/records?limit=${number}`));
        const commands = await commandsOf(async () => {
          for (let number = 1; number <= 100; number += 1) await get(number);
        });
        expect(commands.length).toBeLessThanOrEqual(72);
        const refused = await get(150);
        expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
      },
    );

    test('may be kept for ten seconds by a cache, while what somebody signed in for may not', async () => {
      access('public');
      const { GET } = await import('../../app/api/status/route.ts');
      expect((await GET(new Request('http://127.0.0.1/api/status'))).headers.get('cache-control')).toBe('public, max-age=10, s-maxage=10');
      vi.resetModules();
      access('users');
      const { GET: forUsers } = await import('../../app/api/status/route.ts');
      const authorization = basic('alice:the right password');
      const answer = await forUsers(new Request('http://127.0.0.1/api/status', { headers: { authorization } }));
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    });
  });

  describe('about health', () => {
    test('costs one read in 30 s, and 200 requests at once no more', async () => {
      access('users');
      const many = () => commandsOf(() => Promise.all(Array.from({ length: 200 }, () => health())));
      expect(await many()).toEqual(['HMGET']);
      vi.setSystemTime(START + 30 * SECOND - 1);
      expect(await many()).toEqual([]);
      vi.setSystemTime(START + 30 * SECOND);
      expect(await many()).toEqual(['HMGET']);
    });

    test('costs one read in 30 s while the store fails too, and the answer is 503', async () => {
      access('users');
      upstash.faults.push(
        ...Array.from({ length: 50 }, () => ({ kind: 'answer', body: '{"error":"ERR max daily request limit exceeded"}' }) as const),
      );
      const first = await commandsOf(async () => expect((await health()).status).toBe(503));
      expect(first.length).toBeGreaterThan(0);
      expect(await commandsOf(async () => expect((await health()).status).toBe(503))).toEqual([]);
      upstash.faults.length = 0;
    });

    test('shows a run of this process at once, without a read, and its age by the clock', async () => {
      access('users');
      expect((await health()).status).toBe(503);
      await run();
      upstash.commands.length = 0;
      expect(await commandsOf(async () => expect((await health()).status).toBe(200))).toEqual([]);
      vi.setSystemTime(START + 7_200 * SECOND + 1);
      expect((await health()).status).toBe(503);
    });

    test('may be kept for ten seconds by a cache, healthy or not', async () => {
      access('users');
      const kept = async () => (await health()).headers.get('cache-control');
      expect(await kept()).toBe('public, max-age=10, s-maxage=10');
      await run();
      expect(await kept()).toBe('public, max-age=10, s-maxage=10');
    });
  });
});
