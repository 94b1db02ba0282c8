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

test('a secret of one letter does not damage the word [redacted]', () => {
  expect(createRedactor(['e', 'long-secret']).redact('e long-secret')).toBe('[redacted] [redacted]');
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
