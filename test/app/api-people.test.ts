import { describe, expect, test } from 'vitest';
import { isFromOurPage } from '../../app/api/by-user.ts';
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
    ['another site that sets our header', { 'sec-fetch-site': 'cross-site', 'x-restorewatch': '1' }, false],
    ['an older browser on our page', { origin: 'https://status.example.com', host: 'status.example.com' }, true],
    ['an older browser on another', { origin: 'https://evil.example.com', host: 'status.example.com' }, false],
    ['a page without an origin', { origin: 'null', host: 'status.example.com' }, false],
    ['a page without an origin that sets our header', { origin: 'null', host: 'status.example.com', 'x-restorewatch': '1' }, false],
    ['a program, which says neither', {}, true],
  ] as const)('%s: %#', ([, headers, ours]) => expect(isFromOurPage(new Headers(headers))).toBe(ours));

  test('behind a proxy that changes the host, the origin of STATUS_URL is ours, and no other', () => {
    const from = (origin: string): boolean => isFromOurPage(new Headers({ origin, host: 'internal:3000' }), 'https://status.example.com');
    expect([from('https://status.example.com'), from('https://evil.example.com')]).toEqual([true, false]);
  });
});

describe('fields', () => {
  const names = ['a', 'b', 'c'] as const;
  const read = (body: string, type?: string) => readFields(post(body, type), names);

  test.for([
    ['of a form', 'a=1&b=x+y', undefined, { a: '1', b: 'x y' }],
    ['of a form that were left empty', 'a=1&b=', undefined, { a: '1', b: '' }],
    ['of JSON', '{"a":"1"}', 'application/json', { a: '1' }],
    ['of nothing', '', undefined, {}],
  ] as const)('%s', async ([, body, type, fields]) => expect(await read(body, type)).toEqual({ fields }));

  test.for([
    ['of a list', '["a"]', 'application/json', 'body: a form, or JSON with the fields a, b and c'],
    ['of null', 'null', 'application/json', 'body: a form, or JSON with the fields a, b and c'],
    ['of JSON cut off', '{"a":', 'application/json; charset=utf-8', 'body: a form, or JSON with the fields a, b and c'],
    [
      'of a megabyte',
      'a='.padEnd(1_048_576, 'x'),
      undefined,
      'body: a form, or JSON with the fields a, b and c; this one is longer than 512 KB',
    ],
    ['that there are not, in a form', 'a=1&d=2', undefined, 'd: there is no such field; there are a, b and c'],
    [
      'that there are not, in JSON',
      '{"a":"1","__proto__":"2"}',
      'application/json',
      '__proto__: there is no such field; there are a, b and c',
    ],
    ['with endless names', `${'x'.repeat(900)}=1`, undefined, `${'x'.repeat(40)}…: there is no such field; there are a, b and c`],
    ['twice in a form', 'a=1&a=2', undefined, 'a: is there twice; which one is meant?'],
    ['that are numbers', '{"b":2}', 'application/json', 'b: is to be one text, in quotes'],
    ['that are null', '{"b":null}', 'application/json', 'b: is to be one text, in quotes'],
    ['that are lists', '{"b":["2"]}', 'application/json', 'b: is to be one text, in quotes'],
    ['empty in JSON', '{"b":" "}', 'application/json', 'b: is empty; leave it out'],
  ] as const)('%s are refused', async ([, body, type, problem]) => expect(await read(body, type)).toEqual({ problems: [problem] }));

  test('are answered with every problem at once, up to a limit', async () => {
    expect(await read('{"d":"1","b":2}', 'application/json')).toEqual({
      problems: [expect.stringMatching(/^d:/), expect.stringMatching(/^b:/)],
    });
    const many = Array.from({ length: 500 }, (_, index) => `x${index}=1`).join('&');
    expect((await read(many)) as { readonly problems?: readonly string[] }).toMatchObject({ problems: { length: 10 } });
  });
});

describe('a requested silence', () => {
  test('has the fields of the form, begins now, and is by the signed-in user', async () => {
    const asked = await readSilence(post('project=&cluster=+orders+&check=&priority=P1&for=2h&why=disk+resize'), 'dana', NOW);
    expect(asked).toEqual({
      match: { cluster: 'orders', priority: 'P1' },
      by: 'dana',
      why: 'disk resize',
      from: NOW,
      until: NOW + 2 * HOUR,
    });
  });

  const fine = { check: 'backup-age', for: '2h', why: 'disk resize' };
  test.for<[string, Readonly<Record<string, unknown>>, string]>([
    [
      'a misspelt cluster',
      { ...fine, clustre: 'orders' },
      'clustre: there is no such field; there are project, cluster, check, priority, for, cron, timeZone, minutes and why',
    ],
    ['a list of clusters', { ...fine, cluster: ['orders'] }, 'cluster: is to be one text, in quotes'],
    ['an empty cluster', { ...fine, cluster: '' }, 'cluster: is empty; leave it out'],
    [
      'an end beside a length',
      { ...fine, cluster: 'orders', until: '2026-11-23' },
      'until: say how long by the field for alone, as 90m, 2h or 3d from now',
    ],
    [
      'an end alone',
      { check: 'rpo', why: 'disk', until: '2026-11-23' },
      'until: say how long by the field for alone, as 90m, 2h or 3d from now',
    ],
    ['a beginning', { ...fine, from: '2020-01-01' }, 'from: a silence begins now'],
    [
      'somebody else’s name',
      { ...fine, by: 'mallory' },
      'by: there is no such field; there are project, cluster, check, priority, for, cron, timeZone, minutes and why',
    ],
  ])('with %s is refused, and not stored for more clusters', async ([, body, problem]) =>
    expect(await readSilence(post(JSON.stringify(body), 'application/json'), 'dana', NOW)).toEqual({ problems: [problem] }),
  );

  test.for(['', 'for=', 'for=soon', 'for=0h', 'for=-1h', 'for=1y', 'for=1h1m', 'for=999999d'])(
    'without a length of time is refused in words: “%s”',
    async (body) =>
      expect(await readSilence(post(body), 'dana', NOW)).toEqual({ problems: [expect.stringContaining('a silence has an end')] }),
  );

  test('with times instead of a length is a maintenance window', async () => {
    const body = 'project=shop&cron=0+22+*+*+6&timeZone=Europe%2FBerlin&minutes=120&why=patch+night';
    expect(await readSilence(post(body), 'dana', NOW)).toEqual({
      match: { project: 'shop' },
      by: 'dana',
      why: 'patch night',
      cron: '0 22 * * 6',
      timeZone: 'Europe/Berlin',
      minutes: 120,
    });
    expect(await readSilence(post(`${body}&for=2h`), 'dana', NOW)).toEqual({
      problems: [expect.stringMatching(/^for: a maintenance window/)],
    });
  });

  test('that is no form and no JSON is refused in words', async () =>
    expect(await readSilence(post('[]', 'application/json'), 'dana', NOW)).toEqual({
      problems: [expect.stringContaining('a form, or JSON')],
    }));
});
