import { runTool, type ToolRun } from './mongo-tool.ts';
import type { Backup } from './read-backup.ts';

/**
 * Restores by mongorestore, which also replays an oplog; it then takes no filter, so that users and roles of the backup come with it. Else the
 * server's own databases stay out. Throws Error with mongorestore's words, `Interrupted`.
 */
export async function restoreWithTool(backup: Backup, run: Omit<ToolRun, 'args'>): Promise<void> {
  const gzip = backup.collections.some(({ file }) => file?.endsWith('.gz'));
  const what = backup.oplog === null ? ['--nsExclude=admin.*', '--nsExclude=config.*'] : ['--oplogReplay'];
  const args = ['--stopOnError', '--bypassDocumentValidation', ...(gzip ? ['--gzip'] : []), ...what, `--dir=${backup.folder}`];
  await runTool({ ...run, args });
}
