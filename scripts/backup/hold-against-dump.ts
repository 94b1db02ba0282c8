import type { MongoClient } from 'mongodb';
import type { EvidenceLine, Manifest, ValidationSettings } from '../../lib/domain/recovery/evidence.ts';
import type { GeneralPolicy } from '../../lib/domain/policy/policy.ts';
import { DAY, type Duration, type Instant } from '../../lib/domain/time.ts';
import type { ValidationPart } from '../../lib/ports/recovery-ports.ts';
import { halvesOf } from '../../lib/recovery/dump/backup-names.ts';
import { abortable } from '../../lib/recovery/dump/dump-error.ts';
import type { Backup } from '../../lib/recovery/dump/read/read-backup.ts';
import { readBatches } from '../../lib/recovery/dump/read/read-bson.ts';
import { restorable } from '../../lib/recovery/dump/restore/restore-order.ts';
import { databasesIn } from '../../lib/recovery/dump/restore/restore-target.ts';
import type { StallWatch } from '../../lib/recovery/dump/stall.ts';
import { lineOf, listed } from '../../lib/recovery/validate/evidence-lines.ts';
import { aroundOplog, oplogChanges } from '../../lib/recovery/validate/oplog-changes.ts';
import { validateDatabase } from '../../lib/recovery/validate/validate-database.ts';

export type Holding = {
  readonly backup: Backup;
  readonly settings: ValidationSettings;
  readonly rpo: Duration;
  readonly signal: AbortSignal;
  /** Learns what is done, to tell of it where it stalls. */
  readonly watch: StallWatch;
};

/** As long as a count may take when a person waits for it; timers and the server's maxTimeMS hold no more than 24 days. */
const CHUNK: Duration = 20 * DAY;

/** What a dump holds on the two sides of its oplog; twice the same where that is not replayed. `lines`: what cannot be compared. */
export type Sides = { readonly before: Manifest; readonly after: Manifest; readonly lines: readonly EvidenceLine[] };

/** What a restore may give that replays the oplog of the dump, as mongorestore does. Throws `BackupError` where it is damaged, `Interrupted`. */
export async function withOplog(expected: Manifest, { backup: { oplog }, signal }: Pick<Holding, 'backup' | 'signal'>): Promise<Sides> {
  if (oplog === null) return withoutOplog(expected);
  return aroundOplog(expected, await oplogChanges(readBatches(oplog), signal));
}

export function withoutOplog(expected: Manifest): Sides {
  return { before: expected, after: expected, lines: [] };
}

/** Holds what a server has against what a dump holds, by reads alone. Other databases of the server are not looked at. Throws `ReadError`, `Interrupted`. */
export async function holdAgainstDump(
  client: MongoClient,
  { before, after, lines: open }: Sides,
  holding: Holding,
): Promise<readonly EvidenceLine[]> {
  const { backup, settings, rpo, signal, watch } = holding;
  const plan = { before, after, recoveryPoint: momentOf(backup), rpo, settings, source: backup.folder };
  const only = databasesIn(backup);
  const lines: EvidenceLine[] = [...open, ...notCompared(backup), CONTENT, SEARCH];
  const onSteps = (steps: readonly string[]): void => watch.moved(`validating ${listed(steps)}`);
  for (let from: string | null = null; ;) {
    const chunk = validateDatabase(client, plan, { deadline: Date.now() + CHUNK, readLimit: CHUNK, onSteps, from, only });
    const part: ValidationPart = await abortable(chunk, signal);
    lines.push(...part.lines);
    if (part.next === null) return lines;
    from = part.next;
  }
}

/** No dump holds search indexes; a restore test, which restores in Atlas, looks at them itself. */
const SEARCH = lineOf('not-covered', null, 'noted', [
  'nothing: Atlas Search is not covered',
  'look at its indexes by hand after a restore',
]);

/** A document that was changed after the restore is counted as one that was not. */
const CONTENT = lineOf('not-covered', null, 'noted', [
  'the content of the documents compared',
  'they were counted, and some of each collection read; what is in them was not compared',
]);

/** What is in a dump and is never compared. */
function notCompared(backup: Backup): readonly EvidenceLine[] {
  const ours = new Set(restorable(backup));
  const left = backup.collections.filter((one) => !ours.has(one)).map(({ namespace }) => namespace);
  if (left.length === 0) return [];
  return [lineOf('not-covered', null, 'noted', ['all of the backup compared', `the server's own collections were not: ${listed(left)}`])];
}

function momentOf({ manifest }: Backup): Instant {
  return manifest === null ? Date.now() : Date.parse(manifest.endedAt);
}

/** Read at random from each collection. */
const SAMPLE = 20;

/** A backup knows its own counts, so none may be missing; assertions and time fields of the policy as far as the backup's databases go. */
export function validationOf(
  { restoreTests, assertions }: Pick<GeneralPolicy, 'restoreTests' | 'assertions'>,
  backup: Backup,
): ValidationSettings {
  const databases = new Set(databasesIn(backup));
  const ours = ({ namespace }: { readonly namespace: string }): boolean => databases.has(halvesOf(namespace).database);
  const fields = (restoreTests ?? []).flatMap(({ validation }) => Object.entries(validation.timeFields));
  // Without a manifest nobody knows when the dump was taken.
  const timed = backup.manifest === null ? [] : fields.filter(([namespace]) => ours({ namespace }));
  return { tolerance: 0, sample: SAMPLE, timeFields: Object.fromEntries(timed), assertions: (assertions ?? []).filter(ours) };
}
