import { describe, expect, test } from 'vitest';
import { believePeerHeaders, clientAddress, isOverTls, networkOf } from '../../../lib/people/sign-in/client-address.ts';

const NONE = { trustedProxies: [], onVercel: false };
const PROXY = { trustedProxies: ['10.0.0.0/8', '2001:db8::1'], onVercel: false };
const VERCEL = { trustedProxies: [], onVercel: true };
const UNKNOWN = 'an unknown address';

describe('before our own server says that it sets them, its headers', () => {
  test('are a client’s word, and not believed', () => {
    const headers = new Headers({ 'x-restorewatch-peer': '192.0.2.7' });
    expect(clientAddress(headers, NONE)).toBe(UNKNOWN);
  });
});

describe('the address of a client', () => {
  test.for([
    ['is the socket’s', NONE, { 'x-restorewatch-peer': '192.0.2.7' }, '192.0.2.7'],
    [
      'is the socket’s, whatever the client forwards',
      NONE,
      { 'x-restorewatch-peer': '192.0.2.7', 'x-forwarded-for': '1.1.1.1' },
      '192.0.2.7',
    ],
    [
      'is the socket’s, whatever it says of Vercel',
      NONE,
      { 'x-restorewatch-peer': '192.0.2.7', 'x-vercel-forwarded-for': '1.1.1.1' },
      '192.0.2.7',
    ],
    ['is IPv4 where the socket maps it into IPv6', NONE, { 'x-restorewatch-peer': '::ffff:192.0.2.7' }, '192.0.2.7'],
    ['is IPv6 without its zone', NONE, { 'x-restorewatch-peer': 'fe80::1%eth0' }, 'fe80::1'],
    ['is unknown without a socket', NONE, {}, UNKNOWN],
    ['is a stranger’s that forwards', PROXY, { 'x-restorewatch-peer': '192.0.2.7', 'x-forwarded-for': '1.1.1.1' }, '192.0.2.7'],
    ['is what a trusted proxy forwards', PROXY, { 'x-restorewatch-peer': '10.1.2.3', 'x-forwarded-for': '192.0.2.7' }, '192.0.2.7'],
    [
      'is what a trusted proxy of one address forwards',
      PROXY,
      { 'x-restorewatch-peer': '2001:db8::1', 'x-forwarded-for': '192.0.2.7' },
      '192.0.2.7',
    ],
    [
      'is the last that no trusted proxy has',
      PROXY,
      { 'x-restorewatch-peer': '10.1.2.3', 'x-forwarded-for': '6.6.6.6, 192.0.2.7, 10.9.9.9' },
      '192.0.2.7',
    ],
    [
      'is the first where all are trusted',
      PROXY,
      { 'x-restorewatch-peer': '10.1.2.3', 'x-forwarded-for': '10.8.8.8, 10.9.9.9' },
      '10.8.8.8',
    ],
    ['is the proxy’s where nothing is forwarded', PROXY, { 'x-restorewatch-peer': '10.1.2.3' }, '10.1.2.3'],
    [
      'is the last before nonsense',
      PROXY,
      { 'x-restorewatch-peer': '10.1.2.3', 'x-forwarded-for': '192.0.2.7, nonsense, 10.9.9.9' },
      '10.9.9.9',
    ],
    ['loses its port', PROXY, { 'x-restorewatch-peer': '10.1.2.3', 'x-forwarded-for': '192.0.2.7:4711' }, '192.0.2.7'],
    ['loses brackets and port', PROXY, { 'x-restorewatch-peer': '10.1.2.3', 'x-forwarded-for': '[2001:db8::7]:4711' }, '2001:db8::7'],
    ['is Vercel’s word on Vercel', VERCEL, { 'x-vercel-forwarded-for': '192.0.2.7', 'x-forwarded-for': '6.6.6.6' }, '192.0.2.7'],
    ['is unknown on Vercel without it', VERCEL, { 'x-restorewatch-peer': '6.6.6.6', 'x-forwarded-for': '6.6.6.6' }, UNKNOWN],
  ] as const)('%s', ([, proxies, headers, expected]) => {
    believePeerHeaders();
    expect(clientAddress(new Headers(headers), proxies)).toBe(expected);
  });
});

test.for([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::6', '2001:db8:1:3::/64'],
  ['2001:0db8:0001:0002::6', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  [UNKNOWN, UNKNOWN],
] as const)('%s counts as %s', ([address, network]) => expect(networkOf(address)).toBe(network));

test.for([
  ['came over TLS by a trusted proxy’s word', '10.1.2.3', 'https', true],
  ['came over TLS by a trusted proxy’s word about the client', '10.1.2.3', 'https, http', true],
  ['did not come over TLS if a trusted proxy says http', '10.1.2.3', 'http', false],
  ['did not come over TLS if a trusted proxy says nothing of it', '10.1.2.3', undefined, false],
  ['did not come over TLS by a stranger’s word', '192.0.2.7', 'https', false],
  ['did not come over TLS where there is no socket', undefined, 'https', false],
] as const)('a request %s', ([, peer, protocols, expected]) => {
  expect(isOverTls(peer, protocols, PROXY.trustedProxies)).toBe(expected);
});
