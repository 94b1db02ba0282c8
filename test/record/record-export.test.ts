import { describe, expect, test } from 'vitest';
import { recordsCsv, recordsJson } from '../../lib/record/record-export.ts';
import { NOW } from '../support/facts.ts';
import { LINE, record } from '../record/samples.ts';

const NASTY = record('a,"b"', NOW, {
  summary: 'line one\r\nline “two”, and ¬"quotes"',
  evidence: [LINE, { ...LINE, namespace: null, verdict: 'failed' }],
});

/** A text of a record is one line on every way out; only details keep theirs. */
const ON_ONE_LINE = 'line one line “two”, and ¬"quotes"';

describe('JSON', () => {
  test('holds the records as they are, with times in ISO 8601 and spans named by their unit', () => {
    const body = recordsJson({ records: [NASTY], next: 'x' }, { exportedAt: NOW });
    const { measured, startedAt: _, endedAt: __, ...rest } = { ...NASTY, summary: ON_ONE_LINE };
    expect(JSON.parse(body)).toEqual({
      exportedAt: '2026-11-22T12:00:00Z',
      next: 'x',
      records: [{ ...rest, startedAt: '2026-11-22T11:00:00Z', endedAt: '2026-11-22T12:00:00Z', measuredMs: measured }],
    });
  });
});

describe('CSV', () => {
  const rows = (body: string): readonly (readonly string[])[] => parsed(body);

  test('has a header, one row a line of evidence, and one for a record that has none', () => {
    const all = rows(recordsCsv([NASTY, record('none', NOW, { evidence: [] })]));
    expect(all.map((row) => row.length)).toEqual([17, 17, 17, 17]);
    expect(all[0]?.slice(0, 4)).toEqual(['id', 'kind', 'startedAt', 'endedAt']);
    const own = ['a,"b"', 'restore-test', '2026-11-22T11:00:00Z', '2026-11-22T12:00:00Z', 'orders (project Übung)', 'cron', 'passed'];
    const spans = [ON_ONE_LINE, '', '{"rto":3600000}', '{"point":"snapshot s-1"}'];
    expect(all[1]).toEqual([...own, ...spans, '1', 'documents', 'shop.orders', '120', '120', 'passed']);
    expect(all[2]?.slice(11)).toEqual(['2', 'documents', '', '120', '120', 'failed']);
    expect(all[3]?.slice(11)).toEqual(['', '', '', '', '', '']);
  });

  test.for(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '=cmd|"/c calc"!A1', '＝1', '\u202E=1', ' =1'])(
    'a cell that a spreadsheet would run is text: %j',
    (text) => {
      const cell = rows(recordsCsv([record('a', NOW, { summary: text })]))[1]?.[7];
      // A control character in front of it is a space by then.
      expect(cell).toBe(`'${text.replace(/^[\t\r\n]/, ' ').replace('\u202E', '')}`);
    },
  );

  test.for(['1=1', 'a-b', '', "'=1", ' x'])('a cell that is text already stays as it is: %j', (text) =>
    expect(rows(recordsCsv([record('a', NOW, { summary: text })]))[1]?.[7]).toBe(text),
  );

  test('lines end with CR LF, the last one too', () => {
    expect(recordsCsv([])).toMatch(/^id,kind,[^\r\n]*lineVerdict\r\n$/);
  });
});

/** RFC 4180, read by its grammar. */
function parsed(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  expect(row).toEqual([]);
  return rows;
}
