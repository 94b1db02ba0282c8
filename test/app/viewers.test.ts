import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { everyPage, everyRoute, requestTo, type Route } from './routes.ts';
import { PASSWORD_HASHES } from '../support/password-hashes.ts';

let sent = new Headers();
vi.mock('next/headers', () => ({ headers: async () => sent }));
/** Next knows a request only while it serves one. */
vi.mock('next/server', async (original) => ({ ...(await original<object>()), after: (act: () => Promise<void>) => void act() }));
vi.mock('next/navigation', () => ({
  notFound: () => {
    throw new Error('not found');
  },
  useRouter: () => ({ refresh: () => {} }),
}));

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-viewers-'));
const PASSWORD = 'the right password';
const headersOf = (name: string) => ({ authorization: `Basic ${Buffer.from(`${name}:${PASSWORD}`).toString('base64')}` });
/** Signed by others, not by users. */
const isWebhook = ({ path }: Route): boolean => path.startsWith('/api/webhooks/');

let acts: readonly Route[];

beforeAll(async () => {
  const hash = PASSWORD_HASHES[PASSWORD];
  const environment = {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_viewers_test',
    ATLAS_BASE_URL: 'http://127.0.0.1:9',
    ALERTS: 'off',
    STATE_PATH: join(folder, 'state.sqlite'),
    STATUS_USERS: `vera:${hash}:viewer,rob:${hash}:responder,alice:${hash}`,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(console, 'error').mockImplementation(() => {});
  acts = (await everyRoute()).filter((route) => !['GET', 'HEAD', 'OPTIONS'].includes(route.method) && !isWebhook(route));
}, 60_000);
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const answerOf = async (route: Route, headers: Readonly<Record<string, string>>): Promise<Response> =>
  route.handler(requestTo(route, headers), { params: Promise.resolve(route.parameters) });

describe('whatever changes something', () => {
  test('is refused to a viewer in a clear sentence, on every route', async () => {
    expect(acts.length).toBeGreaterThan(4);
    for (const route of acts) {
      const answer = await answerOf(route, headersOf('vera'));
      expect({ route: route.path, status: answer.status, body: await answer.json() }).toEqual({
        route: route.path,
        status: 403,
        body: { error: 'vera is a viewer, who changes nothing: ask a responder, or have :viewer taken from your entry in STATUS_USERS' },
      });
    }
  });

  test('is refused to a viewer’s browser in words', async () => {
    for (const route of acts) {
      const answer = await answerOf(route, { ...headersOf('vera'), accept: 'text/html', 'sec-fetch-site': 'same-origin' });
      expect([answer.status, await answer.text()]).toEqual([
        403,
        expect.stringMatching(/^This was refused: vera is a viewer, who changes nothing/),
      ]);
    }
  });

  test.for(['rob', 'alice'])('is not refused to %s, who is a responder', async (name) => {
    for (const route of acts) expect((await answerOf(route, headersOf(name))).status, route.path).not.toBe(403);
  });
});

describe('a page', () => {
  async function shown(path: string, name: string): Promise<string> {
    sent = new Headers(headersOf(name));
    const page = (await everyPage()).find((one) => one.path === path);
    return renderToStaticMarkup(await (page?.read({}) as Promise<React.ReactNode>));
  }

  test.for(['/silences', '/records'])('%s has forms for a responder, and none for a viewer that would be refused', async (path) => {
    expect(await shown(path, 'rob')).toContain('method="post"');
    const seen = await shown(path, 'vera');
    expect(seen).toContain('<main');
    expect(seen).not.toContain('method="post"');
  });
});
