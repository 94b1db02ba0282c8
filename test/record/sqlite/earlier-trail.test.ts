import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { DAY } from '../../../lib/domain/time.ts';
import { chained, entryText, TRAIL_START } from '../../../lib/record/audit-chain.ts';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import type { Store } from '../../../lib/record/store.ts';
import { verifyTrail } from '../../../lib/record/trail/verify-trail.ts';
import { act, NOW } from '../samples.ts';

/** A trail as versions wrote it that packed nothing: one table, and triggers that refuse every change and deletion. */
const EARLIER = `
CREATE TABLE trail (number INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT;
CREATE TRIGGER trail_is_final BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
CREATE TRIGGER trail_is_kept BEFORE DELETE ON trail BEGIN SELECT RAISE(ABORT, 'the audit trail is never deleted'); END;
PRAGMA user_version = 2;`;

/** Written by version 0.2.0, with the hash that it computed. */
const WRITTEN = chained(TRAIL_START, [act('a'), act('b')]);

let store: Store;
let path: string;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-earlier-'));
  path = join(folder, 'state.sqlite');
  const database = new DatabaseSync(path);
  database.exec(EARLIER);
  for (const entry of WRITTEN) database.prepare('INSERT INTO trail (number, entry) VALUES (?, ?)').run(entry.number, entryText(entry));
  database.close();
  store = openSqliteStore(path);
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

async function entries() {
  return (await store.trail({ limit: 100, before: null })).toReversed();
}

describe('a trail that an earlier version wrote', () => {
  test('verifies, and goes on where it ended', async () => {
    await store.appendToTrail([act('c')]);
    expect((await entries()).slice(0, 2)).toEqual(WRITTEN);
    expect(verifyTrail(await entries())).toMatchObject({ intact: true, last: { number: 3 } });
  });

  test('is packed like a new one, and verifies as it did', async () => {
    await store.packTrail({ now: NOW + DAY, forgetBefore: 0 });
    expect(await entries()).toEqual(WRITTEN);
    expect(verifyTrail(await entries()).intact).toBe(true);
  });
});

test.for([
  ['an entry that no packed day has', 'DELETE FROM trail', 'never deleted'],
  ['an entry', "UPDATE trail SET entry = 'x'", 'never changed'],
  ['a packed day', "UPDATE trail_packs SET text = 'x'", 'never changed'],
  ['a packed day whose time is not over', 'DELETE FROM trail_packs', 'never deleted'],
] as const)('no statement changes or deletes %s', async ([, statement, words]) => {
  await store.packTrail({ now: NOW + DAY, forgetBefore: 0 });
  await store.appendToTrail([act('c')]);
  const database = new DatabaseSync(path);
  expect(() => database.exec(statement)).toThrow(words);
  database.close();
});

test('the hash of an entry is the one that the first version of this format computed', () => {
  const [first] = WRITTEN;
  expect(first?.hash).toBe('200d1c3807462013191538ac68a9c0c31049d72ea01b726952931122bb80af76');
});
