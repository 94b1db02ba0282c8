import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { parseChallenge, digestHeader } from '../../../lib/collect/client/digest-auth.ts';
import { clientOf, errorOf, startHarness, type Harness } from '../harness.ts';
import { reasonOf } from '../../../lib/collect/as-fact.ts';

function tokenRequests({ atlas }: Harness): number {
  return atlas.requests.filter((request) => request.path === '/api/oauth/token').length;
}

function projectsIn(harness: Harness): Promise<readonly unknown[]> {
  return harness.client.list('listProjects', {}, {}, { deadline: harness.time.now + 60_000 });
}

const API_KEY = { kind: 'apiKey', publicKey: 'demopubk', privateKey: '11112222-3333-4444-5555-demopriv4key' } as const;

describe('service account', () => {
  test('one token serves all requests, also simultaneous ones', async () => {
    const harness = await startHarness();
    await Promise.all(Array.from({ length: 10 }, () => projectsIn(harness)));
    expect(tokenRequests(harness)).toBe(1);
  });

  test('a token is used until shortly before it expires, then replaced', async () => {
    const harness = await startHarness();
    await projectsIn(harness);
    harness.time.now += HOUR - 2 * MINUTE;
    await projectsIn(harness);
    expect(tokenRequests(harness)).toBe(1);
    harness.time.now += MINUTE;
    await projectsIn(harness);
    expect(tokenRequests(harness)).toBe(2);
    expect(harness.atlas.requests.every(({ status }) => status === 200)).toBe(true);
  });

  test('a revoked token is replaced once for all requests that use it, and no request fails', async () => {
    const harness = await startHarness();
    await projectsIn(harness);
    harness.atlas.revoke();
    await Promise.all(Array.from({ length: 5 }, () => projectsIn(harness)));
    expect(tokenRequests(harness)).toBe(2);
  });

  test('a new token that is refused as well is an error', async () => {
    const harness = await startHarness();
    harness.atlas.fault(/groups/, { kind: 'status', status: 401, body: { errorCode: 'UNAUTHORIZED' } });
    expect((await errorOf(projectsIn(harness))).message).toBe('listProjects: 401 UNAUTHORIZED');
    expect(tokenRequests(harness)).toBe(2);
  });

  test('a refused secret is tried once in a run, and again in the next run', async () => {
    const harness = await startHarness();
    harness.atlas.fault(/oauth/, {
      kind: 'status',
      status: 401,
      body: { error: 'invalid_client', error_description: 'Client authentication failed' },
    });
    const deadline = harness.time.now + 60_000;
    const read = (): Promise<unknown> => harness.client.list('listProjects', {}, {}, { deadline });
    const error = await errorOf(read());
    expect(error.message).toBe('getAccessToken: 401 invalid_client (Client authentication failed)');
    expect(reasonOf(error)).toContain('check that the service account exists');
    await errorOf(read());
    expect(tokenRequests(harness)).toBe(1);
    harness.atlas.heal();
    harness.time.now += HOUR;
    await projectsIn(harness);
    expect(tokenRequests(harness)).toBe(2);
  });

  test.for([
    { name: 'reset', fault: { kind: 'reset' }, attempts: 3, message: 'getAccessToken: connection failed (ECONNRESET)' },
    { name: 'a 503', fault: { kind: 'status', status: 503 }, attempts: 3, message: 'getAccessToken: 503' },
    { name: 'HTML', fault: { kind: 'html', status: 200 }, attempts: 2, message: 'getAccessToken: 200 (answered without an access token)' },
    {
      name: 'a token with a line break',
      fault: { kind: 'status', status: 200, body: { access_token: 'a\r\nb' } },
      attempts: 2,
      message: 'getAccessToken: 200 (answered without an access token)',
    },
  ] as const)(
    'a token endpoint that answers $name is tried $attempts times, not that often for each request',
    async ({ fault, attempts, message }) => {
      const harness = await startHarness();
      harness.atlas.fault(/oauth/, fault);
      expect((await errorOf(projectsIn(harness))).message).toBe(message);
      expect(tokenRequests(harness)).toBe(attempts);
    },
  );
});

describe('API key', () => {
  test('digest costs one challenge, then the nonce is used again with a rising count', async () => {
    const harness = await startHarness({ credentials: API_KEY });
    for (let round = 0; round < 3; round += 1) await projectsIn(harness);
    expect(harness.atlas.requests.map(({ status }) => status)).toEqual([401, 200, 200, 200]);
    const counts = harness.atlas.requests.map(({ headers }) => /nc=(\w+)/.exec(headers['authorization'] ?? '')?.[1]);
    expect(counts).toEqual([undefined, '00000001', '00000002', '00000003']);
  });

  test('a nonce that has run out is replaced by the new challenge', async () => {
    const harness = await startHarness({ credentials: API_KEY });
    await projectsIn(harness);
    harness.atlas.revoke();
    await projectsIn(harness);
    expect(harness.atlas.requests.map(({ status }) => status)).toEqual([401, 200, 401, 200]);
  });

  test('a wrong key ends after one answered challenge', async () => {
    const harness = await startHarness();
    const client = clientOf(harness.atlas, harness.time, { credentials: { ...API_KEY, privateKey: 'wrong' } });
    const error = await errorOf(client.list('listProjects', {}, {}, { deadline: harness.deadline }));
    expect(error.status).toBe(401);
    expect(harness.atlas.requests).toHaveLength(2);
  });

  test('the private key is never sent', async () => {
    const harness = await startHarness({ credentials: API_KEY });
    await projectsIn(harness);
    expect(JSON.stringify(harness.atlas.requests)).not.toContain(API_KEY.privateKey);
  });
});

describe('digest', () => {
  test('the example of RFC 2617 §3.5 comes out as printed there', () => {
    const challenge = parseChallenge(
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    );
    if (challenge === null) throw new Error('the challenge was not understood');
    const header = digestHeader({
      challenge,
      username: 'Mufasa',
      password: 'Circle Of Life',
      method: 'GET',
      uri: '/dir/index.html',
      count: 1,
      cnonce: '0a4f113b',
    });
    expect(header).toContain('response="6629fae49393a05397450978507c4ef1"');
    expect(header).toContain('opaque="5ccc069c403ebaf9f0171e9517f40e41"');
  });

  test.for([
    { name: 'nothing', header: null },
    { name: 'Basic', header: 'Basic realm="x"' },
    { name: 'SHA-256', header: 'Digest realm="x", nonce="n", qop="auth", algorithm=SHA-256' },
    { name: 'auth-int alone', header: 'Digest realm="x", nonce="n", qop="auth-int"' },
    { name: 'no nonce', header: 'Digest realm="x", qop="auth"' },
  ])('a challenge of $name is not answered', ({ header }) => {
    expect(parseChallenge(header)).toBeNull();
  });
});
