import { recordsToExport } from '../../lib/people/export-records.ts';
import { describe, expect, test } from 'vitest';
import type { LogRecord } from '../../lib/domain/recovery/log-record.ts';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import { RECORD_KINDS } from '../../lib/domain/recovery/log-record.ts';
import { addNote, appendRecord, readRecord, readRecords, redacted, redactingStore } from '../../lib/people/record-notes.ts';
import { openLedger } from '../../lib/record/ledger.ts';
import { NOW } from '../support/facts.ts';
import { refusing, stage, storeWith } from '../support/ports.ts';
import { LINE, record } from '../record/samples.ts';

const NEWEST = { limit: 50, before: null };
const SECRET = 'p4ss/wörd+of the sandbox';

describe('appending', () => {
  test('writes the record, keeps the head as it was, and can be repeated', async () => {
    const at = stage();
    const { head } = await at.store.readHead();
    await appendRecord(at.ports, record('a', NOW));
    await appendRecord(at.ports, record('a', NOW, { summary: 'another' }));
    expect((await at.store.records(NEWEST)).records).toEqual([record('a', NOW)]);
    expect((await at.store.readHead()).head?.incidents).toEqual(head?.incidents ?? []);
  });

  test('and a change by another process are both stored', async () => {
    const at = stage();
    const ledger = openLedger(at.store, await at.store.readHead(), { writer: 'other', now: () => NOW });
    await Promise.all([
      appendRecord(at.ports, record('a', NOW)),
      appendRecord(at.ports, record('b', NOW)),
      ledger.update({ apply: (head) => ({ ...head, digestDay: '2026-11-22' }) }),
    ]);
    expect((await at.store.listRecords(NEWEST)).records).toHaveLength(2);
    expect((await at.store.readHead()).head?.digestDay).toBe('2026-11-22');
  });

  test('forgets records older than the policy keeps, by default seven years, and not a millisecond earlier', async () => {
    const at = stage();
    const years = 7 * 365 * DAY;
    await appendRecord(at.ports, record('old', NOW - years - 1));
    await appendRecord(at.ports, record('kept', NOW - years));
    await appendRecord(at.ports, record('new', NOW));
    expect((await at.store.listRecords(NEWEST)).records.map(({ id }) => id)).toEqual(['new', 'kept']);
  });

  test('throws what the store throws', async () => {
    const at = stage();
    const store = storeWith(at.store, { swap: refusing('swap the head') });
    await expect(appendRecord({ ...at.ports, store }, record('a', NOW))).rejects.toThrow(/swap the head/);
  });
});

describe('a record that comes with a change of the head', () => {
  test('is made from the head before and after, once, even if the swap lost a race', async () => {
    const at = stage();
    const ledger = openLedger(at.store, await at.store.readHead(), { writer: 'one', now: () => NOW });
    const other = openLedger(at.store, await at.store.readHead(), { writer: 'two', now: () => NOW });
    await other.update({ apply: (head) => ({ ...head, digestDay: '2026-11-21' }) });
    await ledger.update({
      apply: (head) => ({ ...head, digestDay: '2026-11-22' }),
      records: (before, after) => [record('a', NOW, { summary: `${before.digestDay} to ${after.digestDay}` })],
    });
    expect((await at.store.records(NEWEST)).records.map(({ summary }) => summary)).toEqual(['2026-11-21 to 2026-11-22']);
  });
});

describe('secrets', () => {
  const everywhere = (text: string): LogRecord =>
    record(`id ${text}`, NOW, {
      kind: 'correction',
      corrects: `c ${text}`,
      subject: `about ${text}`,
      by: `by ${text}`,
      summary: `because ${text}`,
      details: { [`name ${text}`]: `detail ${text}` },
      evidence: [{ ...LINE, namespace: `shop.${text}`, expected: `one ${text}`, found: `two ${text}` }],
    });

  test.for([
    ['as it is', SECRET],
    ['encoded for an address', encodeURIComponent(SECRET)],
    ['in an address that no setting names', 'mongodb+srv://owner:hunter2@cluster0.example.net/shop'],
    ['in one whose password has an @', 'mongodb://owner:hun@ter2@127.0.0.1:27017'],
  ] as const)('%s is in no field of a record that is appended', async ([, text]) => {
    const at = stage();
    await appendRecord({ ...at.ports, store: redactingStore(at.store, [SECRET]) }, everywhere(text));
    const stored = JSON.stringify(await at.store.records(NEWEST));
    expect(stored).not.toContain(JSON.stringify(text).slice(1, -1));
    expect(stored).not.toContain('ter2');
    expect(stored).toContain('[redacted]');
  });

  test('is in no field of a record that is written by a run', async () => {
    const at = stage();
    const store = redactingStore(at.store, [SECRET]);
    const ledger = openLedger(store, await store.readHead(), { writer: 'one', now: () => NOW });
    await ledger.update({ apply: (head) => head, records: () => [everywhere(SECRET)] });
    expect(JSON.stringify(await at.store.records(NEWEST))).not.toContain(SECRET);
  });

  test('text that is no secret stays as it is', () => {
    const plain = record('a', NOW, { details: { where: 'https://cloud.mongodb.com/v2/p1', who: 'dana@example.com' } });
    expect(redacted(plain, [SECRET])).toEqual(plain);
  });
});

