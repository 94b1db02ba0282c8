import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { calendarPeriods } from '../../../lib/domain/calendar-periods.ts';
import { DAY, iso } from '../../../lib/domain/time.ts';
import { hashPassword } from '../../../lib/config/environment/password.ts';
import { everyPage } from '../routes.ts';
import { recordMany } from './many-entries.ts';
import { recordLists } from './recorded-lists.ts';

const HEADERS = new Headers({ authorization: `Basic ${Buffer.from('vera:the right password').toString('base64')}` });
vi.mock('next/headers', () => ({ headers: async () => HEADERS }));
vi.mock('next/server', async (original) => ({ ...(await original<object>()), after: () => {} }));

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-periods-'));
// No midnight comes between what is recorded and what is asked for.
const now = Date.now();
vi.useFakeTimers({ now, toFake: ['Date'] });
const day = (ago: number): string => iso(now - ago * DAY).slice(0, 10);
const LISTS = ['/incidents', '/runs', '/deliveries', '/audit', '/records'] as const;

beforeAll(async () => {
  const environment = {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_test_of_periods',
    ATLAS_BASE_URL: 'http://127.0.0.1:9',
    ALERTS: 'off',
    STATE_PATH: join(folder, 'state.sqlite'),
    STATUS_USERS: `vera:${await hashPassword('the right password')}:viewer`,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { openPorts } = await import('../../../lib/wire/wire.ts');
  const { store } = await openPorts();
  await recordLists(store, now);
  await recordMany(store, now);
  for (let rounds = 0; rounds < 2; rounds += 1) await store.packTrail({ now, forgetBefore: 0 });
}, 60_000);
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function markup(path: string, query: Readonly<Record<string, string>>): Promise<string> {
  const page = (await everyPage()).find((one) => one.path === path);
  // Proof: a page of Next gives an element.
  const text = renderToStaticMarkup(await (page?.read(query) as Promise<React.ReactNode>));
  return text.slice(text.indexOf('<main'));
}

/** The days of the moments that the table of a page has first in each row. */
function daysIn(text: string): readonly string[] {
  const rows = text.slice(text.indexOf('<tbody')).split('<tr').slice(1);
  return rows.flatMap((row) => /<time dateTime="([^"T]+)/.exec(row)?.[1] ?? []);
}

function older(text: string): Readonly<Record<string, string>> | null {
  const href = /href="([^"]+)">Older/.exec(text)?.[1]?.replaceAll('&amp;', '&');
  return href === undefined ? null : Object.fromEntries(new URLSearchParams(href.split('?')[1]));
}

/** All days that all pages of a list show. */
async function allDays(path: string, query: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let next: typeof query | null = query, pages = 0; next !== null && pages < 20; pages += 1) {
    const text = await markup(path, next);
    seen.push(...daysIn(text));
    next = older(text);
  }
  return seen;
}

describe('of a period far back', () => {
  const period = { from: day(92), to: day(90) };

  test.for([
    ['/runs', {}, 72],
    ['/audit', {}, 3],
    ['/audit', { what: 'run' }, 72],
    ['/audit', { who: 'DANA' }, 3],
    ['/records', {}, 3],
    ['/records', { kind: 'restore-test', cluster: 'store-' }, 2],
    ['/deliveries', {}, 3],
    ['/deliveries', { channel: 'pagerduty', state: 'accepted' }, 3],
    ['/deliveries', { channel: 'sms' }, 0],
  ] as const)('%s with %j shows what is of it, on all pages, and nothing else', async ([path, query, count]) => {
    const days = await allDays(path, { ...period, ...query });
    expect(days).toHaveLength(count);
    expect([...new Set(days)].filter((one) => one < period.from || one > period.to)).toEqual([]);
  });

  test('the first page of messages has them already', async () => expect(daysIn(await markup('/deliveries', period))).toHaveLength(3));
});

describe.for(LISTS)('the list %s', (path) => {
  test('leads to months and quarters with the rest of its filter, and marks the one that is shown', async () => {
    const filter = {
      '/runs': 'show=trouble',
      '/audit': 'who=dana',
      '/records': 'kind=drill',
      '/deliveries': 'state=owed',
      '/incidents': 'state=ended',
    };
    const [name = '', value = ''] = filter[path].split('=');
    const quarter = calendarPeriods(now).find((one) => one.name === 'last quarter');
    const text = await markup(path, { [name]: value, from: quarter?.from ?? '', to: quarter?.to ?? '' });
    expect(text).toMatch(new RegExp(`href="${path}\\?from=${quarter?.from}&amp;to=${quarter?.to}&amp;${name}=${value}"[^>]*>last quarter`));
    expect(text.match(/aria-current="true"/g)).toHaveLength(1);
  });

  test.for([
    [{ from: 'nonsense' }, /“nonsense” cannot be read/],
    [{ from: '2026-09-30', to: '2026-07-01' }, /from lies after to/],
  ] as const)('of %j says what is wrong, and shows all', async ([query, said]) => {
    const text = await markup(path, query);
    expect(text).toMatch(said);
    expect(text).not.toContain('Nothing matches');
  });

  test('keeps the period on older pages', async () => {
    const text = await markup(path, { from: '2020-01-01' });
    expect(older(text)).toMatchObject({ from: '2020-01-01' });
  });
});

test('a page of records of one cluster holds no more entries than another', async () => {
  const text = await markup('/records', { cluster: 'store-' });
  expect(daysIn(text)).toHaveLength(25);
  const rest = await allDays('/records', { cluster: 'store-' });
  expect(rest).toHaveLength(120);
});

test('a period of checks leaves out what is of now', async () => {
  expect(await markup('/runs', {})).toContain('By day');
  expect(await markup('/runs', { from: day(92), to: day(90) })).not.toContain('By day');
});

/** The query of the link to a list as JSON. */
function fileIn(text: string): URLSearchParams {
  const href = /href="\/api\/records\?([^"]+)">JSON/.exec(text)?.[1] ?? '';
  return new URLSearchParams(href.replaceAll('&amp;', '&'));
}

describe('the file of a list', () => {
  test('of records has as many as the page that calls them “these”', async () => {
    const { GET } = await import('../../../app/api/records/route.ts');
    const period = { from: day(92), to: day(3) };
    const text = await markup('/records', period);
    expect(text).toMatch(/These as <a/);
    const answer = await GET(new Request(`http://127.0.0.1/api/records?${fileIn(text)}`, { headers: HEADERS }));
    const { records } = (await answer.json()) as { readonly records: readonly unknown[] };
    expect(records).toHaveLength(daysIn(text).length);
  });

  test('of the audit trail says that it is no filter’s, and how many entries it has', async () => {
    const text = await markup('/audit', { who: 'nobody' });
    expect(fileIn(text).get('limit')).toBe('200');
    expect(text).toMatch(/The whole log from here on, 200 entries a file, as <a/);
    expect(text).not.toContain('Everything as');
  });
});
