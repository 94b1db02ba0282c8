import { expect, test } from 'vitest';
import config from '../../../next.config.ts';
import { PEER_HEADER, TLS_HEADER } from '../../../lib/people/sign-in/client-address.ts';
import { markRequest } from '../../../scripts/start/mark-request.ts';

type Request = Parameters<typeof markRequest>[0];

function marked(remoteAddress: string | undefined, headers: Readonly<Record<string, string>>): Request['headers'] {
  // Proof: of the socket only the address is read.
  const request = { headers: { ...headers }, socket: { remoteAddress } } as unknown as Request;
  markRequest(request, ['10.0.0.0/8']);
  return request.headers;
}

test.for([
  ['names the socket’s address', '192.0.2.7', {}, '192.0.2.7', undefined],
  ['replaces what a client says of its own address', '192.0.2.7', { [PEER_HEADER]: '10.0.0.1' }, '192.0.2.7', undefined],
  ['drops what a client says of TLS', '192.0.2.7', { [TLS_HEADER]: 'https' }, '192.0.2.7', undefined],
  ['drops it from a trusted proxy too, which has a header of its own', '10.0.0.1', { [TLS_HEADER]: 'https' }, '10.0.0.1', undefined],
  ['believes a trusted proxy about TLS', '10.0.0.1', { 'x-forwarded-proto': 'https' }, '10.0.0.1', 'https'],
  ['believes nobody else about TLS', '192.0.2.7', { 'x-forwarded-proto': 'https' }, '192.0.2.7', undefined],
  ['names nothing where the socket has gone', undefined, { [PEER_HEADER]: '10.0.0.1' }, '', undefined],
] as const)('a request that comes in %s', ([, address, headers, peer, tls]) => {
  const seen = marked(address, headers);
  expect([seen[PEER_HEADER], seen[TLS_HEADER]]).toEqual([peer, tls]);
});

test('pages and API answers that came over TLS have HSTS, by the header that our own server sets, and no others', async () => {
  const rules = (await config.headers?.()) ?? [];
  const strict = rules.filter(({ headers }) => headers.some(({ key }) => key === 'Strict-Transport-Security'));
  expect(strict).toMatchObject([{ source: '/:path*', has: [{ type: 'header', key: TLS_HEADER, value: 'https' }] }]);
});
