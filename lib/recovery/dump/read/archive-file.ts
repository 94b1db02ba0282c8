import { BackupError } from '../dump-error.ts';
import { pieces } from './read-bson.ts';

/** A path that leads to no backup, by a slip of whoever typed it: it says nothing about any backup. */
export class NoBackup extends BackupError {
  override readonly name = 'NoBackup';
}

/** What a backup is. */
export const TAKEN = 'the folder that holds one folder for each database';
/** mongodump --archive begins its file with 0x8199e26d (mongo-tools, common/archive/archive.go). */
const ARCHIVE = Buffer.of(0x6d, 0xe2, 0x99, 0x81);

/** The error for a file where a backup's folder should be: an archive of mongodump is called what it is. */
export async function notAFolder(path: string, cause: unknown): Promise<BackupError> {
  if (!(await beginsAsArchive(path))) return new BackupError(`${path}: it is a file; --backup takes ${TAKEN}`, path, null, cause);
  const what = 'an archive of mongodump --archive, all of a dump in one file, which Restorewatch does not read';
  const way =
    'dump again with --out instead of --archive, or restore it with mongorestore --archive into a server of its own and back that up';
  return new BackupError(`${path}: ${what}; ${way}`, path, null, cause);
}

async function beginsAsArchive(path: string): Promise<boolean> {
  const head: Buffer[] = [];
  try {
    for await (const piece of pieces(path)) {
      head.push(piece);
      break;
    }
  } catch {
    // What cannot be read, or is packed in another way, is no archive that we know.
    return false;
  }
  return Buffer.concat(head).subarray(0, ARCHIVE.length).equals(ARCHIVE);
}
