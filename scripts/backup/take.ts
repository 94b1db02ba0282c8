import { backUp, type Finished, unfinishedIn } from '../../lib/recovery/dump/back-up.ts';
import { abortable, Interrupted } from '../../lib/recovery/dump/error.ts';
import { databaseIn, hostsOf } from '../../lib/recovery/dump/hosts.ts';
import { progressLine } from '../../lib/recovery/dump/progress.ts';
import { prune } from '../../lib/recovery/dump/prune.ts';
import { openSource, type Source } from '../../lib/recovery/dump/source.ts';
import { verifyFiles } from '../../lib/recovery/dump/verify.ts';
import { writeCollections } from '../../lib/recovery/dump/write-collections.ts';
import { openOnDisk } from '../../lib/recovery/dump/write-file.ts';
import { writeWithTool } from '../../lib/recovery/dump/write-with-tool.ts';
import { connect } from '../../lib/recovery/validate/connect.ts';
import type { Contents } from '../../lib/recovery/dump/manifest.ts';
import type { Screen } from './screen.ts';
import { ownProcess, toolEnvironment } from './tool.ts';

export type Taking = {
  readonly uri: string;
  readonly timeoutMs: number;
  readonly out: string;
  readonly gzip: boolean;
  readonly oplog: boolean;
  /** mongodump's path; null: the driver. */
  readonly tool: string | null;
  readonly keep: number | null;
  readonly startedAt: number;
  readonly signal: AbortSignal;
  readonly screen: Screen;
};

/** Takes a backup, reads it again, and only then deletes old ones. Throws what went wrong; nothing of an unfinished one is left. */
export async function take(taking: Taking): Promise<Finished> {
  const { uri, timeoutMs, out, gzip, keep, signal, screen, startedAt } = taking;
  const database = databaseIn(uri);
  const client = await abortable(connect(uri, { timeoutMs }), signal);
  try {
    const source = await abortable(openSource(client, database), signal);
    const clock = clockFrom(startedAt);
    const hosts = hostsOf(uri);
    const finished = await backUp({ out, gzip, database, hosts, now: clock, signal, write: (folder) => write(folder, source, taking) });
    await verifyFiles(finished.folder, finished.manifest, signal).catch((error: unknown) => {
      throw error instanceof Interrupted ? new Interrupted(`interrupted: ${finished.folder} is whole, but was not read again`) : error;
    });
    for (const old of keep === null ? [] : await prune(out, keep, finished.manifest)) screen.say(`deleted ${old}`);
    for (const left of await unfinishedIn(out))
      screen.say(`${left} in ${out} was never finished, or is just being taken; delete it if not`);
    return finished;
  } finally {
    const closing = client.close().catch(() => {});
    // A server that does not answer is not waited for after Ctrl-C.
    if (!signal.aborted) await closing;
  }
}

/** The first answer is the moment by which the backup is named, as its record is. */
function clockFrom(startedAt: number): () => number {
  let asked = false;
  return () => {
    if (asked) return Date.now();
    asked = true;
    return startedAt;
  };
}

async function write(folder: string, source: Source, taking: Taking): Promise<Contents> {
  const { uri, gzip, tool, signal, screen, startedAt } = taking;
  if (tool === null) {
    const onProgress: Parameters<typeof writeCollections>[2]['onProgress'] = (progress) =>
      screen.progress(progressLine({ ...progress, elapsed: Date.now() - startedAt }));
    return writeCollections(source, folder, { gzip, open: openOnDisk, signal, onProgress });
  }
  const oplog = taking.oplog && source.oplog && databaseIn(uri) === null;
  const run = { program: tool, uri, env: toolEnvironment(), own: ownProcess, signal, onLine: screen.progress };
  return writeWithTool(folder, { ...run, gzip, oplog, serverVersion: source.serverVersion });
}
