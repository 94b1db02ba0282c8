import type { MongoClient } from 'mongodb';
import type { EvidenceLine, Manifest } from '../../lib/domain/recovery/evidence.ts';
import type { Duration } from '../../lib/domain/time.ts';
import { Interrupted, wordsOf } from '../../lib/recovery/dump/dump-error.ts';
import { readBatches } from '../../lib/recovery/dump/read/read-bson.ts';
import { replayedNamespaces } from '../../lib/recovery/dump/restore/replayed-namespaces.ts';
import { restoreInto } from '../../lib/recovery/dump/restore/restore-backup.ts';
import { restorable } from '../../lib/recovery/dump/restore/restore-order.ts';
import { restoreWithTool } from '../../lib/recovery/dump/restore/restore-with-tool.ts';
import { type Held, TargetLost, type TargetRequest, withHeldTarget } from '../../lib/recovery/dump/restore/hold-target.ts';
import { databasesIn, databasesOf, dropCollections, dropDatabases } from '../../lib/recovery/dump/restore/restore-target.ts';
import { lineOf } from '../../lib/recovery/validate/evidence-lines.ts';
import type { Screen } from '../terminal/screen.ts';
import { linesOf, progressOf } from './take.ts';
import { toolEnvironment } from './tool.ts';
import { readThrough } from './read-through.ts';
import { holdAgainstDump, type Holding, withoutOplog, withOplog } from './hold-against-dump.ts';
import { ownProcess } from '../process/this-process.ts';

export type Validating = Holding & {
  readonly targetUri: string;
  /** How the target is taken, and held against every other user of it. */
  readonly taking: Omit<TargetRequest, 'backup' | 'replayed'>;
  /** mongorestore's path; null: the driver. */
  readonly tool: string | null;
  readonly keepData: boolean;
  readonly screen: Screen;
  /** Asks before data is deleted that is not ours. Throws where the answer is no, or nobody can be asked. */
  readonly confirm: (question: string) => Promise<void>;
};

export { Refused } from '../../lib/recovery/dump/restore/take-target.ts';

/** `restore` null: it was restored before, by somebody else. */
export type Validated = { readonly lines: readonly EvidenceLine[]; readonly restore: Duration | null; readonly validate: Duration };

/**
 * Reads the backup to its end, asks the interlock, restores, validates, and cleans up whatever happens after the restore began. Throws `Refused`,
 * `TargetLost`, `BackupError`, `RestoreError`, `Interrupted`, or the driver's errors.
 */
export async function restoreAndValidate(client: MongoClient, validating: Validating): Promise<Validated> {
  const { backup, signal, watch } = validating;
  watch.moved('reading the backup');
  const { vouched, expected } = await readThrough(backup, signal);
  // Only mongorestore replays an oplog.
  const { oplog } = backup;
  const replayed = validating.tool === null || oplog === null ? [] : await replayedNamespaces(readBatches(oplog), signal);
  watch.moved('asking the interlock');
  return withHeldTarget(client, { ...validating.taking, backup, replayed }, async (held) => {
    if (signal.aborted) throw new Interrupted();
    if (held.drop.length > 0) watch.moved('deleting what the sandbox holds, once you agree');
    await emptied(client, held, validating.confirm);
    const bounded = { ...validating, signal: AbortSignal.any([signal, held.lost]) };
    const { lines, ...times } = await restoredAndCompared(client, expected, bounded, { ...held, replayed });
    return { lines: [...vouched, ...lines], ...times };
  });
}

async function restoredAndCompared(
  client: MongoClient,
  expected: Manifest,
  validating: Validating,
  held: Held & Pick<Own, 'replayed'>,
): Promise<Validated> {
  const { backup, tool, screen, keepData, watch } = validating;
  const noting = held.noting();
  const { marked, replayed, isOurs } = held;
  const owned = { marked, replayed, isOurs, backup, own: new Set<string>(), screen, onCreated: noting.soon };
  try {
    const begun = Date.now();
    const notes = await restore(client, validating, owned);
    const restored = Date.now();
    const sides = tool === null ? withoutOplog(expected) : await withOplog(expected, validating);
    const lines = await holdAgainstDump(client, sides, validating);
    return { lines: [...lines, ...notes], restore: restored - begun, validate: Date.now() - restored };
  } finally {
    noting.stop();
    // What somebody else may be using by now is not dropped.
    if (!keepData && (await held.isOurs())) {
      screen.say('dropping what was restored');
      watch.moved('dropping what was restored');
      await dropOwn(client, owned);
    }
  }
}

