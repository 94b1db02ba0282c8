import type { MongoClient } from 'mongodb';
import { type EvidenceLine, type Manifest, type ValidationSettings } from '../../lib/domain/evidence.ts';
import { type Duration, HOUR, type Instant } from '../../lib/domain/time.ts';
import { abortable } from '../../lib/recovery/dump/error.ts';
import { expectationOf } from '../../lib/recovery/dump/expect.ts';
import { progressLine } from '../../lib/recovery/dump/progress.ts';
import type { Backup } from '../../lib/recovery/dump/read-backup.ts';
import { restorable, restoreInto } from '../../lib/recovery/dump/restore.ts';
import { restoreWithTool } from '../../lib/recovery/dump/restore-with-tool.ts';
import { askTarget, databasesIn, dropCollections, dropDatabases } from '../../lib/recovery/dump/target.ts';
import { verifyFiles } from '../../lib/recovery/dump/verify.ts';
import { validateDatabase } from '../../lib/recovery/validate/database.ts';
import type { ValidationPart } from '../../lib/recovery/world.ts';
import type { Screen } from './screen.ts';
import { ownProcess, toolEnvironment } from './tool.ts';

export type Validating = {
  readonly backup: Backup;
  readonly targetUri: string;
  readonly sourceUri: string | null;
  readonly sandboxUri: string | null;
  /** mongorestore's path; null: the driver. */
  readonly tool: string | null;
  readonly settings: ValidationSettings;
  readonly rpo: Duration;
  readonly keepData: boolean;
  readonly signal: AbortSignal;
  readonly screen: Screen;
};

/** The interlock said no: nothing was touched. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

export type Validated = { readonly lines: readonly EvidenceLine[]; readonly restore: Duration; readonly validate: Duration };

/** One chunk of a validation. */
const CHUNK: Duration = HOUR;

/**
 * Reads the backup to its end, asks the interlock, restores, validates, and cleans up whatever happens after the restore began. Throws `Refused`,
 * `BackupError`, `RestoreError`, `Interrupted`, or the driver's errors.
 */
export async function restoreAndValidate(client: MongoClient, validating: Validating): Promise<Validated> {
  const { backup, signal, screen, keepData } = validating;
  const first = await checksumLine(backup, signal);
  const expected = await expectationOf(backup, Date.now(), signal);
  const verdict = await abortable(askTarget(client, backup, validating), signal);
  if (!verdict.allowed) throw new Refused(`refused: ${verdict.why}`);
  await dropDatabases(client, verdict.drop);
  const own = new Set<string>();
  try {
    const begun = Date.now();
    const notes = await restore(client, validating, own);
    const restored = Date.now();
    const lines = await validate(client, expected, validating);
    return { lines: [first, ...lines, ...notes], restore: restored - begun, validate: Date.now() - restored };
  } finally {
    if (!keepData) {
      screen.say('dropping what was restored');
      await dropOwn(client, { marked: verdict.marked, backup, own, screen });
    }
  }
}

/** A marked sandbox is emptied; elsewhere what somebody else brought meanwhile is theirs. */
async function dropOwn(client: MongoClient, { marked, backup, own, screen }: Own): Promise<void> {
  if (marked) return dropDatabases(client, databasesIn(backup));
  const left = await dropCollections(client, own);
  if (left.length > 0) screen.say(`not of this backup, so left where it is: ${left.join(', ')}`);
}

type Own = Pick<Validating, 'backup' | 'screen'> & { readonly marked: boolean; readonly own: ReadonlySet<string> };

async function checksumLine({ folder, manifest }: Backup, signal: AbortSignal): Promise<EvidenceLine> {
  const about = { what: 'checksum', namespace: null } as const;
  if (manifest === null) return { ...about, expected: 'a manifest', found: 'none: a dump of another tool', verdict: 'noted' };
  await verifyFiles(folder, manifest, signal);
  return { ...about, expected: `${manifest.files.length} files as written`, found: 'as written', verdict: 'passed' };
}

/** What it left out, as evidence. `own`: the collections that may be there since. */
async function restore(client: MongoClient, validating: Validating, own: Set<string>): Promise<readonly EvidenceLine[]> {
  const { backup, targetUri, tool, signal, screen } = validating;
  if (tool !== null) {
    // mongorestore does not tell how far it came.
    for (const { namespace } of restorable(backup)) own.add(namespace);
    const run = { program: tool, uri: targetUri, env: toolEnvironment(), own: ownProcess, signal };
    await restoreWithTool(backup, { ...run, onLine: screen.progress });
    return [];
  }
  const begun = Date.now();
  const onProgress: Parameters<typeof restoreInto>[2]['onProgress'] = (progress) =>
    screen.progress(progressLine({ ...progress, elapsed: Date.now() - begun }));
  const [onCollection, onTaken] = [(name: string) => void own.add(name), (name: string) => void own.delete(name)];
  const { notes } = await restoreInto(client, backup, { now: Date.now, signal, onProgress, onCollection, onTaken });
  return notes.map(
    (found) => ({ what: 'not-covered', namespace: null, expected: 'all of the backup restored', found, verdict: 'noted' }) as const,
  );
}

/** The backup's content on both sides of the recovery point makes it exact. Other databases of the target are nobody's business here. */
async function validate(
  client: MongoClient,
  expected: Manifest,
  { backup, settings, rpo, signal }: Validating,
): Promise<readonly EvidenceLine[]> {
  const plan = { before: expected, after: expected, recoveryPoint: momentOf(backup), rpo, settings, source: backup.folder };
  const databases = new Set(databasesIn(backup));
  const lines: EvidenceLine[] = [];
  for (let from: string | null = null; ;) {
    const part: ValidationPart = await abortable(
      validateDatabase(client, plan, { deadline: Date.now() + CHUNK, from, only: [...databases] }),
      signal,
    );
    lines.push(...part.lines);
    if (part.next === null) return lines;
    from = part.next;
  }
}

function momentOf({ manifest }: Backup): Instant {
  return manifest === null ? Date.now() : Date.parse(manifest.endedAt);
}
