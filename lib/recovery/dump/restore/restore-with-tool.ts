import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { plural } from '../../../domain/text.ts';
import { isServerCollection, isServerDatabase } from '../backup-names.ts';
import { inPrivateFolder } from '../tool/own-process.ts';
import { runTool, type ToolRun } from '../tool/run-tool.ts';
import type { Backup } from '../read/read-backup.ts';
import { replayFolder } from './replay-folder.ts';
import { serversOwnNotes } from './restore-order.ts';

const SERVERS_DATABASES = ['admin.*', 'config.*', 'local.*'];

/**
 * Restores by mongorestore, which also replays an oplog; without the server's own databases, users and roles in either case. Returns what was left out.
 * Throws Error with mongorestore's last lines or a temporary file that cannot be written, `BackupError` for a damaged oplog, `Interrupted`.
 */
export async function restoreWithTool(backup: Backup, run: Omit<ToolRun, 'args'>): Promise<readonly string[]> {
  const gzip = await isPacked(backup.folder);
  const args = ['--stopOnError', '--bypassDocumentValidation', ...(gzip ? ['--gzip'] : [])];
  const { oplog } = backup;
  if (oplog === null) {
    await runTool({ ...run, args: [...args, ...excludes(backup), `--dir=${backup.folder}`] });
    return serversOwnNotes(backup);
  }
  return inPrivateFolder(run.own, async (own) => {
    const empty = join(own, 'dump');
    await mkdir(empty, { mode: 0o700 });
    const { folder, left } = await replayFolder({ ...backup, oplog }, { folder: empty, gzip, signal: run.signal });
    await runTool({ ...run, args: [...args, '--oplogReplay', `--dir=${folder}`] });
    const replayed =
      left === 0 ? [] : [`${plural(left, 'operation')} of the oplog on the server's own databases, users and roles: not replayed`];
    return [...serversOwnNotes(backup), ...replayed];
  });
}

/** A dump of views alone has no file of documents, only of metadata. */
async function isPacked(folder: string): Promise<boolean> {
  return (await readdir(folder, { recursive: true })).some((name) => /\.(bson|metadata\.json)\.gz$/.test(name));
}

/** The server's own databases and collections; servers before 2.6 had users in each database. A backslash and an asterisk mean themselves after a backslash. */
function excludes({ collections }: Backup): readonly string[] {
  const own = collections.filter(({ database, name }) => !isServerDatabase(database) && isServerCollection(name));
  const names = own.map(({ namespace }) => namespace.replace(/[\\*]/g, String.raw`\$&`));
  return [...SERVERS_DATABASES, ...names].map((pattern) => `--nsExclude=${pattern}`);
}
