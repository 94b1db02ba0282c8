import { constants } from 'node:fs';
import { access, chmod, readdir, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { BackupError } from '../dump-error.ts';
import type { Contents } from '../dump-manifest.ts';
import { countDocuments, readBatches } from '../read/read-bson.ts';
import { examineFolder } from '../read/read-backup.ts';
import { runTool, type ToolRun } from './run-tool.ts';

export type ToolName = 'mongodump' | 'mongorestore';

/** The program's path, by `PATH`'s value; null where it is not installed. */
export async function findTool(name: ToolName | 'setpriv', path: string): Promise<string | null> {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  for (const file of folders.flatMap((folder) => [join(folder, name), join(folder, `${name}.exe`)])) {
    if (await runs(file)) return file;
  }
  return null;
}

async function runs(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    // Folders have that right too.
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

type ToolBackup = Omit<ToolRun, 'args'> & {
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
  await countDocuments(readBatches(path));
}

function notesOn(oplog: boolean): string[] {
  const moment = oplog
    ? 'with its oplog: mongorestore --oplogReplay brings all collections to the moment at which the backup ended'
    : 'taken without an oplog: each collection is as it was when its turn came, not all as at one moment';
  return [moment, 'Atlas Search indexes are not in it'];
}

/** How to get mongodump and mongorestore, which come in one package; by Node's name of the platform. Pure. */
export function howToInstall(platform: string): string {
  const own: Readonly<Record<string, string>> = {
    darwin: 'brew tap mongodb/brew && brew install mongodb-database-tools',
    win32: 'winget install MongoDB.DatabaseTools',
    linux:
      'the package mongodb-database-tools of MongoDB\'s own repository (apt, dnf or zypper: "Install the MongoDB Database Tools on Linux" in its documentation)',
  };
  const way = own[platform] ?? own['linux'];
  return `${way}; or download it from https://www.mongodb.com/try/download/database-tools and put its bin folder on PATH`;
}
