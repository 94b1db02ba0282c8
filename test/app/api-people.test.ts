import { describe, expect, test } from 'vitest';
import { fromOurselves } from '../../app/api/same-origin.ts';
import { readFields } from '../../app/api/fields.ts';
import { readSilence } from '../../app/api/silences/form.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { NOW } from '../support/facts.ts';

function post(body: string, type = 'application/x-www-form-urlencoded'): Request {
  return new Request('http://127.0.0.1/', { method: 'POST', body, headers: { 'content-type': type } });
}

describe('a request comes from our own page', () => {
  test.for([
    ['a form of ours', { 'sec-fetch-site': 'same-origin' }, true],
    ['a form of another site', { 'sec-fetch-site': 'cross-site' }, false],
    ['a form of a sibling', { 'sec-fetch-site': 'same-site' }, false],
    ['another site that sets our header', { 'sec-fetch-site': 'cross-site', 'x-restorable': '1' }, false],
    ['an older browser on our page', { origin: 'https://status.example.com', host: 'status.example.com' }, true],
    ['an older browser on another', { origin: 'https://evil.example.com', host: 'status.example.com' }, false],
    ['a page without an origin', { origin: 'null', host: 'status.example.com' }, false],
    ['a page without an origin that sets our header', { origin: 'null', host: 'status.example.com', 'x-restorable': '1' }, false],
    ['a program, which says neither', {}, true],
  ] as const)('%s: %#', ([, headers, ours]) => expect(fromOurselves(new Headers(headers))).toBe(ours));

  test('behind a proxy that changes the host, the origin of STATUS_URL is ours, and no other', () => {
    const from = (origin: string): boolean => fromOurselves(new Headers({ origin, host: 'internal:3000' }), 'https://status.example.com');
    expect([from('https://status.example.com'), from('https://evil.example.com')]).toEqual([true, false]);
  });
});

describe('fields', () => {
  test.for([
    ['of a form', 'a=1&b=x+y', undefined, { a: '1', b: 'x y' }],
    ['of JSON, texts alone', '{"a":"1","b":2,"c":null}', 'application/json', { a: '1' }],
    ['of a list', '["a"]', 'application/json', null],
    ['of null', 'null', 'application/json', null],
    ['of JSON cut off', '{"a":', 'application/json; charset=utf-8', null],
    ['of nothing', '', undefined, {}],
    ['of a megabyte', 'a='.padEnd(1_048_576, 'x'), undefined, null],
  ] as const)('%s', async ([, body, type, fields]) => expect(await readFields(post(body, type))).toEqual(fields));
});

describe('a silence that is asked for', () => {
  test('has what the form says, from now, by who is signed in and nobody else', async () => {
    const asked = await readSilence(post('project=&cluster=+orders+&check=&priority=P1&for=2h&why=disk+resize&by=mallory'), 'dana', NOW);
    expect(asked).toEqual({
      match: { cluster: 'orders', priority: 'P1' },
      by: 'dana',
      why: 'disk resize',
      from: NOW,
      until: NOW + 2 * HOUR,
    });
  });

  test.for(['', 'for=', 'for=soon', 'for=0h', 'for=-1h', 'for=1y', 'for=1h1m', 'for=999999d'])(
    'without a length of time is refused in words: “%s”',
    async (body) =>
      expect(await readSilence(post(body), 'dana', NOW)).toEqual({ problems: [expect.stringContaining('a silence has an end')] }),
  );

  test('that is no form is refused in words', async () =>
    expect(await readSilence(post('[]', 'application/json'), 'dana', NOW)).toEqual({
      problems: [expect.stringContaining('a form, or JSON')],
    }));
});
