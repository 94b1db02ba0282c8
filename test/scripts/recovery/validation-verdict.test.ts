import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BackupError } from '../../../lib/recovery/dump/dump-error.ts';
import { readBackup } from '../../../lib/recovery/dump/read/read-backup.ts';
import { outcomeOf } from '../../../scripts/backup/validation-record.ts';

function unreadable(code: string): BackupError {
  return new BackupError('/b/shop/orders.bson cannot be read', '/b/shop/orders.bson', null, Object.assign(new Error(code), { code }));
}

test.for([
  ['EACCES', 'could-not-verify'],
  ['EPERM', 'could-not-verify'],
  ['EMFILE', 'could-not-verify'],
  ['ENFILE', 'could-not-verify'],
  ['ESTALE', 'could-not-verify'],
  ['ETIMEDOUT', 'could-not-verify'],
  ['EIO', 'failed'],
  ['ENOENT', 'failed'],
  ['Z_DATA_ERROR', 'failed'],
] as const)('a file of a backup that cannot be read for %s makes the verdict %s', ([code, verdict]) => {
  expect(outcomeOf(unreadable(code))).toMatchObject({ verdict });
  expect(outcomeOf(new BackupError('the folder cannot be read', '/b', null, unreadable(code)))).toMatchObject({ verdict });
});

test('damage in a file of a backup makes the verdict failed', () => {
  expect(outcomeOf(new BackupError('/b/shop/orders.bson: damaged at byte 9', '/b/shop/orders.bson', 9))).toMatchObject({
    verdict: 'failed',
  });
});

test('a folder without a backup, named by mistake, is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'restorewatch-verdict-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'restorewatch-2026-11-30T00-00-00Z', 'shop'), { recursive: true });
  const error: unknown = await readBackup(folder).catch((cause: unknown) => cause);
  expect(outcomeOf(error)).toMatchObject({ verdict: 'refused', why: expect.stringContaining('it is a folder of backups') });
});
