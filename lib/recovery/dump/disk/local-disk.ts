import { statfs } from 'node:fs/promises';

/** By Linux's `statfs`: ext, XFS, btrfs, F2FS, ZFS, overlay and tmpfs. */
const LOCAL: ReadonlySet<number> = new Set([0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0x794c7630, 0x01021994]);

/**
 * Is the folder on a file system of this machine's own? Others, as a network's or a FUSE's, may hang, and may keep what they were given in a program that
 * learns nothing of a sync of the whole. False where it is not known.
 */
export async function isOnLocalDisk(folder: string): Promise<boolean> {
  return statfs(folder).then(
    ({ type }) => LOCAL.has(type),
    () => false,
  );
}
