import { rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY, type Instant } from '../../../domain/time.ts';
import { temporaryNotWritten } from '../disk/write-file.ts';

/** This process, for cleaning up what it and others left behind. */
export type OwnProcess = {
  readonly pid: number;
  /** What no other process has, now or later; null where the system does not tell it. */
  readonly identity: string | null;
  /** Where temporary files go. */
  readonly folder: string;
  readonly isAlive: (pid: number) => boolean;
  /** Has the process of this identity ended? Null where that cannot be told, as on another machine. */
  readonly hasEnded: (identity: string) => boolean | null;
  /** Runs `act` when the process exits, so `act` must be synchronous; returns how to cancel it. */
  readonly onExit: (act: () => void) => () => void;
  /** The words before a command that let the system kill it when this process is killed; none where it has no such way. */
  readonly guard: () => Promise<readonly string[]>;
};

/** The names of our folders; the number is the process. */
const OURS = /^restorewatch-tool-(\d+)-/;
/** The file in such a folder that holds its process's identity; older folders lack it. */
const OWNER = 'owner';
export const OWNER_ONLY = 0o600;

/** Acts with a folder that only its owner can read, which is gone afterwards, also where our process exits at once. Throws Error with its path where it cannot be made, and what `act` throws. */
export async function inPrivateFolder<T>(own: OwnProcess, act: (folder: string) => Promise<T>): Promise<T> {
  const path = join(own.folder, `restorewatch-tool-${own.pid}-`);
  // mkdtemp makes a folder that only its owner can read.
  const folder = await mkdtemp(path).catch((error: unknown) => {
    throw temporaryNotWritten(path, error);
  });
  const forget = own.onExit(() => rmSync(folder, { recursive: true, force: true }));
  try {
    await writeFile(join(folder, OWNER), own.identity ?? '', { mode: OWNER_ONLY });
    return await act(folder);
  } finally {
    forget();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Deletes the folders of processes that were killed or lost power, with the addresses in them: those whose process is gone, or that are older than a day.
 * Returns their paths. Never throws.
 */
export async function sweepPrivateFolders(own: OwnProcess, now: Instant): Promise<readonly string[]> {
  const names = await readdir(own.folder).catch(() => []);
  const swept: string[] = [];
  for (const name of names) {
    const pid = OURS.exec(name)?.[1];
    if (pid === undefined) continue;
    const path = join(own.folder, name);
    if (!(await isLeft(path, Number(pid), own, now))) continue;
    // Another user's folder cannot be deleted, which is right.
    const isDeleted = await rm(path, { recursive: true, force: true }).then(
      () => true,
      () => false,
    );
    if (isDeleted) swept.push(path);
  }
  return swept;
}

async function isLeft(path: string, pid: number, own: OwnProcess, now: Instant): Promise<boolean> {
  const identity = await readFile(join(path, OWNER), 'utf8').catch(() => '');
  if (identity !== '' && identity === own.identity) return false;
  const ended = identity === '' ? null : own.hasEnded(identity);
  if (ended !== null) return ended;
  if (pid === own.pid) return false;
  const since = await stat(path).then(
    ({ mtimeMs }) => now - mtimeMs,
    () => 0,
  );
  return !own.isAlive(pid) || since > DAY;
}
