import { join } from 'node:path';
import { backUp, type Finished } from '../../lib/recovery/dump/back-up/back-up.ts';
import { abortable, wordsOf } from '../../lib/recovery/dump/dump-error.ts';
import { backupName } from '../../lib/recovery/dump/backup-names.ts';
import { within } from '../../lib/recovery/dump/within.ts';
import { type Duration, type Instant, SECOND } from '../../lib/domain/time.ts';
import { databaseIn, comparableHosts } from '../../lib/recovery/dump/connection-string.ts';
import { prune, type Pruned, unfinishedIn } from '../../lib/recovery/dump/back-up/prune-backups.ts';
import { askIdentity } from '../../lib/recovery/dump/interlock/ask-identity.ts';
import { placeOf, type Progress, progressLine } from '../../lib/recovery/dump/progress.ts';
import { type StallWatch, watchStalls } from '../../lib/recovery/dump/stall.ts';
import { machineTimer } from '../../lib/deliver/deliver.ts';
import { openSource, type Source } from '../../lib/recovery/dump/back-up/backup-source.ts';
import { writeCollections } from '../../lib/recovery/dump/back-up/write-collections.ts';
import { writeWithTool } from '../../lib/recovery/dump/tool/mongo-tool.ts';
import type { Contents } from '../../lib/recovery/dump/dump-manifest.ts';
import type { Screen } from '../terminal/screen.ts';
import { thisMachine } from './interlock.ts';
import { toolEnvironment } from './tool.ts';
import { asOwner, sweepUnfinished } from './killed-backups.ts';
import type { MongoClient } from 'mongodb';
import { connect, NO_LIMIT } from '../../lib/recovery/validate/read/connect.ts';
import { ownProcess } from '../process/this-process.ts';

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

/** `pruned` null: nothing was to be deleted. */
export type Taken = Finished & { readonly pruned: Pruned | null };

/**
 * Takes a backup, of which each file is read again before the backup has its name, and only then deletes old ones. Throws what went wrong; nothing of an
 * unfinished one is left.
 */
export async function take(taking: Taking): Promise<Taken> {
  const { uri, timeoutMs, out, gzip, keep, signal, screen, startedAt } = taking;
  for (const name of await sweepUnfinished(out, ownProcess)) screen.say(`deleted ${name} in ${out}, which a backup that was killed left`);
  const database = databaseIn(uri);
  return withClient({ uri, timeoutMs, signal, screen }, async (client, watch) => {
    const source = await abortable(openSource(client, database), signal);
    const { members } = await abortable(askIdentity(client, uri, thisMachine()), signal);
    const clock = clockFrom(startedAt);
    const hosts = comparableHosts(uri);
    const filled = (folder: string): Promise<Contents> => write(folder, source, { ...taking, watch });
    const plan = { out, gzip, database, hosts, members, now: clock, signal, write: filled };
    const finished = await asOwner(join(out, backupName(startedAt)), ownProcess, () => backUp(plan));
    const { folder, manifest } = finished;
    const pruning = { taken: folder, of: manifest, now: Date.now() };
    const pruned = keep === null ? null : await prune({ ...pruning, keep }).catch((error: unknown) => throwNotPruned(folder, error));
    for (const line of pruned === null ? [] : prunedLines(pruned)) screen.say(line);
    for (const left of await unfinishedIn(out))
      screen.say(`${left} in ${out} was never finished, or is just being taken; delete it if not`);
    return { ...finished, pruned };
  });
}

function throwNotPruned(folder: string, error: unknown): never {
  throw new Error(`${folder} is whole and was read again, but older backups could not be deleted: ${wordsOf(error)}`, { cause: error });
}

/** Pure: a line for each backup that was deleted or left, with the reason. */
export function prunedLines({ deleted, kept }: Pruned): readonly string[] {
  return [...deleted.map((name) => `deleted ${name}`), ...kept.map(({ name, why }) => `kept ${name}: ${why}`)];
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

async function write(folder: string, source: Source, taking: Taking & { readonly watch: StallWatch }): Promise<Contents> {
  const { uri, gzip, tool, signal, screen, startedAt, watch } = taking;
  if (tool === null) {
    return writeCollections(source, folder, { gzip, signal, onProgress: progressOf(startedAt, screen, watch) });
  }
  const oplog = taking.oplog && source.oplog && databaseIn(uri) === null;
  const run = { program: tool, uri, env: toolEnvironment(), own: ownProcess, signal, onLine: linesOf('mongodump', screen, watch) };
  return writeWithTool(folder, { ...run, gzip, oplog, serverVersion: source.serverVersion });
}

/** Shows how far something has come that began at that moment, and tells the watch. */
export function progressOf(begun: Instant, screen: Screen, watch: StallWatch): (progress: Omit<Progress, 'elapsed'>) => void {
  return (progress) => {
    watch.moved(placeOf(progress));
    screen.progress(progressLine({ ...progress, elapsed: Date.now() - begun }));
  };
}

/** Shows a tool's lines. Each is progress, since its tool writes one every few seconds while it comes on. */
export function linesOf(tool: string, screen: Screen, watch: StallWatch): (line: string) => void {
  return (line) => {
    watch.moved(`${tool} said "${line}"`);
    screen.progress(line);
  };
}

/** Longest wait for the answer of a server that is told that we leave. */
const LEAVING: Duration = 5 * SECOND;

type Connecting = Pick<Taking, 'uri' | 'timeoutMs' | 'signal' | 'screen'>;

/**
 * Connects for one act. No command is given up, however long it takes, since a person waits for it; what stalls is told. Throws `ConnectError`,
 * `Interrupted`, or what `act` throws.
 */
export async function withClient<T>(
  { uri, timeoutMs, signal, screen }: Connecting,
  act: (client: MongoClient, watch: StallWatch) => Promise<T>,
): Promise<T> {
  const client = await abortable(connect(uri, { timeoutMs, socketTimeoutMs: NO_LIMIT }), signal);
  const ping = (): Promise<unknown> => client.db('admin').command({ ping: 1 });
  const watch = watchStalls({ ping, say: screen.say, timer: machineTimer });
  try {
    return await act(client, watch);
  } finally {
    const closing = client.close().catch(() => {});
    // After Ctrl-C, a server that does not answer is not waited for; else not for long.
    if (!signal.aborted) await within(LEAVING, closing, new Error('no answer')).catch(() => {});
    watch.stop();
  }
}
