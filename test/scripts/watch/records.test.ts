import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyHead } from '../../../lib/domain/incidents/head.ts';
import type { LogRecord } from '../../../lib/domain/recovery/log-record.ts';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import { type Said, restorewatch } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-records-'));
const path = join(folder, 'state.sqlite');

function record(id: string, kind: LogRecord['kind'], endedAt: number): LogRecord {
  const about = { subject: 'orders', by: 'Ada', verdict: 'passed', summary: 'fine', measured: {}, evidence: [], details: {} } as const;
  return { id, kind, startedAt: endedAt - 1, endedAt, ...about };
}

beforeAll(async () => {
  const store = openSqliteStore(path);
  const now = Date.now();
  const records = [record('r1', 'backup', now - 2), record('r2', 'drill', now - 1), record('r3', 'backup', now)];
  await store.swap({ expected: 0, writer: 'test', head: emptyHead(now), adopt: [], drop: [], history: [], records, release: null, now });
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function records(...args: readonly string[]): Promise<Said> {
  const env = { ATLAS_CLIENT_ID: 'watch', ATLAS_CLIENT_SECRET: 'watch-secret', STATE_PATH: path };
  return restorewatch(['records', ...args], { env });
}

describe('restorewatch records', () => {
  test('prints them as JSON, newest first', async () => {
    const { code, stdout, stderr } = await records();
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^restorewatch: audit: records exported as json by .+\n$/),
    });
    expect(JSON.parse(stdout)).toMatchObject({
      next: null,
      records: [{ id: 'r3' }, { id: 'r2' }, { id: 'r1' }],
    });
  });

  test('prints one kind as CSV', async () => {
    const { stdout, stderr } = await records('--kind', 'backup', '--format', 'csv');
    expect(stdout.split('\r\n').map((line) => line.split(',')[0])).toEqual(['id', 'r3', 'r1', '']);
    expect(stderr).toMatch(/^restorewatch: audit: records exported as csv by .+\n$/);
  });

  test('says where the next page begins, and goes on there', async () => {
    const { stderr } = await records('--limit', '2');
    const [, before = ''] = /--before (\S+)/.exec(stderr) ?? [];
    expect(JSON.parse((await records('--before', before)).stdout)).toMatchObject({ records: [{ id: 'r1' }] });
  });

  test('prints the audit trail with the newest records, and alone, and says where it goes on', async () => {
    const { audit } = JSON.parse((await records()).stdout);
    expect(audit).toMatchObject({ entries: expect.arrayContaining([expect.objectContaining({ number: 4, what: 'export' })]), next: null });
    const alone = await records('--kind', 'audit', '--limit', '1');
    const [, before = ''] = /--audit-before (\d+)/.exec(alone.stderr) ?? [];
    expect(JSON.parse(alone.stdout)).toMatchObject({ records: [], audit: { entries: [{ number: Number(before), what: 'export' }] } });
    const older = JSON.parse((await records('--kind', 'audit', '--audit-before', before)).stdout);
    expect(older.audit.entries[0]).toMatchObject({ number: Number(before) - 1 });
  });

  test('--verify says whether the audit trail is whole, and names what was changed or taken out', async () => {
    await records();
    await records();
    const whole = await records('--verify');
    expect([whole.code, whole.stdout]).toEqual([
      0,
      expect.stringMatching(/^the audit trail is whole: entries 1 to \d+, the last with the hash [0-9a-f]{64}\n$/),
    ]);
    const database = new DatabaseSync(path);
    database.exec(
      "DROP TRIGGER trail_stays; DROP TRIGGER trail_is_final; DELETE FROM trail WHERE number = 5; UPDATE trail SET entry = replace(entry, 'json', 'csv') WHERE number = 4;",
    );
    database.close();
    const { code, stdout } = await records('--verify');
    expect([code, stdout]).toEqual([1, 'entry 4 was changed: it does not have the hash that it carries\nentry 5 is missing\n']);
  });

  test.for([
    ['a kind that there is not', ['--kind', 'backups'], 'Did you mean backup?'],
    ['too many', ['--limit', '201'], 'It is a whole number from 1 to 200'],
    ['a cursor that is none', ['--before', 'x'], 'It is one that an earlier answer gave'],
    ['an entry that is none', ['--audit-before', '0'], 'It is a whole number from 1'],
    ['a file and a verification at once', ['--verify', '--kind', 'audit'], '--kind: not beside --verify'],
    ['JSON and CSV at once', ['--json', '--format', 'csv'], 'leave one of the two out'],
  ] as const)('refuses %s', async ([, args, words]) => {
    expect(await records(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
  });
});
