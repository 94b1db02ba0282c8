import { type FileHandle, open } from 'node:fs/promises';

/** Evidence names people, hosts and databases: its owner alone reads it, also where an earlier file of that name was open to others. */
const MODE = 0o600;

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