describe('a note', () => {
  test('is a record with who, when and what', async () => {
    const at = stage();
    const made = await addNote(at.ports, { text: ' the auditor\nwas here ', by: 'dana', corrects: null });
    expect(made).toEqual({ id: expect.any(String) });
    const nothing = { measured: {}, evidence: [], details: {} };
    expect((await at.store.records(NEWEST)).records).toEqual([
      {
        id: expect.any(String),
        kind: 'note',
        subject: 'the log',
        startedAt: NOW,
        endedAt: NOW,
        by: 'dana',
        verdict: 'noted',
        summary: 'the auditor was here',
        ...nothing,
      },
    ]);
    expect(at.log).toEqual([expect.stringMatching(/^audit: note run-\d+ written by dana$/)]);
  });

  test('that corrects a record leaves it unchanged, and each is found from the other', async () => {
    const at = stage();
    await appendRecord(at.ports, record('a', NOW - HOUR));
    const made = await addNote(at.ports, { text: 'it was s-2', by: 'dana', corrects: 'a' });
    const id = 'id' in made ? made.id : '';
    expect(await readRecord(at.ports, 'a')).toMatchObject({ record: record('a', NOW - HOUR), corrections: [{ id }], corrected: null });
    expect(await readRecord(at.ports, id)).toMatchObject({
      record: { kind: 'correction', corrects: 'a' },
      corrections: [],
      corrected: { id: 'a' },
    });
    expect((await readRecords(at.ports, NEWEST)).corrections).toEqual({ a: [id] });
  });

  test.for([
    ['of nothing', { text: '' }, /^text: /],
    ['of spaces and invisible marks', { text: ' \u200B\n' }, /^text: /],
    ['of 2,001 characters', { text: 'x'.repeat(2_001) }, /^text: /],
    ['on a record that is not there', { corrects: 'none' }, /^corrects: /],
  ] as const)('%s is refused in words and not written', async ([, change, problem]) => {
    const at = stage();
    const asked = { text: 'right', by: 'dana', corrects: null, ...change };
    expect(await addNote(at.ports, asked)).toEqual({ problems: [expect.stringMatching(problem)] });
    expect((await at.store.records(NEWEST)).records).toEqual([]);
  });

  test('of 2,000 characters is written', async () =>
    expect(await addNote(stage().ports, { text: 'x'.repeat(2_000), by: 'dana', corrects: null })).toHaveProperty('id'));
});

describe('reading', () => {
  test('an empty log is empty, and a record that never was is null', async () => {
    const at = stage();
    expect(await readRecords(at.ports, NEWEST)).toEqual({ records: [], next: null, corrections: {} });
    expect(await readRecord(at.ports, 'none')).toBeNull();
  });

  test('a correction whose record has left the log shows no corrected record', async () => {
    const at = stage();
    await appendRecord(at.ports, record('c', NOW, { kind: 'correction', corrects: 'gone' }));
    expect(await readRecord(at.ports, 'c')).toMatchObject({ corrected: null, record: { corrects: 'gone' } });
  });

  test('every kind can be written and requested', async () => {
    const at = stage();
    for (const kind of RECORD_KINDS) await appendRecord(at.ports, record(kind, NOW, { kind }));
    for (const kind of RECORD_KINDS) expect((await readRecords(at.ports, { ...NEWEST, kind })).records.map(({ id }) => id)).toEqual([kind]);
  });
});

describe('an export', () => {
  test.for([
    [2_500, 2, true],
    [2_501, 1, true],
    [6_000, 1, true],
    [1, 3, false],
  ] as const)('of records with %i lines each has %i of three, and says whether there are more: %j', async ([lines, held, more]) => {
    const at = stage();
    const evidence = Array.from({ length: lines }, () => LINE);
    for (const id of ['a', 'b', 'c']) await appendRecord(at.ports, record(id, NOW, { evidence }));
    const page = await recordsToExport(at.ports, NEWEST);
    expect(page.records.map((one) => one.evidence.length)).toEqual(Array.from({ length: held }, () => lines));
    expect(page.next !== null).toBe(more);
  });

  test('of pages has every record once', async () => {
    const at = stage();
    for (const id of ['a', 'b', 'c'])
      await appendRecord(at.ports, record(id, NOW, { evidence: Array.from({ length: 3_000 }, () => LINE) }));
    const seen: string[] = [];
    for (let before: string | null = null, page = 0; page < 5; page += 1) {
      const { records, next } = await recordsToExport(at.ports, { limit: 50, before });
      seen.push(...records.map(({ id }) => id));
      if (next === null) break;
      before = next;
    }
    expect(seen.toSorted()).toEqual(['a', 'b', 'c']);
  });
});
