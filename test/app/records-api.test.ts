import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecordsQuery, readTrailQuery, trailCursor } from '../../app/api/records/query.ts';
import type { AuditEntry } from '../../lib/domain/audit/audit-entry.ts';
import type { LogRecord } from '../../lib/domain/recovery/log-record.ts';
import { hashOf } from '../../lib/record/audit-chain.ts';
import { verifyTrail } from '../../lib/record/trail/verify-trail.ts';
import { LINE, record } from '../record/samples.ts';
import { EVIDENCE_KEY, KEY_LINE } from '../support/evidence-key.ts';
import { PASSWORD_HASHES } from '../support/password-hashes.ts';

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-records-'));
const before = { ...process.env };
const ALICE = { authorization: `Basic ${Buffer.from('alice:correct horse').toString('base64')}` };

type Routes = { readonly GET: (request: Request) => Promise<Response>; readonly POST: (request: Request) => Promise<Response> };
let routes: Routes;

/** The routes over a state file of their own: read when they are first asked, as in the product. */
beforeAll(async () => {
  Object.assign(process.env, {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_records_test',
    ATLAS_BASE_URL: 'http://127.0.0.1:9',
    STATE_PATH: join(folder, 'state.sqlite'),
    STATUS_USERS: `alice:${PASSWORD_HASHES['correct horse']}`,
    EVIDENCE_KEY,
  });
  routes = await import('../../app/api/records/route.ts');
  const { appendRecord } = await import('../../lib/people/record-notes.ts');
  const { openPorts } = await import('../../lib/wire/wire.ts');
  const appendToLog = async (one: LogRecord): Promise<void> => appendRecord(await openPorts(), one);
  await appendToLog(made('first', 1_000));
  await appendToLog(made('second', 2_000, { kind: 'drill', summary: `=HYPERLINK("x") with ${KEY_LINE}` }));
}, 60_000);

afterAll(() => {
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
});

/** Recent, so that policy keeps it. */
function made(id: string, after: number, change: Partial<LogRecord> = {}): LogRecord {
  return record(id, Date.now() - 60_000 + after, { evidence: [LINE, LINE], ...change });
}

function get(query: string, headers: Readonly<Record<string, string>> = ALICE): Promise<Response> {
  return routes.GET(new Request(`http://127.0.0.1/api/records${query}`, { headers }));
}

function post(fields: Readonly<Record<string, unknown>>, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const all = { ...ALICE, 'content-type': 'application/json', ...headers };
  return routes.POST(new Request('http://127.0.0.1/api/records', { method: 'POST', headers: all, body: JSON.stringify(fields) }));
}

async function ids(): Promise<readonly string[]> {
  const { records }: { readonly records: readonly { readonly id: string }[] } = await (await get('?limit=200')).json();
  return records.map(({ id }) => id);
}

