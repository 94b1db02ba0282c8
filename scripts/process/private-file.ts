import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Evidence names people, hosts and databases: its owner alone reads it, also where an earlier file of that name was open to others. */
const MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Writes the file anew. */
export function writePrivately(path: string, text: string): Promise<void> {
  return withPrivateFile(path, 'w', text);
}

/** Adds to the file, or makes it. */
export function appendPrivately(path: string, text: string): Promise<void> {
  return withPrivateFile(path, 'a', text);
}

async function withPrivateFile(path: string, flags: 'w' | 'a', text: string): Promise<void> {
  const file: FileHandle = await open(path, flags, MODE);
  try {
    // A device or a pipe is the machine's: taken from others, /dev/null would fail every program on it.
    if ((await file.stat()).isFile()) await file.chmod(MODE);
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** `code`: as the system names it, such as ENOTDIR. */
class NoFolder extends Error {
  override readonly name = 'NoFolder';
  readonly code: string | undefined;
  constructor(words: string, code: string | undefined) {
    super(words);
    this.code = code;
  }
}

/**
 * Makes the folder, and those above it that are missing, one by one: Node's own way to make all at once never ends below /proc. Throws an Error that names the
 * path which cannot be made, with its `code`.
 */
export async function makePrivateFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return;
  if (found !== null) throw new NoFolder(`${path} is no folder: name another`, 'ENOTDIR');
  if (dirname(path) !== path) await makePrivateFolder(dirname(path));
  await mkdir(path, { mode: FOLDER_MODE }).catch((error: NodeJS.ErrnoException) => {
    // Somebody else may have made it meanwhile.
    if (error.code !== 'EEXIST') throw new NoFolder(`${path} cannot be made (${error.code}): name another`, error.code);
  });
}
