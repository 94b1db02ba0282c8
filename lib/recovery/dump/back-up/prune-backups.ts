import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Instant } from '../../../domain/time.ts';
import { BACKUP_NAME, momentIn, UNFINISHED } from '../backup-names.ts';
import { codeOf } from '../dump-error.ts';
import { manifestPath, readManifest } from '../dump-manifest.ts';
import { isUnfinished, markUnfinished, UNFINISHED_MARK } from '../disk/unfinished.ts';

/** Folders of backups whose process was killed or lost power. A backup that is being taken right now looks the same. */
export async function unfinishedIn(out: string): Promise<readonly string[]> {
  const names = (await readdir(out)).filter((name) => BACKUP_NAME.test(name.replace(UNFINISHED, '')));
  const unfinished = await Array.fromAsync(names, async (name) => ((await isUnfinished(join(out, name))) ? [name] : []));
  return unfinished.flat().toSorted();
}

/** What a backup is of. */
export type BackedUp = { readonly hosts?: readonly string[] | undefined; readonly database: string | null };

/** Names of backups, and why each that is left was left. */
export type Pruned = { readonly deleted: readonly string[]; readonly kept: readonly { readonly name: string; readonly why: string }[] };

export type Pruning = {
  /** The folder of the backup that was just taken and verified; it is never deleted. */
  readonly taken: string;
  /** How many are to be left, that one included. */
  readonly keep: number;
  readonly of: BackedUp;
  readonly now: Instant;
};

/**
 * Deletes old backups of the same hosts and database beside the one that was just taken. It deletes only folders with a name of ours and an unharmed
 * manifest beside them. What is dated in the future is left and does not count, since its real age is not known. Throws `BackupError` and errors of the disk.
 */
export async function prune({ taken, keep, of, now }: Pruning): Promise<Pruned> {
  const out = dirname(taken);
  const names = (await readdir(out)).filter((name) => BACKUP_NAME.test(name)).toSorted();
  const candidates = (await Array.fromAsync(names, (name) => candidatesNamed(out, name, of))).flat();
  const decisions = pruneDecisions(candidates, { taken: basename(taken), keep: Math.max(1, keep), now });
  const deleted: string[] = [];
  for (const { name, why } of decisions) if (why === null && (await remove(join(out, name)))) deleted.push(name);
  return { deleted, kept: decisions.flatMap(({ name, why }) => (why === null ? [] : [{ name, why }])) };
}

/** `other`: why it is no backup of the same kind; null where it is one. */
type Candidate = { readonly name: string; readonly other: string | null };
/** `why` it is left; null: it is deleted. */
type PruneDecision = { readonly name: string; readonly why: string | null };
type PruneRequest = Pick<Pruning, 'keep' | 'now'> & { readonly taken: string };

/** Pure: what becomes of each backup, by the moments in their names. What was taken after ours, by another process, counts and is left. */
export function pruneDecisions(candidates: readonly Candidate[], { taken, keep, now }: PruneRequest): readonly PruneDecision[] {
  const others = candidates.filter(({ name, other }) => other === null && name !== taken).map(({ name }) => name);
  const counted = others.filter((name) => isPast(name, now)).toSorted();
  const newer = counted.filter((name) => name > taken);
  const older = counted.filter((name) => name < taken).toReversed();
  const tooMany = new Set(older.slice(Math.max(0, keep - 1 - newer.length)));
  return candidates.map(({ name, other }) => {
    if (name === taken) return { name, why: 'it was just taken' };
    if (other !== null) return { name, why: other };
    if (!counted.includes(name)) return { name, why: 'it is dated in the future, so that its age is not known: delete it by hand' };
    return { name, why: tooMany.has(name) ? null : `it is one of the ${keep} newest` };
  });
}

function isPast(name: string, now: Instant): boolean {
  const at = momentIn(name);
  return at !== null && at <= now;
}

/** None where it is gone: another backup into the same folder may be deleting old ones too. */
async function candidatesNamed(out: string, name: string, of: BackedUp): Promise<readonly Candidate[]> {
  const other = await whyOther(out, name, of).catch(nullIfGone);
  // A manifest that is missing may be that of what went meanwhile.
  return existsSync(join(out, name)) ? [{ name, other }] : [];
}

function nullIfGone(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}

async function whyOther(out: string, name: string, of: BackedUp): Promise<string | null> {
  const folder = join(out, name);
  if (!(await stat(folder)).isDirectory()) return 'it is no folder';
  if (await isUnfinished(folder)) return 'it was never finished';
  // Where the manifest was changed, a person has to look at the backup; it is not ours to delete.
  const manifest = await readManifest(folder).catch(() => null);
  if (manifest?.name !== name) return 'its manifest is missing, or is not as it was written';
  return isOfTheSame(manifest, of) ? null : 'it is of other hosts or of another database, or its manifest does not say of which';
}

function isOfTheSame(one: BackedUp, other: BackedUp): boolean {
  if (one.hosts === undefined || other.hosts === undefined || one.hosts.length === 0) return false;
  return one.database === other.database && JSON.stringify(one.hosts.toSorted()) === JSON.stringify(other.hosts.toSorted());
}

/**
 * Names and marks the folder like an unfinished one first, so that half of a backup is never taken for a whole one; the mark goes last. False where it is
 * gone: whoever renamed it deletes it.
 */
async function remove(folder: string): Promise<boolean> {
  const unfinished = folder + UNFINISHED;
  const renamed = await rename(folder, unfinished).then(() => true, nullIfGone);
  if (renamed === null) return false;
  await markUnfinished(unfinished, 'deleting');
  await rm(manifestPath(folder), { force: true });
  await rm(`${manifestPath(folder)}.sha256`, { force: true });
  for (const name of await readdir(unfinished))
    if (name !== UNFINISHED_MARK) await rm(join(unfinished, name), { recursive: true, force: true });
  await rm(unfinished, { recursive: true, force: true });
  return true;
}