describe('GET', () => {
  test('without a user every request is refused', async () => {
    const answer = await get('', {});
    expect([answer.status, answer.headers.get('www-authenticate'), await answer.json()]).toEqual([
      401,
      expect.stringContaining('Basic'),
      { error: 'unauthorised' },
    ]);
  });

  test('JSON is a file that no cache keeps, without secrets', async () => {
    const answer = await get('?format=json');
    const body = await answer.text();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="restorewatch-records.json"');
    expect(body).toContain('with [redacted]');
    expect(body).not.toContain(KEY_LINE);
  });

  test('CSV holds no formula that a spreadsheet would run', async () => {
    const answer = await get('?format=csv&kind=drill');
    const body = await answer.text();
    expect(answer.headers.get('content-type')).toContain('text/csv; charset=utf-8');
    expect(body.split('\r\n')).toHaveLength(4);
    expect(body).toContain(`"'=HYPERLINK(""x"") with [redacted]"`);
  });

  test('a page leads to the next, of the same kind and format, to the last', async () => {
    const first = await get('?limit=1');
    const link = /<([^>]*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const { records, next }: { records: readonly { id: string }[]; next: string } = await first.json();
    expect(new URL(link, 'http://x').searchParams.get('before')).toBe(next);
    expect(link).toContain('format=json&limit=1');
    const second: { records: readonly { id: string }[]; next: string | null } = await (await get(new URL(link, 'http://x').search)).json();
    expect([...records, ...second.records].map(({ id }) => id).slice(0, 2)).toEqual(['second', 'first']);
  });

  test('the newest records of all kinds come with the checklist, and no other part of them does', async () => {
    const keys = async (query: string): Promise<readonly string[]> => Object.keys(await (await get(query)).json());
    expect(await keys('')).toContain('checklist');
    for (const other of ['?kind=drill', '?kind=audit', `?before=${'0'.repeat(14)}1-${'0'.repeat(32)}`])
      expect(await keys(other)).not.toContain('checklist');
  });

  test('CSV has a row for each line of the checklist, with its state', async () => {
    const rows = (await (await get('?format=csv')).text()).split('\r\n');
    expect(rows.find((row) => row.startsWith('"checklist-multi-region"') || row.startsWith('checklist-multi-region'))).toMatch(
      /,checklist,,[^,]+,Multi-region replication,,unknown,no complete check has evaluated it so far,/,
    );
  });

  test('a wrong query is refused in words', async () => {
    const answer = await get('?format=xml');
    expect([answer.status, await answer.json()]).toEqual([400, { error: 'format must be one of json, csv' }]);
  });
});

describe('the audit trail', () => {
  type Answer = {
    readonly records: readonly unknown[];
    readonly audit?: { readonly entries: readonly AuditEntry[]; readonly next: number | null };
  };
  const trail = async (query: string): Promise<Answer> => (await get(query)).json();

  test('comes with the newest records, has this very export, and verifies', async () => {
    const { audit } = await trail('?limit=200');
    expect(audit?.entries[0]).toMatchObject({ what: 'export', by: 'alice', about: 'records', details: { format: 'json', kind: 'all' } });
    expect(verifyTrail((audit?.entries ?? []).toReversed())).toMatchObject({ intact: true });
  });

  test('has no export that another site’s image asked for, and that is refused', async () => {
    const exports = async (): Promise<number> => {
      const { entries = [] } = (await trail('?kind=audit&limit=200')).audit ?? {};
      return entries.filter(({ what }) => what === 'export').length;
    };
    const before = await exports();
    const answer = await get('', { ...ALICE, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' });
    expect([answer.status, await answer.json()]).toEqual([403, { error: 'another site asks for this file: open it yourself' }]);
    // Each count is an export of its own.
    expect(await exports()).toBe(before + 1);
  });

  test('has the first sign-in of each day, once, and refused ones as a count that a cron writes', async () => {
    await get('');
    await get('', { authorization: `Basic ${Buffer.from('alice:wrong').toString('base64')}` });
    await get('', { authorization: `Basic ${Buffer.from('mallory:wrong').toString('base64')}` });
    const before = (await trail('?kind=audit&limit=200')).audit?.entries ?? [];
    const dayOf = ({ at }: AuditEntry): string => at.slice(0, 10);
    // Two where midnight came between these tests.
    const days = [...new Set(before.filter(({ by }) => by === 'alice').map(dayOf))];
    const signIns = before.filter(({ what }) => what.startsWith('sign-in'));
    expect(days.length).toBeGreaterThan(0);
    expect(signIns.map((entry) => `${entry.what} ${entry.by} ${dayOf(entry)}`)).toEqual(days.map((day) => `sign-in alice ${day}`));
    const { openPorts } = await import('../../lib/wire/wire.ts');
    const { writeRefusalsHourly } = await import('../../lib/people/audit-trail.ts');
    await writeRefusalsHourly(await openPorts());
    const [, newest] = (await trail('?kind=audit&limit=2')).audit?.entries ?? [];
    expect(newest).toMatchObject({ what: 'sign-in-refused', details: { 'wrong password for alice': '1', 'wrong name or password': '1' } });
  });

  test('comes alone, in parts that lead to the next, and not with other pages or kinds of records', async () => {
    const answer = await get('?kind=audit&limit=1');
    const link = /<([^>]*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
    const first: Answer = await answer.json();
    const second = await trail(new URL(link, 'http://x').search);
    expect(first.records).toEqual([]);
    expect(second.audit?.entries[0]?.number).toBe((first.audit?.entries[0]?.number ?? 0) - 1);
    expect(await trail('?kind=drill')).not.toHaveProperty('audit');
  });

  test('is in CSV one row an entry, each with the whole entry', async () => {
    const rows = (await (await get('?format=csv&kind=audit&limit=2')).text()).split('\r\n');
    expect(rows).toHaveLength(4);
    const [, json = ''] = /,("\{""about.*\}"),,,,,,$/.exec(rows[1] ?? '') ?? [];
    const entry: AuditEntry = JSON.parse(json.slice(1, -1).replaceAll('""', '"'));
    expect(rows[1]).toMatch(new RegExp(`^audit-${entry.number},audit,${entry.at},${entry.at},records,alice,,export,`));
    expect(hashOf(entry)).toBe(entry.hash);
  });

  test.for([
    ['', { limit: 50, before: null }],
    ['kind=audit&limit=7', { limit: 7, before: null }],
    ['auditBefore=12', { limit: 50, before: 12 }],
    ['kind=drill&auditBefore=12', { limit: 50, before: 12 }],
    ['kind=drill', null],
    [`before=${'0'.repeat(15)}-${'a'.repeat(32)}`, null],
    ['auditBefore=0', { error: 'auditBefore must be the number of an entry of the audit trail' }],
    ['auditBefore=x', { error: 'auditBefore must be the number of an entry of the audit trail' }],
  ] as const)('?%s asks for %j of it', ([query, expected]) => expect(readTrailQuery(new URLSearchParams(query))).toEqual(expected));

  test.for(['0', '01', '-1', '1.5', '1e3', '', '1'.repeat(16), ' 1'])('%j is the number of no entry', (text) =>
    expect(trailCursor(text)).toBeNull(),
  );
});

describe('POST', () => {
  test('a correction by a signed-in user is written under that name', async () => {
    const answer = await post({ corrects: 'first', text: 'it was s-2' });
    const { id }: { readonly id: string } = await answer.json();
    expect(answer.status).toBe(201);
    const all: { readonly records: readonly Readonly<Record<string, unknown>>[] } = await (await get('?kind=correction')).json();
    expect(all.records).toEqual([expect.objectContaining({ id, corrects: 'first', by: 'alice', verdict: 'noted', summary: 'it was s-2' })]);
    expect(await ids()).toContain('first');
  });

  test('a form leads to the record that it wrote', async () => {
    const form = new URLSearchParams({ text: 'the auditor was here' }).toString();
    const headers = { ...ALICE, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
    const answer = await routes.POST(new Request('http://127.0.0.1/api/records', { method: 'POST', headers, body: form }));
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/records/${(await ids())[0]}`]);
  });

  test.for([
    ['of nobody', { authorization: '' }, 401],
    ['with a wrong password', { authorization: `Basic ${Buffer.from('alice:wrong').toString('base64')}` }, 401],
    ['that another site has a browser send', { 'sec-fetch-site': 'cross-site' }, 403],
    ['from a page of another origin', { origin: 'https://evil.example.com', host: '127.0.0.1' }, 403],
  ] as const)('a note %s is refused and writes nothing', async ([, headers, status]) => {
    const had = await ids();
    expect((await post({ text: 'x' }, headers)).status).toBe(status);
    expect(await ids()).toEqual(had);
  });

  test.for([
    ['without a text', {}, /^text: /],
    [
      'under somebody else’s name',
      { corrects: 'first', text: 'it was s-2', by: 'mallory' },
      /^by: there is no such field; there are text and corrects$/,
    ],
    ['with a verdict of its own', { corrects: 'first', text: 'it was s-2', verdict: 'passed' }, /^verdict: there is no such field/],
    ['of several records', { text: 'x', corrects: ['first'] }, /^corrects: is to be one text/],
    ['of a record that is not there', { text: 'x', corrects: 'none' }, /^corrects: /],
  ] as const)('a note %s is refused in words, and writes nothing', async ([, fields, problem]) => {
    const had = await ids();
    const answer = await post(fields);
    expect([answer.status, await answer.json()]).toEqual([400, { problems: [expect.stringMatching(problem)] }]);
    expect(await ids()).toEqual(had);
  });

  test('there is no method that changes or deletes a record', () => {
    expect(Object.keys(routes).toSorted()).toEqual(['GET', 'POST', 'dynamic']);
  });
});

describe('the query of the log', () => {
  const place = `${'0'.repeat(15)}-${'a'.repeat(32)}`;
  test.for([
    ['', { format: 'json', request: { limit: 50, before: null } }],
    [`format=csv&limit=200&kind=drill&before=${place}`, { format: 'csv', request: { limit: 200, before: place, kind: 'drill' } }],
    ['kind=&limit=1', { format: 'json', request: { limit: 1, before: null } }],
  ] as const)('?%s is understood', ([query, expected]) => expect(readRecordsQuery(new URLSearchParams(query))).toEqual(expected));

  test.for([
    'limit=0',
    'limit=201',
    'limit=-1',
    'limit=',
    'limit=1e2',
    'before=',
    'before=1',
    `before=${place}0`,
    'kind=nothing',
    'kind=constructor',
    'format=',
    'format=JSON',
  ])('?%s is refused, and the answer names the parameter', (query) =>
    expect(readRecordsQuery(new URLSearchParams(query))).toEqual({
      error: expect.stringMatching(new RegExp(`^${query.split('=')[0]} must`)),
    }),
  );
});
