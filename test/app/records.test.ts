import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { LINES_SHOWN } from '../../app/records/_log/evidence.tsx';
import { RecordsPage } from '../../app/records/_log/list.tsx';
import { recordsAsked } from '../../app/records/_log/query.ts';
import { idOf, RecordPage } from '../../app/records/_log/record.tsx';
import type { EvidenceLine } from '../../lib/domain/recovery/evidence.ts';
import type { LogRecord } from '../../lib/domain/recovery/log-record.ts';
import { ALWAYS, HOUR, iso, MINUTE, SECOND } from '../../lib/domain/time.ts';
import type { ListedRecord, RecordShown } from '../../lib/people/record-notes.ts';
import type { RecordList } from '../../lib/wire/lists/record-pages.ts';
import { LINE, NOW, record } from '../record/samples.ts';

const PLACE = `${'0'.repeat(15)}-${'a'.repeat(32)}`;
const COUNTS = { passed: 3, failed: 0, noted: 0, 'could-not-verify': 0 };
const TARGETS = { rto: 4 * HOUR, rpo: HOUR, failover: 10 * SECOND };

function listed(id: string, change: Partial<ListedRecord> = {}): ListedRecord {
  const { evidence: _, ...rest } = record(id, NOW);
  return { ...rest, counts: COUNTS, ...change };
}

function list(shown: Partial<RecordList>, query: Parameters<typeof recordsAsked>[0] = {}, user: string | null = null): string {
  const properties = {
    list: { records: [], next: null, corrections: {}, unfinished: [], now: iso(NOW), ...shown },
    asked: recordsAsked(query),
    user,
  };
  return renderToStaticMarkup(createElement(RecordsPage, properties));
}

function page(change: Partial<LogRecord>, more: Partial<RecordShown> = {}, user: string | null = null): string {
  const shown = { record: record('a', NOW, change), corrections: [], corrected: null, targets: TARGETS, ...more };
  return renderToStaticMarkup(createElement(RecordPage, { shown, user }));
}

