import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError } from './error.ts';
import type { Contents } from './manifest.ts';
import { runTool, type ToolRun } from './mongo-tool.ts';
import { countDocuments, examineFolder } from './verify.ts';

export type ToolBackup = Omit<ToolRun, 'args'> & {
  readonly gzip: boolean;
  /** `--oplog`: possible for whole replica sets alone. */
  readonly oplog: boolean;
  readonly serverVersion: string;
};

const OPLOG = 'oplog.bson';

/** Fills the folder by mongodump, then reads what it wrote, document by document, for the manifest. Throws Error with mongodump's words, `BackupError`, `Interrupted`. */
export async function writeWithTool(folder: string, { gzip, oplog, serverVersion, ...run }: ToolBackup): Promise<Contents> {
  await chmod(folder, 0o700);
  await runTool({ ...run, args: [`--out=${folder}`, ...(gzip ? ['--gzip'] : []), ...(oplog ? ['--oplog'] : [])] });
  const { files, collections } = await examineFolder(folder);
  if (oplog) await checkOplog(folder);
  const consistency = oplog ? 'oplog' : 'none';
  return { tool: 'mongodump', toolVersion: 'mongodump', serverVersion, consistency, notes: notesOn(oplog), files, collections };
}

async function checkOplog(folder: string): Promise<void> {
  const path = join(folder, OPLOG);
  if (!(await readdir(folder)).includes(OPLOG)) throw new BackupError(`${path} is missing, though mongodump was asked for it`, path);
  await countDocuments(path);
}

function notesOn(oplog: boolean): string[] {
  const moment = oplog
    ? 'with its oplog: mongorestore --oplogReplay brings all collections to the moment at which the backup ended'
    : 'taken without an oplog: each collection is as it was when its turn came, not all as at one moment';
  return [moment, 'Atlas Search indexes are not in it'];
}