/** Deletes databases of a marked sandbox, which are not ours, after asking. Throws `TargetLost`, what `confirm` throws, and the driver's errors. */
export async function emptied(
  client: MongoClient,
  { drop, isOurs }: Pick<Held, 'drop' | 'isOurs'>,
  confirm: Validating['confirm'],
): Promise<void> {
  if (drop.length === 0) return;
  await confirm(`This deletes what the sandbox holds in ${drop.join(', ')}.`);
  // The answer may have taken hours, on a machine that slept meanwhile.
  if (!(await isOurs())) throw new TargetLost();
  await dropDatabases(client, drop);
}

/** Empties a marked sandbox; elsewhere it leaves, and returns, what somebody else created meanwhile. */
async function dropOwn(client: MongoClient, { marked, replayed, backup, own, screen }: Own): Promise<readonly string[]> {
  if (marked) {
    await dropDatabases(client, [...new Set([...databasesIn(backup), ...databasesOf(replayed)])]);
    return [];
  }
  const left = await dropCollections(client, own);
  if (left.length > 0) screen.say(`not of this backup, so left where it is: ${left.join(', ')}`);
  return left;
}

type Own = Pick<Validating, 'backup' | 'screen'> &
  Pick<Held, 'isOurs'> & {
    readonly marked: boolean;
    /** What the oplog of the backup touches. */
    readonly replayed: readonly string[];
    readonly own: Set<string>;
    readonly onCreated: () => Promise<void>;
  };

/** Restores; what was left out, as evidence. Adds to `own` the collections that may be there from now on. */
async function restore(client: MongoClient, validating: Validating, owned: Own): Promise<readonly EvidenceLine[]> {
  const { backup, targetUri, tool, signal, screen, watch } = validating;
  if (tool === null) return restoreByDriver(client, validating, owned);
  // mongorestore does not tell how far it came.
  for (const { namespace } of restorable(backup)) owned.own.add(namespace);
  for (const namespace of owned.replayed) if (!namespace.endsWith('.')) owned.own.add(namespace);
  const run = { program: tool, uri: targetUri, env: toolEnvironment(), own: ownProcess, signal };
  try {
    return (await restoreWithTool(backup, { ...run, onLine: linesOf('mongorestore', screen, watch) })).map(leftOutLine);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return restoreAgain(client, validating, owned, wordsOf(error));
  }
}

/**
 * mongorestore's exit code does not tell whether the backup or anything else was to blame, and our own restore does. So the verdict on a damaged backup is the
 * same whether mongorestore is installed or not. Throws as `restoreInto` does, or Error where the target cannot be used again.
 */
async function restoreAgain(client: MongoClient, validating: Validating, owned: Own, why: string): Promise<readonly EvidenceLine[]> {
  validating.screen.say(`${why}; restoring without mongorestore, which tells whether the backup is to blame`);
  if (!(await owned.isOurs())) throw new TargetLost();
  const left = await dropOwn(client, owned);
  owned.own.clear();
  if (left.length > 0) throw new Error(`${why}; it was not tried without mongorestore, since the target holds ${left.join(', ')}`);
  const notes = await restoreByDriver(client, validating, owned);
  const found = `${why}; without mongorestore, as by --tool driver, it was restored`;
  return [lineOf('restore', null, 'could-not-verify', ['a restore by mongorestore', found]), ...notes];
}

async function restoreByDriver(
  client: MongoClient,
  { backup, signal, screen, watch }: Validating,
  { own, onCreated }: Own,
): Promise<readonly EvidenceLine[]> {
  const { notes } = await restoreInto(client, backup, {
    signal,
    onProgress: progressOf(Date.now(), screen, watch),
    onCollection: (name) => void own.add(name),
    onCreated,
    onTaken: (name) => void own.delete(name),
  });
  return notes.map(leftOutLine);
}

function leftOutLine(what: string): EvidenceLine {
  return lineOf('not-covered', null, 'noted', ['all of the backup restored', what]);
}
