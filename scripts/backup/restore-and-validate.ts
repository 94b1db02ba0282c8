import type { MongoClient } from 'mongodb';
import { type EvidenceLine, type Manifest, type ValidationSettings } from '../../lib/domain/evidence.ts';
import { type Duration, HOUR, type Instant } from '../../lib/domain/time.ts';
import { abortable } from '../../lib/recovery/dump/error.ts';
import { expectationOf } from '../../lib/recovery/dump/expect.ts';
import { progressLine } from '../../lib/recovery/dump/progress.ts';
import type { Backup } from '../../lib/recovery/dump/read-backup.ts';
import { restoreInto } from '../../lib/recovery/dump/restore.ts';
import { restoreWithTool } from '../../lib/recovery/dump/restore-with-tool.ts';
import { askTarget, databasesIn, dropDatabases } from '../../lib/recovery/dump/target.ts';
import { verifyFiles } from '../../lib/recovery/dump/verify.ts';
import { validateDatabase } from '../../lib/recovery/validate/database.ts';
import type { ValidationPart } from '../../lib/recovery/world.ts';
import type { Screen } from './screen.ts';
import { toolEnvironment } from './tool.ts';

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
  try {
    const begun = Date.now();
    const notes = await restore(client, validating);
    const restored = Date.now();
    const lines = await validate(client, expected, validating);
    return { lines: [first, ...lines, ...notes], restore: restored - begun, validate: Date.now() - restored };
  } finally {
    if (!keepData) {
      screen.say('dropping what was restored');
      await dropDatabases(client, databasesIn(backup));
    }
  }
}

async function checksumLine({ folder, manifest }: Backup, signal: AbortSignal): Promise<EvidenceLine> {
  const about = { what: 'checksum', namespace: null } as const;
  if (manifest === null) return { ...about, expected: 'a manifest', found: 'none: a dump of another tool', verdict: 'noted' };
  await verifyFiles(folder, manifest, signal);
  return { ...about, expected: `${manifest.files.length} files as written`, found: 'as written', verdict: 'passed' };
}

/** What it left out, as evidence. */
async function restore(client: MongoClient, { backup, targetUri, tool, signal, screen }: Validating): Promise<readonly EvidenceLine[]> {
  if (tool !== null) {
    await restoreWithTool(backup, { program: tool, uri: targetUri, env: toolEnvironment(), signal, onLine: screen.progress });
    return [];
  }
  const begun = Date.now();
  const onProgress: Parameters<typeof restoreInto>[2]['onProgress'] = (progress) =>
    screen.progress(progressLine({ ...progress, elapsed: Date.now() - begun }));
  const { notes } = await restoreInto(client, backup, { now: Date.now, signal, onProgress });
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