/** What a person reads. */
function words(markup: string): string {
  return markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

describe('the list', () => {
  test('shows of each record when, what, about what, by whom, the verdict, the measurements and the counts of evidence', () => {
    const seen = words(list({ records: [listed('a', { counts: { passed: 3, failed: 1, noted: 0, 'could-not-verify': 2 } })] }));
    expect(seen).toMatch(
      /2026-11-22 12:00 Restore test orders \(project Übung\), by cron Passed Restored and validated — “naïve”\. rto 1 h 1 failed, 2 not verified, 3 passed/,
    );
  });

  test('leads to each record’s own page, whatever its id', () => {
    expect(list({ records: [listed('backup/2026 #1')] })).toContain('href="/records/backup%2F2026%20%231"');
  });

  test('a corrected record leads to its newest correction, and a correction to what it corrects', () => {
    const records = [listed('c2', { kind: 'correction', corrects: 'a' }), listed('a')];
    const text = list({ records, corrections: { a: ['c2', 'c1'] } });
    expect(text).toContain('<a href="/records/c2">Corrected 2 times</a>');
    expect(text).toContain('Corrects <a href="/records/a">an earlier record</a>');
  });

  test.for([
    ['the newest page of one', {}, {}, [false, false]],
    ['the newest of more', { next: 'n' }, {}, [false, true]],
    ['one in the middle', { next: 'n' }, { before: PLACE }, [true, true]],
    ['the last', {}, { before: PLACE }, [true, false]],
  ] as const)('%s leads to newer and older records if there are any', ([, shown, asked, expected]) => {
    const seen = words(list({ records: [listed('a')], ...shown }, asked));
    expect([seen.includes('← Newest'), seen.includes('Older →')]).toEqual(expected);
  });

  test('filtered by kind keeps the filter on older pages and in the files', () => {
    const text = list({ records: [listed('a', { kind: 'drill' })], next: 'n' }, { kind: 'drill', before: PLACE });
    expect(text).toContain('<option value="drill" selected="">');
    expect(text).toContain('href="/records?kind=drill&amp;before=n"');
    expect(text).toContain('href="/records?kind=drill"');
    expect(text).toContain(`href="/api/records?format=csv&amp;kind=drill&amp;before=${PLACE}&amp;limit=25"`);
    expect(text).toContain(`href="/api/records?format=json&amp;kind=drill&amp;before=${PLACE}&amp;limit=25"`);
  });

  test.for([
    ['is empty', {}, 'There are no records so far.'],
    ['has nothing of this kind', { kind: 'drill' }, 'Nothing matches this filter.'],
    ['ends before this page', { before: PLACE }, 'Begin with the newest'],
  ] as const)('a log that %s says so: %j', ([, query, said]) => expect(words(list({}, query))).toContain(said));

  test('a page on which nothing matches says that older ones may', () =>
    expect(words(list({ next: 'n' }, { cluster: 'orders' }))).toContain('older records may'));

  test('filtered by cluster keeps the filter, and says that the files have all clusters', () => {
    const text = list({ records: [listed('a')], next: 'n' }, { cluster: 'orders' });
    expect(text).toContain('value="orders"');
    expect(text).toContain('href="/records?cluster=orders&amp;before=n"');
    expect(words(text)).toContain('Those of all clusters as JSON');
  });

  test.for([
    ['a signed-in user', 'dana', true],
    ['anybody else', null, false],
  ] as const)('%s has a form for a note: %j', ([, user, there]) =>
    expect(list({}, {}, user).includes('action="/api/records"')).toBe(there),
  );
});

describe('a record', () => {
  test.for([
    ['passed', 'ok', 'ok'],
    ['failed', 'failing', 'failing'],
    ['could-not-verify', 'unknown', 'unknown'],
    ['refused', 'unknown', 'unknown'],
    ['interrupted', 'unknown', 'unknown'],
    ['noted', 'none', 'exempt'],
  ] as const)('that %s has the tone %s on its page and the look %s in the list', ([verdict, tone, look]) => {
    expect(page({ verdict, evidence: [], measured: {} })).toContain(`class="headline" data-tone="${tone}"`);
    expect(list({ records: [listed('a', { verdict })] })).toContain(`data-verdict="${look}"`);
  });

  test('says what, when, how long, by whom, every detail, and its id', () => {
    const seen = words(page({ details: { point: 'snapshot s-1', target: 'sandbox' } }));
    expect(seen).toMatch(/Restore test: passed Restored and validated — “naïve”\. About orders \(project Übung\) By cron/);
    expect(seen).toMatch(/When 2026-11-22 11:00 – 2026-11-22 12:00 UTC ?\( ?1 h ?\) point snapshot s-1 target sandbox Record a/);
  });

  test.for([
    ['rto', 4 * HOUR, '4 h 4 h Within'],
    ['rto', 4 * HOUR + MINUTE, '4 h 1 min 4 h Missed'],
    ['rpo', HOUR + SECOND, '1 h 1 s 1 h Missed'],
    ['failover', 10 * SECOND, '10 s 10 s Within'],
    ['failover', 10 * SECOND + 1, '10.001 s 10 s Missed'],
    ['restore', 9 * HOUR, '9 h – –'],
    ['toString', 850, '0.85 s – –'],
    ['validate', 0, '0 s – –'],
    ['restore', 59_999, '59.999 s – –'],
    ['restore', 60_000, '1 min – –'],
    ['restore', 26 * HOUR + 61_999, '1 d 2 h 1 min 1 s – –'],
  ] as const)('%s of %i ms is shown against its target: %s', ([name, length, said]) => {
    expect(words(page({ measured: { [name]: length } }))).toContain(`${name} ${said}`);
  });

  test.for([
    [
      'a failover is held to ten seconds, not to a restore’s hours',
      { rto: 45 * SECOND },
      { 'rto target': '10000' },
      'rto 45 s 10 s Missed',
    ],
    ['exactly its own target is kept', { rto: 10 * SECOND }, { 'rto target': '10000' }, 'rto 10 s 10 s Within'],
    ['a millisecond more is not', { rto: 10 * SECOND + 1 }, { 'rto target': '10000' }, 'rto 10.001 s 10 s Missed'],
    ['no loss at all was promised', { rpo: 1 }, { 'rpo target': '0' }, 'rpo 0.001 s 0 s Missed'],
    ['nothing was promised', { rto: MINUTE }, {}, 'rto 1 min – –'],
    ['nothing of its kind was promised', { rpo: MINUTE }, { 'rto target': '10000' }, 'rpo 1 min – –'],
    ['what is no span is no target', { rto: MINUTE }, { 'rto target': 'soon' }, 'rto 1 min – –'],
  ] as const)('of a drill, %s', ([, measured, details, said]) => {
    expect(words(page({ kind: 'drill', measured, details: { scenario: 'primary-failure', ...details } }))).toContain(said);
  });

  test('that holds its own target is not compared with the target of today’s policy', () => {
    const change = { measured: { rto: 3 * HOUR, rpo: MINUTE }, details: { 'rto target': `${2 * HOUR}` } };
    const seen = words(page(change));
    expect(seen).toContain('rto target 2 h');
    expect(seen).toContain('rto 3 h 2 h Missed');
    expect(seen).toContain('rpo 1 min – –');
  });

  test('lists what failed first, then what could not be verified, and counts each', () => {
    const line = (namespace: string, verdict: EvidenceLine['verdict']): EvidenceLine => ({ ...LINE, namespace, verdict });
    const lines = [line('a', 'noted'), line('b', 'passed'), line('c', 'could-not-verify'), line('d', 'failed'), line('e', 'failed')];
    const seen = words(page({ evidence: lines }));
    expect(seen).toMatch(/2 failed, 1 could not be verified, 1 passed, 1 noted Verdict/);
    expect(seen).toMatch(
      /Failed documents d 120 120 Failed documents e .* Could not verify documents c .* Passed documents b .* Noted documents a/,
    );
  });

  test.for([
    [LINES_SHOWN, false],
    [LINES_SHOWN + 1, true],
  ] as const)('of %i lines says what it does not show: %j', ([count, more]) => {
    const failed: EvidenceLine = { ...LINE, namespace: 'the.worst', verdict: 'failed' };
    const text = page({ evidence: [...Array.from({ length: count - 1 }, () => LINE), failed] });
    expect(words(text).includes('Not shown: 1 passed. The JSON and CSV')).toBe(more);
    expect(text).toContain('the.worst');
    expect(text.match(/<td data-label="Found"/g)).toHaveLength(LINES_SHOWN);
  });

  test('that was corrected says so first, and leads to the correction', () => {
    const corrections = [listed('c1', { kind: 'correction', by: 'dana', summary: 'it was s-2' })];
    const text = page({}, { corrections });
    expect(words(text)).toMatch(/← Tests and drills Corrected 2026-11-22 12:00 by dana: it was s-2 Restore test: passed/);
    expect(text).toContain('role="alert"><span><a href="/records/c1">Corrected</a>');
  });

  test.for([
    ['is there', { id: 'a', summary: 'Restored.' }, '<a href="/records/a">“Restored.”</a>'],
    ['has left the log', null, 'a record that is no longer kept'],
  ] as const)('that corrects a record which %s says which', ([, corrected, expected]) => {
    expect(page({ kind: 'correction', corrects: 'a' }, { corrected })).toContain(expected);
  });

  test.for([
    ['a signed-in user', 'dana', true],
    ['anybody else', null, false],
  ] as const)('%s can correct it: %j', ([, user, there]) => {
    expect(page({}, {}, user).includes('<input type="hidden" name="corrects" value="a"/>')).toBe(there);
  });

  test('is text, whatever it holds, and carries no inline style or script', () => {
    const hostile = '"><img src=x onerror=alert(1)><script>alert(2)</script>';
    const evidence = [{ ...LINE, namespace: hostile, expected: hostile, found: hostile }];
    const change = {
      id: hostile,
      subject: hostile,
      by: hostile,
      summary: hostile,
      details: { [hostile]: hostile },
      measured: { [hostile]: 1 },
      evidence,
    };
    const all =
      page(change, {}, 'dana') +
      list({ records: [listed(hostile, { subject: hostile, summary: hostile })], corrections: { [hostile]: [hostile] } });
    expect(all).not.toMatch(/<img|<script|style=/);
    expect(all).toContain('&lt;img src=x');
  });
});

describe('an address', () => {
  test.for([
    [{}, null, null, null, 0],
    [{ kind: 'drill', before: PLACE, cluster: 'orders' }, 'drill', 'orders', PLACE, 0],
    [{ kind: 'constructor', before: `${PLACE}0` }, null, null, null, 2],
    [{ kind: ['drill'], before: [PLACE] }, null, null, null, 2],
    [{ kind: '', before: '', cluster: ' ' }, null, null, null, 0],
    [{ cluster: 'x'.repeat(301) }, null, null, null, 1],
    [{ clusters: 'orders' }, null, null, null, 1],
  ] as const)('of the list with %j asks for kind %s, cluster %s, below %s, with %i problems', ([given, kind, about, before, problems]) => {
    const asked = recordsAsked(given);
    expect([asked.query, asked.problems.length]).toEqual([{ kind, within: ALWAYS, about, before }, problems]);
  });

  test.for([
    ['backup%2F2026%20%231', 'backup/2026 #1'],
    ['plain', 'plain'],
    ['%E0%A4%A', null],
  ] as const)('of a record with %j is for %j', ([segment, id]) => expect(idOf(segment)).toBe(id));
});
