import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY, type Instant } from '../../domain/time.ts';

/** This process, as far as what it leaves behind is concerned. */
export type OwnProcess = {
  readonly pid: number;
  /** Where temporary files go. */
  readonly folder: string;
  readonly isAlive: (pid: number) => boolean;
  /** Runs when the process ends by itself, even at once, and must not wait for anything; gives how to forget it. */
  readonly onExit: (act: () => void) => () => void;
};

/** By this name we know them again; the number is the process. */
const OURS = /^restorable-tool-(\d+)-/;

/** A folder that its owner alone can look into, which is what mkdtemp makes. */
export function makePrivateFolder({ pid, folder }: Pick<OwnProcess, 'pid' | 'folder'>): Promise<string> {
  return mkdtemp(join(folder, `restorable-tool-${pid}-`));
}

/** Deletes what processes left that were killed or cut off from power: the process is gone, or the folder older than a day. Never throws. */
export async function sweepPrivateFolders({ pid, folder, isAlive }: OwnProcess, now: Instant): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const owner = Number(OURS.exec(name)?.[1] ?? pid);
    if (owner === pid) continue;
    const path = join(folder, name);
    if (isAlive(owner) && !(await isOld(path, now))) continue;
    // Another user's is not ours to delete, and cannot be.
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

async function isOld(path: string, now: Instant): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => now - mtimeMs > DAY,
    () => false,
  );
}
