import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EVIDENCE_KEY, KEY_LINE, PUBLIC_KEY } from '../support/evidence-key.ts';
import { PASSWORD_HASHES } from '../support/password-hashes.ts';

const before = { ...process.env };
let get: (request: Request) => Promise<Response>;

beforeAll(async () => {
  Object.assign(process.env, {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_key_test',
    ATLAS_BASE_URL: 'http://127.0.0.1:9',
    STATE_PATH: ':memory:',
    STATUS_USERS: `alice:${PASSWORD_HASHES['correct horse']}:viewer`,
    EVIDENCE_KEY,
  });
  ({ GET: get } = await import('../../app/api/evidence/key/route.ts'));
}, 60_000);
afterAll(() => {
  process.env = before;
});

test('the public key is for whoever may see the page, and for nobody else; the private one for nobody', async () => {
  const address = 'http://127.0.0.1/api/evidence/key';
  const authorization = `Basic ${Buffer.from('alice:correct horse').toString('base64')}`;
  const answer = await get(new Request(address, { headers: { authorization } }));
  const body = await answer.text();
  expect([answer.status, body]).toEqual([200, PUBLIC_KEY]);
  expect(body).not.toContain(KEY_LINE);
  expect((await get(new Request(address))).status).toBe(401);
});

test('where EVIDENCE_KEY is not set, whoever may see the page is told so', async () => {
  delete process.env['EVIDENCE_KEY'];
  vi.resetModules();
  const route = await import('../../app/api/evidence/key/route.ts');
  const authorization = `Basic ${Buffer.from('alice:correct horse').toString('base64')}`;
  const answer = await route.GET(new Request('http://127.0.0.1/api/evidence/key', { headers: { authorization } }));
  expect([answer.status, await answer.json()]).toEqual([409, { error: 'EVIDENCE_KEY is not set, so nothing is signed' }]);
});
