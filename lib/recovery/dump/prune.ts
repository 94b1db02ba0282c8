import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest, manifestPath } from './manifest.ts';
import { BACKUP_NAME, UNFINISHED } from './names.ts';

/** What a backup is of. */
export type BackedUp = { readonly hosts?: readonly string[] | undefined; readonly database: string | null };

/**
 * Deletes all but the newest `keep` backups of the same hosts and database in the folder, and tells which: folders of our naming with an
 * unharmed manifest of that name beside them. Those of other databases, of unknown hosts, unfinished ones, mongodump's own and everything else
 * stay. To be called when the newest one is verified.
 */
export async function prune(out: string, keep: number, of: BackedUp): Promise<readonly string[]> {
  const ours: string[] = [];
  for (const name of await readdir(out)) if (BACKUP_NAME.test(name) && (await isOurs(out, name, of))) ours.push(name);
  const old = ours.toSorted().toReversed().slice(Math.max(1, keep));
  for (const name of old) await remove(join(out, name));
  return old;
}

async function isOurs(out: string, name: string, of: BackedUp): Promise<boolean> {
  const folder = join(out, name);
  if (!(await stat(folder)).isDirectory()) return false;
  // One whose manifest was touched is a person's to look at, not ours to delete.
  const manifest = await readManifest(folder).catch(() => null);
  return manifest?.name === name && isOfTheSame(manifest, of);
}

function isOfTheSame(one: BackedUp, other: BackedUp): boolean {
  if (one.hosts === undefined || other.hosts === undefined || one.hosts.length === 0) return false;
  return one.database === other.database && JSON.stringify(one.hosts.toSorted()) === JSON.stringify(other.hosts.toSorted());
}

/** Under an unfinished one's name first, so that half of a backup is never taken for a whole one. */
async function remove(folder: string): Promise<void> {
  await rename(folder, folder + UNFINISHED);
  await rm(manifestPath(folder), { force: true });
  await rm(`${manifestPath(folder)}.sha256`, { force: true });
  await rm(folder + UNFINISHED, { recursive: true, force: true });
}
