import { describe, expect, test } from 'vitest';
import { createRedactor, typedWithout } from '../../lib/domain/redact.ts';

const SECRETS = ['mdb_sa_sk_demo/Secret+Zx9=é', 'p@ss/w+rd "quoted" 42', String.raw`back\slash.*(regex)[x]{2}|$^`];

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

describe.for(SECRETS)('the secret %j', (secret) => {
  test.for([
    ['as it is', secret],
    ['in other case', secret.toUpperCase()],
    ['URL-encoded', encodeURIComponent(secret)],
    ['URL-encoded in lower case', encodeURIComponent(secret).toLowerCase()],
    ['in a form', new URLSearchParams({ a: secret }).toString()],
    ['inside JSON', JSON.stringify({ token: secret })],
    ['in base64', base64(secret)],
    ['in base64 without padding', base64(secret).replace(/=+$/, '')],
    ['in base64url', Buffer.from(secret).toString('base64url')],
    ['in a Basic header after one byte', base64(`:${secret}`)],
    ['in a Basic header after two bytes', base64(`u:${secret}`)],
    ['in a Basic header after three bytes', base64(`me:${secret}`)],
    ['in base64 between others', base64(`mdb_sa_id_1:${secret}:more`)],
  ] as const)('%s is hidden', ([, spelling]) => {
    const safe = createRedactor([secret]).redact(`before ${spelling} after`);
    expect(safe).toMatch(/^before .*\[redacted\].* after$/);
    expect(safe).not.toContain(spelling);
    for (const middle of [secret.slice(4, 12), base64(secret).slice(8, 20)]) expect(safe).not.toContain(middle);
  });
});

test('an empty secret hides nothing, and an empty list of secrets hides nothing', () => {
  expect(createRedactor(['']).redact('all well')).toBe('all well');
  expect(createRedactor([]).redact('all well')).toBe('all well');
});

test('a secret that begins with another secret is hidden whole', () => {
  expect(createRedactor(['abcd', 'abcdefgh']).redact('x abcdefgh y')).toBe('x [redacted] y');
});

describe('a short secret', () => {
  const log = 'start: a test of the state failed at startTest (user root:test@host, latest)';

  test.for([
    ['of one letter', 'a'],
    ['of three letters', 'the'],
    ['of three letters in base64 too', 'abc'],
  ] as const)('%s is not searched for, and damages no text', ([, secret]) => {
    const text = `${log} ${base64('abc')}`;
    expect(createRedactor([secret]).redact(text)).toBe(text);
  });

  test.for([
    ['of four', 'test', 'start: a [redacted] of the state failed at startTest (user root:[redacted]@host, latest)'],
    ['of four that is another word', 'root', 'start: a test of the state failed at startTest (user [redacted]:test@host, latest)'],
    ['of four with a sign at its end', 'ate)', log],
  ] as const)('%s letters is hidden only where it is a word', ([, secret, shown]) => {
    expect(createRedactor([secret]).redact(log)).toBe(shown);
  });

  test('of seven letters is hidden only as a word, of eight wherever it stands', () => {
    expect(createRedactor(['seven77']).redact('seven77 xseven77x (seven77)')).toBe('[redacted] xseven77x ([redacted])');
    expect(createRedactor(['eight888']).redact('eight888 xeight888x')).toBe('[redacted] x[redacted]x');
  });

  test.for([
    ['an escaped sign of an address', 'mongodb%3A%2F%2Fme%3Aq7Zx%40db', 'mongodb%3A%2F%2Fme%3A[redacted]%40db'],
    ['an escaped line break of JSON', String.raw`{"said":"it was\nq7Zx"}`, String.raw`{"said":"it was\n[redacted]"}`],
    ['no escape', '3Aq7Zx nq7Zx', '3Aq7Zx nq7Zx'],
  ] as const)('behind %s is told from a part of a longer word', ([, text, shown]) => {
    expect(createRedactor(['q7Zx']).redact(text)).toBe(shown);
  });

  test('of four letters is hidden in base64 between others', () => {
    expect(createRedactor(['q7Zx']).redact(`Basic ${base64('user:q7Zx')}`)).toMatch(/^Basic .*\[redacted\]/);
  });

  test('that begins and ends with a sign is hidden between letters too', () => {
    expect(createRedactor(['#a!%']).redact('x#a!%x')).toBe('x[redacted]x');
  });
});

test('a secret that is learnt later is hidden from then on', () => {
  const redactor = createRedactor(['first-secret']);
  expect(redactor.redact('a token-of-now')).toBe('a token-of-now');
  redactor.learn('token-of-now');
  expect(redactor.redact('a token-of-now, first-secret')).toBe('a [redacted], [redacted]');
});

test('of the secrets that are learnt later, the newest 24 are hidden, so that a server of months does not search for thousands', () => {
  const redactor = createRedactor(['first-secret']);
  for (let number = 10; number < 35; number += 1) redactor.learn(`token-${number}`);
  expect(redactor.redact('token-10 token-11 token-34 first-secret')).toBe('token-10 [redacted] [redacted] [redacted]');
});

test('what a person typed loses our secrets and the credentials of every address', () => {
  const typed = typedWithout(['s3cr3t-token']);
  expect(typed('curl -u s3cr3t-token mongodb+srv://root:p@ss@db.example.com/shop')).toBe(
    'curl -u [redacted] mongodb+srv://[redacted]@db.example.com/shop',
  );
});
