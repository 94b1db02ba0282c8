import { afterEach, expect, test, vi } from 'vitest';
import { PEER_HEADER } from '../../../lib/people/sign-in/client-address.ts';
import { markRequest } from '../../../scripts/start/mark-request.ts';

type Request = Parameters<typeof markRequest>[0];

afterEach(() => vi.unstubAllEnvs());

/** The request's headers after it was marked, and those of its answer so far. */
function marked(remoteAddress: string | undefined, headers: Readonly<Record<string, string>>) {
  // Proof: of the socket only the address is read.
  const request = { headers: { ...headers }, socket: { remoteAddress } } as unknown as Request;
  const answer: Record<string, unknown> = {};
  markRequest(request, { setHeader: (name: string, value: unknown) => (answer[name] = value) }, ['10.0.0.0/8']);
  return { headers: request.headers, answer };
}

test.for([
  ['names the socket’s address', '192.0.2.7', {}, '192.0.2.7', null],
  ['replaces what a client says of its own address', '192.0.2.7', { [PEER_HEADER]: '10.0.0.1' }, '192.0.2.7', null],
  ['believes a trusted proxy about TLS', '10.0.0.1', { 'x-forwarded-proto': 'https' }, '10.0.0.1', 'max-age=31536000'],
  ['believes a trusted proxy that there was no TLS', '10.0.0.1', { 'x-forwarded-proto': 'http' }, '10.0.0.1', null],
  ['believes nobody else about TLS', '192.0.2.7', { 'x-forwarded-proto': 'https' }, '192.0.2.7', null],
  ['names nothing where the socket has gone', undefined, { [PEER_HEADER]: '10.0.0.1' }, '', null],
] as const)('a request that comes in %s', ([, address, sent, peer, strict]) => {
  const { headers, answer } = marked(address, sent);
  expect([headers[PEER_HEADER], answer]).toEqual([peer, strict === null ? {} : { 'Strict-Transport-Security': strict }]);
});

test.for([
  [
    'on Vercel by the header of its proxy',
    '1',
    [{ source: '/:path*', has: [{ type: 'header', key: 'x-forwarded-proto', value: 'https' }] }],
  ],
  ['elsewhere by our own server alone', '', []],
] as const)('pages and API answers have HSTS %s', async ([, vercel, expected]) => {
  vi.stubEnv('VERCEL', vercel);
  vi.resetModules();
  const { default: config } = await import('../../../next.config.ts');
  const rules = (await config.headers?.()) ?? [];
  const strict = rules.filter(({ headers }) => headers.some(({ key }) => key === 'Strict-Transport-Security'));
  expect(strict).toMatchObject(expected);
  expect(strict).toHaveLength(expected.length);
});
