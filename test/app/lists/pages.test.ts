import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { incidentCode } from '../../../lib/deliver/message/incident-code.ts';
import { DAY, iso } from '../../../lib/domain/time.ts';
import { everyPage } from '../routes.ts';
import { HEBREW, LONG_NAME, recordLists } from './recorded-lists.ts';
import { PASSWORD_HASHES } from '../../support/password-hashes.ts';

let sent = new Headers();
vi.mock('next/headers', () => ({ headers: async () => sent }));
/** Next knows a request only while it serves one. */
vi.mock('next/server', async (original) => ({ ...(await original<object>()), after: () => {} }));
vi.mock('next/navigation', () => ({
  useRouter: () => ({}),
  notFound: () => {
    throw new Error('not found');
  },
}));

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-lists-'));
const PASSWORD = 'the right password';
// No midnight comes between what is recorded and what is asked for.
const now = Date.now();
vi.useFakeTimers({ now, toFake: ['Date'] });
const LISTS = ['/incidents', '/runs', '/deliveries', '/erasures', '/audit', '/records'] as const;
const PLACE = `${'0'.repeat(15)}-${'a'.repeat(32)}`;

beforeAll(async () => {
  const environment = {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_test_of_lists',
    ATLAS_BASE_URL: 'http://127.0.0.1:9',
    ALERTS: 'off',
    STATE_PATH: join(folder, 'state.sqlite'),
    STATUS_USERS: `vera:${PASSWORD_HASHES[PASSWORD]}:viewer,rob:${PASSWORD_HASHES[PASSWORD]}:responder`,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { openPorts } = await import('../../../lib/wire/wire.ts');
  await recordLists((await openPorts()).store, now);
}, 60_000);
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

async function markup(path: string, query: Readonly<Record<string, string>> = {}, name = 'vera'): Promise<string> {
  sent = new Headers({ authorization: `Basic ${Buffer.from(`${name}:${PASSWORD}`).toString('base64')}` });
  const page = (await everyPage()).find((one) => one.path === path);
  // Proof: a page of Next gives an element.
  return renderToStaticMarkup(await (page?.read(query) as Promise<React.ReactNode>));
}

/** What a person reads. */
async function words(...asked: Parameters<typeof markup>): Promise<string> {
  return wordsOf(await markup(...asked));
}

function wordsOf(text: string): string {
  const main = text.slice(text.indexOf('<main'));
  return main
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

/** The query of the link with these words. */
function linkOf(text: string, label: string): Readonly<Record<string, string>> {
  const href = new RegExp(`href="([^"]+)">${label}`).exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '?';
  return Object.fromEntries(new URLSearchParams(href.split('?')[1]));
}

/** The ids of the incidents on a page. */
function idsIn(text: string): readonly string[] {
  return [...text.matchAll(/<li class="incident"[^>]* id="([^"]+)"/g)].map(([, id = '']) => id);
}

describe.for([...LISTS, '/checklist', '/evidence'])('%s', (path) => {
  test('stands in the navigation as the place where one is, with one heading', async () => {
    const text = await markup(path);
    expect(text).toMatch(new RegExp(`href="${path}" aria-current="page"`));
    expect(text.match(/<h1/g)).toHaveLength(1);
  });

  test('has no form that changes anything for a viewer, and neither inline style nor script', async () =>
    expect(await markup(path)).not.toMatch(/method="post"|style=|<script/));
});

describe.for(LISTS)('the list %s', (path) => {
  test.for([
    ['a parameter that there is not', { form: '2026-01-01' }, /“form” is nothing that this page can be asked for: there are/],
    ['a cursor of nonsense', { cursor: '<script>', before: '<script>', page: '<script>' }, /“<script>” cannot be read/],
  ] as const)('says of %s what is wrong, and shows what it has', async ([, query, said]) => {
    const text = await markup(path, query);
    expect(text).toContain('role="alert"');
    expect(wordsOf(text).replaceAll('&lt;', '<').replaceAll('&gt;', '>')).toMatch(said);
    expect(wordsOf(text)).not.toContain('Begin with the newest');
  });

  test('behind its end says so, and leads to the newest', async () => {
    const query = {
      '/incidents': { cursor: PLACE },
      '/deliveries': { cursor: PLACE },
      '/erasures': { page: '9' },
      '/records': { before: PLACE },
    };
    const asked: Readonly<Record<string, string>> = Object.hasOwn(query, path) ? query[path as keyof typeof query] : { before: '1' };
    expect(await words(path, asked)).toContain('the end of the list lies before this page. Begin with the newest');
  });
});

describe('the incidents', () => {
  test('are those that are open, then those of the last 30 days, each with its times and who acknowledged it', async () => {
    const text = await markup('/incidents');
    const ids = idsIn(text);
    expect(ids.slice(0, 4)).toEqual(['open-1', 'open-2', 'lately', 'past-000']);
    expect(ids.at(-1)).toBe('past-020');
    const seen = wordsOf(text);
    expect(seen).toContain('2 open');
    expect(seen).toMatch(/backup-age, since .*?, ended .*? after 8 h: recovered Acknowledged first by dana at/);
    expect(seen).toContain('History (1 note)');
    expect(text).toMatch(/href="\/clusters\/p1\/id-orders"/);
    expect(text).toMatch(/href="\/runbooks\/backup-age\?incident=lately"/);
  });

  test('of a period are those that were open in it, to the last millisecond of its last day', async () => {
    const day = (ago: number): string => iso(now - ago * DAY).slice(0, 10);
    const ids = idsIn(await markup('/incidents', { from: day(30), to: day(20) }));
    expect(ids).toContain('past-015');
    expect(ids).not.toContain('past-008');
    expect(ids).not.toContain('open-1');
  });

  test('of a period that ends in 1970 are none, and their JSON is of a period that its route takes', async () => {
    const text = await markup('/incidents', { to: '1970-01-01' });
    expect(wordsOf(text)).toContain('Nothing matches this filter');
    expect(linkOf(text, 'All of this period as JSON')).toEqual({ from: '1970-01-01T00:00:00Z', to: '1970-01-01T23:59:59Z' });
  });

  test('are paged without holes and doubles', async () => {
    const seen: string[] = [];
    let query: Readonly<Record<string, string>> = { from: '2020-01-01', state: 'ended' };
    for (let pages = 0; pages < 5 && Object.keys(query).length > 0; pages += 1) {
      const text = await markup('/incidents', query);
      seen.push(...idsIn(text));
      query = linkOf(text, 'Older');
    }
    expect([seen.length, new Set(seen).size]).toEqual([121, 121]);
  });

  test('pass the filter alone', async () => {
    const ids = idsIn(await markup('/incidents', { from: '2020-01-01', check: 'rpo', state: 'ended' }));
    expect(ids).toEqual(Array.from({ length: 12 }, (_, index) => `past-${String(index * 10).padStart(3, '0')}`));
    expect(idsIn(await markup('/incidents', { state: 'open', priority: 'P1' }))).toEqual(['open-2']);
    expect(await words('/incidents', { check: 'encryption-key' })).toContain('Nothing matches this filter. Show everything');
  });

  test('that are open and more than a page has lead to all of them, by the same filter and period', async () => {
    const { IncidentsPage } = await import('../../../app/incidents/_parts/incidents-page.tsx');
    const { incidentsAsked } = await import('../../../app/incidents/_parts/query.ts');
    const { readIncidentList } = await import('../../../lib/wire/lists/incident-pages.ts');
    const asked = incidentsAsked({ check: 'backup-age', priority: 'P0', from: '2020-01-01' }, now);
    const list = { ...(await readIncidentList(asked.query)), openInAll: 30 };
    const text = renderToStaticMarkup(createElement(IncidentsPage, { list, asked, user: null }));
    expect(linkOf(text, 'All 30 that are open')).toEqual({ from: '2020-01-01', state: 'open', check: 'backup-age', priority: 'P0' });
  });

  test.for([
    [{ from: '2026-02-30' }, 'from: “2026-02-30” cannot be read: write a day as 2026-11-30'],
    [{ from: '2026-11-02', to: '2026-11-01' }, 'from lies after to: exchange the two'],
    [{ from: '2999-01-01' }, 'from lies in the future: choose an earlier day'],
    [{ from: '2999-01-01', to: '2999-12-31' }, 'from lies in the future: choose an earlier day'],
    [{ check: 'no-such-check' }, 'check: “no-such-check” cannot be read: there are'],
    [{ state: 'closed' }, 'there are open, ended'],
  ] as const)('asked for with %j are those of the default, with what is wrong: %s', async ([query, said]) => {
    const text = await markup('/incidents', query);
    expect(wordsOf(text)).toContain(said);
    expect(idsIn(text).slice(0, 3)).toEqual(['open-1', 'open-2', 'lately']);
  });

  test.for([
    ['open', 'open-1'],
    ['past', 'past-119'],
  ] as const)('by a short link are the one that it means, if it is %s', async ([, id]) =>
    expect(idsIn(await markup('/incidents', { code: incidentCode(id) }))).toEqual([id]),
  );

  test('by a short link of an incident that is not kept are none, in words', async () =>
    expect(await words('/incidents', { code: incidentCode('gone') })).toContain('No incident of the short link'));

  test('take a note of a responder only while they are in the head', async () => {
    const text = await markup('/incidents', {}, 'rob');
    expect(text).toContain('action="/api/incidents/lately/notes"');
    expect(text).not.toContain('action="/api/incidents/past-000/notes"');
  });

  test('have a name that is written from right to left stand for itself', async () =>
    expect(await markup('/incidents')).toContain(`<bdi>${HEBREW}</bdi>`));
});

describe('the checks', () => {
  test('have when, how long, the outcome, what called, what was read and what was unknown, with the gaps between them', async () => {
    const seen = await words('/runs');
    expect(seen).toMatch(/40 s cut off vercel 12 clusters 2: project shop, אשכול הזמנות \(shop\) other ones on 1 cluster/);
    expect(seen).toMatch(/40 s complete a caller without a name 12 clusters nothing/);
    expect(seen).toMatch(/No check for 3 h 10 min , from .*: nobody watched\./);
    expect(seen).toMatch(/40 s complete not recorded not recorded not recorded/);
    expect(seen).toMatch(/By day \(1 day\) .* 24 23 1 1/);
  });

  test('can be those that were cut off and the gaps alone', async () => {
    const seen = await words('/runs', { show: 'trouble' });
    expect([seen.match(/40 s cut off/g)?.length, seen.match(/No check for/g)?.length, seen.includes('40 s complete')]).toEqual([
      1,
      1,
      false,
    ]);
  });

  test.for([
    ['up to a day say, since a gap may reach beyond it,', { to: '2026-10-31' }, true],
    ['from a day on do not say', { from: '2026-10-01' }, false],
    ['of all times do not say', {}, false],
  ] as const)('%s that a gap stands where it ended', async ([, asked, says]) => {
    const seen = await words('/runs', asked);
    expect(seen.includes('A gap stands where it ended: one that ended later is not in this list.')).toBe(says);
  });
});

describe('the messages', () => {
  test('say in words what became of each, how often it was tried, and what it is about', async () => {
    const seen = await words('/deliveries');
    expect(seen).toMatch(/PagerDuty: first message delivered .*? 1 אשכול הזמנות \(shop\), backup-age/);
    expect(seen).toMatch(/SMS: first message refused, tried again .*? Twilio answered 400 .*? 4 /);
    expect(seen).toMatch(/email: reminder waiting, next try .*? 451 try later 2 /);
    expect(seen).toMatch(/Slack: daily digest may have arrived, not sent again 1 everything/);
    expect(seen).toMatch(/Slack: first message not needed any more 0 .*snapshot-size and 1 other/);
  });

  test('lead to their incident', async () => expect(await markup('/deliveries')).toContain(`href="/i/${incidentCode('open-1')}"`));

  test.for([
    [{ channel: 'sms' }, ['refused']],
    [{ state: 'owed' }, ['waiting']],
    [{ channel: 'sms', state: 'owed' }, []],
  ] as const)('that pass the filter %j are shown alone', async ([query, outcomes]) => {
    const text = await markup('/deliveries', query);
    const found = ['delivered', 'refused', 'waiting', 'may have arrived'].filter((one) =>
      wordsOf(text).split(' About ').at(-1)?.includes(one),
    );
    expect(text.includes('<table') ? found : []).toEqual(outcomes);
  });

  test('of history follow those of the head, each once', async () => {
    const rows: number[] = [];
    let text = await markup('/deliveries');
    for (let pages = 0; pages < 9 && Object.keys(linkOf(text, 'Older')).length > 0; pages += 1) {
      text = await markup('/deliveries', linkOf(text, 'Older'));
      rows.push(text.match(/PagerDuty: first message/g)?.length ?? 0);
    }
    expect(rows).toEqual([25, 25, 25, 25, 20]);
  });

  test('that wait or were refused can be sent again by a responder', async () => {
    const text = await markup('/deliveries', {}, 'rob');
    expect([...text.matchAll(/name="key" value="(m\d)"/g)].map(([, key]) => key)).toEqual(['m2', 'm3']);
  });
});

describe('the audit trail', () => {
  test.for([
    [{ who: 'ROB' }, 1, 'Had a message sent again'],
    [{ what: 'silence-made' }, 1, 'Made a silence'],
    [{ what: 'gap' }, 1, 'Nobody watched'],
    [{ what: 'run' }, 3, 'Checked'],
    [{}, 25, 'Wrote a note'],
  ] as const)('of %j has %i entries', async ([query, count, what]) => {
    const text = await markup('/audit', query);
    expect(text.match(/data-label="Number"/g)).toHaveLength(count);
    expect(wordsOf(text)).toContain(what);
  });

  test('keeps the filter on older pages', async () => {
    const text = await markup('/audit', { who: 'dana' });
    expect(linkOf(text, 'Older')).toMatchObject({ who: 'dana' });
    const older = await markup('/audit', linkOf(text, 'Older'));
    expect(older.match(/data-label="Number"/g)).toHaveLength(25);
  });
});

describe('erasures', () => {
  test('are listed with what they were erased from, and a restore that brought one back is not finished, here and in the log', async () => {
    expect(await words('/erasures')).toMatch(
      /Not finished: the restore of orders \(project shop\) .*PRIV-123 \(shop\.users\).*orders \(shop\) shop\.users nobody knows when/,
    );
    expect(await words('/records')).toContain('Not finished: the restore of orders');
    expect(await words('/')).toMatch(/Restores, not finished Not finished: the restore of orders \(project shop\) .*PRIV-123/);
  });

  test('say on the page what their JSON says, line by line', async () => {
    const { readErasuresJson } = await import('../../../lib/wire/lists/erasure-pages.ts');
    const seen = await words('/erasures');
    const { erasures, unfinished, inAll } = await readErasuresJson(1);
    expect([erasures.length, inAll, unfinished.length]).toEqual([1, 1, 1]);
    for (const { leaving } of erasures) {
      expect(leaving.unknown).toHaveLength(1);
      for (const line of [...leaving.unknown.map((one) => `unknown for ${one}`), ...leaving.warnings]) expect(seen).toContain(line);
    }
  });

  test('can be registered and confirmed by a responder', async () => {
    const text = await markup('/erasures', {}, 'rob');
    for (const action of ['/api/erasures', '/api/erasures/confirm']) expect(text).toContain(`action="${action}" method="post"`);
  });
});

describe('the evidence', () => {
  test('has the newest entry, says that nothing is signed, and fills the commands with the period that was asked for', async () => {
    const seen = await words('/evidence', { from: '2026-07-01', to: '2026-09-30', framework: 'dora' });
    expect(seen).toMatch(/Its SHA-256 [0-9a-f]{64}/);
    expect(seen).toContain('EVIDENCE_KEY is not set');
    expect(seen).toContain('evidence export --from 2026-07-01 --to 2026-09-30 --framework dora --unsigned --out evidence');
  });

  test('has a command to verify with the newest entry where the file of the period holds it, and says what to keep where it does not', async () => {
    const today = iso(now).slice(0, 10);
    const present = await words('/evidence', { from: '2026-07-01', to: today });
    expect(present).toMatch(
      new RegExp(`evidence verify evidence/restorewatch-evidence-2026-07-01-${today}\\.json --key public\\.pem --root \\d+:[0-9a-f]{64}`),
    );
    const past = await words('/evidence', { from: '2026-07-01', to: '2026-09-30' });
    expect(past).toContain('evidence verify evidence/restorewatch-evidence-2026-07-01-2026-09-30.json --key public.pem');
    expect(past).not.toMatch(/--root \d/);
    expect(past).toContain('The newest entry came later, and is not in the file.');
  });

  test('of a period in the wrong order says so and offers the default', async () =>
    expect(await words('/evidence', { from: '2026-09-30', to: '2026-07-01' })).toContain('exchange the two'));

  test('of a day that cannot be read names no other period than the one that it exports', async () => {
    const seen = await words('/evidence', { from: 'nonsense', to: '2026-08-31' });
    expect(seen).toContain('What could not be read is left out: what is exported stands below.');
    expect(seen).toContain('evidence export --from 2026-06-02 --to 2026-08-31');
    expect(seen).not.toContain('last quarter instead');
  });
});

describe('the records', () => {
  test('end with what people did last, as the audit trail has it, unless only a part of them is asked for', async () => {
    const acts = (text: string): readonly string[] => [...text.matchAll(/title="SHA-256 (\w+)"/g)].map(([, hash = '']) => hash);
    const [text, trail] = [await markup('/records'), acts(await markup('/audit'))];
    expect(acts(text).length).toBeGreaterThan(0);
    expect(acts(text)).toEqual(trail.slice(0, 5));
    expect(text).toContain('<a href="/audit">whole audit trail</a>');
    for (const part of [{ cluster: 'orders' }, { before: PLACE }]) expect(acts(await markup('/records', part))).toEqual([]);
  });

  test('can be those of one cluster', async () => {
    const text = await markup('/records', { cluster: 'ORDERS' });
    expect([...text.matchAll(/<a href="\/records\/(\w+)">(?:Restore|DR)/g)].map(([, id]) => id)).toEqual(
      expect.arrayContaining(['r1', 't1']),
    );
    expect(text).not.toContain(LONG_NAME);
    expect(await markup('/records')).toContain(LONG_NAME);
  });
});
