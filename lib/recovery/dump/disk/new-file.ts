import { closeSync, fdatasync, openSync, read, readSync, write, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isOnLocalDisk } from './local-disk.ts';

/**
 * A file that a backup writes and then reads again; a test's own, or one on the disk. Each throws the file system's errors. What is done at once is answered
 * without a promise, since waiting for one that may be interrupted takes longer than the step.
 */
export type NewFile = {
  /** How many of the bytes were written. */
  readonly write: (bytes: Uint8Array) => number | Promise<number>;
  /** How many bytes it has put into `into`, from that place of the file on; 0 at its end. */
  readonly read: (into: Buffer, from: number) => number | Promise<number>;
  /** When it resolves, what was written until then is on the disk. */
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Makes a new file. Fails where one is there. */
export type Opener = (path: string) => Promise<NewFile>;

/** Readable by its owner alone, since it holds all the data. */
const OWNER_ONLY = 0o600;
/** For writing and reading; a file that is there may not be written over. */
const NEW = 'wx+';

/** How files are made below this folder, which is there. */
export async function openerFor(folder: string): Promise<Opener> {
  return (await isOnLocalDisk(folder)) ? openLocally : openOnDisk;
}

export const openOnDisk: Opener = async (path) => {
  const file = await open(path, NEW, OWNER_ONLY);
  return {
    write: async (bytes) => (await file.write(bytes)).bytesWritten,
    read: async (into, from) => (await file.read(into, 0, into.length, from)).bytesRead,
    sync: () => file.datasync(),
    close: () => file.close(),
  };
};

/** What is written and read at once. */
const SMALL = 64 * 1024;
const later = { write: promisify(write), read: promisify(read), sync: promisify(fdatasync) };

/**
 * On a local disk, each step of a small file takes less time than handing it to another thread does; with 1,500 small collections, that was half of the
 * processor's time. What is larger is handed over, since a disk that is busy makes it wait.
 */
const openLocally: Opener = async (path) => {
  const file = openSync(path, NEW, OWNER_ONLY);
  let busy: Promise<unknown> = Promise.resolve();
  /** Closing waits for what another thread still does with the number, which the next file gets. */
  function handedOver<T>(act: Promise<T>): Promise<T> {
    // Its result is forgotten: a write's has the bytes, and a file of 50 GB would be held in memory until it is closed.
    busy = Promise.allSettled([busy, act]).then(() => {});
    return act;
  }
  return {
    write: (bytes) => {
      if (bytes.length <= SMALL) return writeSync(file, bytes);
      return handedOver(later.write(file, bytes)).then(({ bytesWritten }) => bytesWritten);
    },
    read: (into, from) => {
      if (into.length <= SMALL) return readSync(file, into, 0, into.length, from);
      return handedOver(later.read(file, into, 0, into.length, from)).then(({ bytesRead }) => bytesRead);
    },
    sync: () => handedOver(later.sync(file)),
    close: async () => {
      await busy;
      closeSync(file);
    },
  };
};
