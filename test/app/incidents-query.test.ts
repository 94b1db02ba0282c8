import { describe, expect, test } from 'vitest';
import { triggerOf } from '../../app/api/answer.ts';
import { readIncidentsQuery } from '../../app/api/incidents/query.ts';
import { placeOf } from '../../lib/record/incident-history.ts';
import { DAY, parseMoment } from '../../lib/domain/time.ts';
import { NOW } from '../support/facts.ts';
import { incident } from '../support/incidents.ts';

function read(query: string): ReturnType<typeof readIncidentsQuery> {
  return readIncidentsQuery(new URLSearchParams(query), NOW);
}

describe('the query of /api/incidents', () => {
  test('asks for the newest 100 of the last 30 days where nothing is said', () =>
    expect(read('')).toEqual({ span: { from: Date.UTC(2026, 9, 23, 12), to: null }, limit: 100, before: null }));

  test('takes a span in any time zone, a limit, and the cursor that an earlier answer gave', () => {
    const cursor = placeOf(incident('i'));
    const query = new URLSearchParams({ from: '2026-11-01T00:00:00+01:00', to: '2026-11-02T00:00:00.5Z', limit: '1000', cursor });
    expect(read(query.toString())).toEqual({
      span: { from: Date.UTC(2026, 9, 31, 23), to: Date.UTC(2026, 10, 2, 0, 0, 0, 500) },
      limit: 1_000,
      before: cursor,
    });
  });

  test('takes a span of one moment', () => {
    const at = '2026-11-01T00:00:00Z';
    expect(read(`from=${at}&to=${at}`)).toHaveProperty('span', { from: Date.parse(at), to: Date.parse(at) });
  });

  test('begins 30 days before its end where only that is given', () =>
    expect(read('to=2026-03-31T00:00:00Z')).toHaveProperty('span.from', Date.UTC(2026, 2, 1)));

  test('begins with 1970 where its end is less than 30 days later', () =>
    expect(read('to=1970-01-02T00:00:00Z')).toHaveProperty('span', { from: 0, to: DAY }));

  test.for([
    'from=yesterday',
    'from=',
    'to=%00',
    'from=2026-02-30T00:00:00Z',
    'from=2026-11-01T25:00:00Z',
    'from=2026-11-01T00:00:00',
    'from=2026-11-01',
    'from=1764201600000',
    'from=2026-11-02T00:00:00Z&to=2026-11-01T23:59:59Z',
    'limit=0',
    'limit=-1',
    'limit=1001',
    'limit=1e2',
    'limit=',
    'cursor=nonsense',
    'cursor=',
  ])('%s is an error', (query) => expect(read(query)).toHaveProperty('error'));
});

describe('a moment', () => {
  test.for([
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2023-02-29T00:00:00Z', null],
    ['9999-12-31T23:59:59Z', Date.UTC(9999, 11, 31, 23, 59, 59)],
    ['9999-12-31T23:59:59-00:01', null],
    ['2026-04-31T12:00Z', null],
    ['2026-11-30T08:00Z', Date.UTC(2026, 10, 30, 8)],
    ['1969-12-31T23:59:59Z', null],
    ['2026-13-01T00:00:00Z', null],
    [' 2026-11-30T08:00Z', null],
  ] as const)('%j is %s', ([text, at]) => expect(parseMoment(text)).toBe(at));
});

describe('what called a cron route', () => {
  const called = (query: string, agent?: string): string | null | undefined =>
    triggerOf(
      new Request(`https://status.example.com/api/cron/check${query}`, agent === undefined ? {} : { headers: { 'user-agent': agent } }),
    );

  test.for<[string, string, string | undefined, string | null | undefined]>([
    ['is named by the query', '?trigger=github', undefined, 'github'],
    ['is Vercel by its user agent', '', 'vercel-cron/1.0', 'vercel'],
    ['is named by the query also where Vercel calls', '?trigger=eu-cron', 'vercel-cron/1.0', 'eu-cron'],
    ['has no name otherwise', '', 'curl/8.5.0', null],
    ['is not Vercel because its user agent mentions it', '', 'curl (vercel-cron/1.0)', null],
    ['is refused without letters', '?trigger=', undefined, undefined],
    ['is refused with capitals or blanks', '?trigger=Git%20Hub', undefined, undefined],
    ['is refused where it is named twice', '?trigger=a&trigger=b', undefined, undefined],
    ['is refused if it is long', `?trigger=${'a'.repeat(33)}`, undefined, undefined],
  ])('%s', ([, query, agent, expected]) => expect(called(query, agent)).toBe(expected));
});
