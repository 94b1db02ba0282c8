import { expect, test } from 'vitest';
import { BackupError } from '../../../../lib/recovery/dump/dump-error.ts';
import { notWritten, temporaryNotWritten } from '../../../../lib/recovery/dump/disk/write-file.ts';
import { keepRecord } from '../../../../scripts/backup/keep-record.ts';
import type { LogRecord } from '../../../../lib/domain/recovery/log-record.ts';

test.for([
  ['ENOSPC', 'the disk is full; free some space, or choose another one with --out'],
  ['EDQUOT', 'the disk quota is used up; free some space, or choose another one with --out'],
  ['EACCES', 'not allowed to write there; choose another folder with --out'],
  ['EROFS', 'the file system is read-only; choose another folder with --out'],
  ['EFBIG', 'ulimit -f'],
  ['EIO', 'the disk reports an error'],
  ['EMFILE', 'ulimit -n'],
  ['ENFILE', 'the system has too many open files'],
  ['ENAMETOOLONG', 'the file system takes no name of that length'],
] as const)('a file that cannot be written for %s is named, with what to do', ([code, what]) => {
  // As Node says it of a file that is open: without the path.
  const error = notWritten('/backups/x/shop/orders.bson', Object.assign(new Error(`${code}: no luck, write`), { code }));
  expect(error).toMatchObject({ name: 'BackupError', file: '/backups/x/shop/orders.bson' });
  expect(error.message).toContain(`/backups/x/shop/orders.bson cannot be written: `);
  expect(error.message).toContain(what);
});

test('a file that cannot be written for an unknown reason is named, with the system’s words', () => {
  expect(notWritten('/b/x', new Error('EWHAT: no luck')).message).toBe('/b/x cannot be written: EWHAT: no luck');
});

test.skipIf(process.platform !== 'linux')('a record that a full disk does not take is told with the file and what to do', async () => {
  const record: LogRecord = {
    id: 'backup-1',
    kind: 'backup',
    subject: 'shop',
    by: 'cron',
    startedAt: 0,
    endedAt: 0,
    verdict: 'passed',
    summary: '',
    measured: {},
    evidence: [],
    details: {},
  };
  const kept = await keepRecord(record, '/dev/full', { log: 'file', secrets: [] });
  expect(kept).toMatch(/^NOT recorded: .*; \/dev\/full cannot be written: the disk is full; free some space/);
});

test('a temporary file that cannot be written blames no backup, and TMPDIR is what to set', () => {
  const error = temporaryNotWritten('/tmp/x', Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
  expect(error).not.toBeInstanceOf(BackupError);
  expect(error.message).toBe('/tmp/x cannot be written: the disk is full; free some space, or choose another one by TMPDIR');
});
