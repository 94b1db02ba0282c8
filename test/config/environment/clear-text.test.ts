import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../lib/config/environment/read-environment.ts';
import { COMPLETE, refusal } from './environment-source.ts';

const PROVIDERS = [
  'ATLAS_BASE_URL',
  'KV_REST_API_URL',
  'PAGERDUTY_API_URL',
  'SLACK_API_URL',
  'TWILIO_BASE_URL',
  'WEBHOOK_URL',
  'HEARTBEAT_URL',
] as const;

const UPSTASH = { KV_REST_API_URL: '', KV_REST_API_TOKEN: '', UPSTASH_REDIS_REST_TOKEN: 'upstash-token' } as const;

describe.for(PROVIDERS)('%s by http', (name) => {
  const at = (url: string, allowed = '') => ({ ...COMPLETE, [name]: url, ALLOW_HTTP: allowed });

  test('to another machine is refused, and the message says what to write and which variable allows it', () => {
    const message = refusal(at('http://relay.internal:8080/path'));
    expect(message).toContain(`${name}: must begin with https://`);
    expect(message).toContain('ALLOW_HTTP');
    expect(message).toContain('one problem');
  });

  test.for(['http://localhost:1', 'http://127.0.0.1:1', 'http://127.8.9.10:1', 'http://[::1]:1', 'https://relay.internal'])(
    'is taken as %s, without a warning',
    (url) => expect(readEnvironment(at(url)).warnings).toEqual([]),
  );

  test('is taken where ALLOW_HTTP names its host, in whatever case, and warned of', () => {
    const { warnings } = readEnvironment(at('http://Relay.internal:8080/path', '10.0.0.7, RELAY.internal'));
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`^${name} begins with http://.*ALLOW_HTTP.*unencrypted`))]);
  });

  test.for(['relay', 'internal', 'evil-relay.internal', 'relay.internal.example.com'])(
    'is refused where ALLOW_HTTP names %s alone',
    (host) => expect(refusal(at('http://relay.internal', host))).toContain(`${name}: `),
  );
});

test.for([
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'http://10.0.0.7',
  'http://[fd00::7]',
  'HTTP://relay.internal',
  'http://0.0.0.0',
])('%s is no loopback', (url) => expect(refusal({ ...COMPLETE, SLACK_API_URL: url })).toContain('SLACK_API_URL: must begin with https://'));

test('other spellings of a loopback address are loopback, since the address is read as fetch reads it', () => {
  for (const host of ['127.1', '2130706433', '0x7f.0.0.1']) expect(refusal({ ...COMPLETE, SLACK_API_URL: `http://${host}:1` })).toBe('');
});

test('an IPv6 address in ALLOW_HTTP is written with or without brackets', () => {
  for (const allowed of ['fd00::7', '[fd00::7]'])
    expect(refusal({ ...COMPLETE, SLACK_API_URL: 'http://[fd00::7]:1', ALLOW_HTTP: allowed })).toBe('');
});

test("the KV under Upstash's own names is held to the same", () => {
  const source = { ...COMPLETE, ...UPSTASH, UPSTASH_REDIS_REST_URL: 'http://kv.internal' };
  expect(refusal(source)).toContain('UPSTASH_REDIS_REST_URL: must begin with https://');
  expect(refusal({ ...source, ALLOW_HTTP: 'kv.internal' })).toBe('');
});

test('the host of a public address is named, the host of a secret one is not', () => {
  expect(refusal({ ...COMPLETE, TWILIO_BASE_URL: 'http://relay.internal' })).toContain('unless ALLOW_HTTP names relay.internal');
  expect(refusal({ ...COMPLETE, WEBHOOK_URL: 'http://relay.internal/key' })).not.toContain('relay.internal');
});

test.for([
  ['smtp://u:p4ssword@mail.internal', '', 0],
  ['smtp://u:p4ssword@mail.internal/?requireTLS=true', 'mail.internal', 0],
  ['smtps://u:p4ssword@mail.internal', 'mail.internal', 0],
  ['smtp://u:p4ssword@127.0.0.1:25', '', 0],
  ['smtp://u:p4ssword@mail.internal/?tls=optional', '', 1],
  ['smtp://u:p4ssword@mail.internal', 'mail.internal', 1],
] as const)('mail by %s with ALLOW_HTTP=%j has %i warnings', ([url, allowed, count]) => {
  const { warnings } = readEnvironment({ ...COMPLETE, SMTP_URL: url, ALLOW_HTTP: allowed });
  expect(warnings).toHaveLength(count);
  for (const warning of warnings) expect(warning).toMatch(/^SMTP_URL: .*unencrypted/);
  expect(warnings.join()).not.toContain('p4ssword');
});

test("the page's own address may begin with http://, since nothing is sent there", () =>
  expect(readEnvironment({ ...COMPLETE, STATUS_URL: 'http://status.internal' }).warnings).toEqual([]));

test('where nothing is said, the product listens on all addresses', () => {
  expect(readEnvironment(COMPLETE).host).toBeNull();
  expect(readEnvironment({ ...COMPLETE, HOST: '[::1]' }).host).toBe('::1');
});
