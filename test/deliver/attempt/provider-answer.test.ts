import { describe, expect, test } from 'vitest';
import { describe as describeError, lost, refusal, retryAfterOf } from '../../../lib/deliver/attempt/provider-answer.ts';
import { NOW } from '../notifications.ts';

test.for([
  [400, 'rejected'],
  [401, 'rejected'],
  [403, 'rejected'],
  [404, 'rejected'],
  [408, 'failed'],
  [413, 'rejected'],
  [425, 'failed'],
  [429, 'failed'],
  [499, 'rejected'],
  [200, 'unknown'],
  [204, 'unknown'],
  [302, 'unknown'],
  [399, 'unknown'],
  [500, 'unknown'],
  [501, 'unknown'],
  [502, 'unknown'],
  [503, 'failed'],
  [504, 'unknown'],
] as const)('an unaccepted %i is %s', ([status, result]) => expect(refusal(status, 'no', null).result).toBe(result));

test.for([408, 429, 500, 502, 503])('a %i keeps what the provider asks for', (status) =>
  expect(refusal(status, 'no', 60_000)).toMatchObject({ retryAfter: 60_000 }),
);

test.for([
  [null, null],
  ['60', 60_000],
  ['0', 0],
  ['1.5', 1_500],
  ['Sun, 22 Nov 2026 10:02:00 GMT', 120_000],
  ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
  ['soon', null],
  ['', null],
] as const)('Retry-After %j is %j ms', ([header, expected]) => expect(retryAfterOf(header, NOW)).toBe(expected));

describe('a request without an answer', () => {
  const coded = (code: string): Error =>
    Object.assign(new Error('fetch failed'), { cause: Object.assign(new Error(`why: ${code}`), { code }) });
  test.for([
    ['ECONNREFUSED', 'failed'],
    ['ENOTFOUND', 'failed'],
    ['UND_ERR_CONNECT_TIMEOUT', 'failed'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'failed'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'failed'],
    ['ECONNRESET', 'unknown'],
    ['UND_ERR_SOCKET', 'unknown'],
    ['UND_ERR_HEADERS_TIMEOUT', 'unknown'],
  ] as const)('that ended in %s is %s', ([code, result]) => expect(lost('Twilio', coded(code)).result).toBe(result));

  test('names the request and every cause once', () => expect(describeError(coded('ECONNRESET'))).toBe('fetch failed: why: ECONNRESET'));
  test.for([[null], ['text'], [{ code: 5 }], [undefined]])('that threw %j is unknown, and nothing throws', ([thrown]) =>
    expect(lost('Slack', thrown).result).toBe('unknown'),
  );
});
