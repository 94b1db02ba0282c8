/** What is wrong with a backup or with writing one, with the file and, where it is known, the byte at which it goes wrong. */
export class BackupError extends Error {
  readonly file: string | null;
  /** Bytes from the start of the uncompressed BSON; null where no place in the file is known. */
  readonly offset: number | null;

  constructor(message: string, file: string | null = null, offset: number | null = null, cause?: unknown) {
    super(message, { cause });
    this.name = 'BackupError';
    this.file = file;
    this.offset = offset;
  }
}

/** A person stopped it; nothing is wrong. */
export class Interrupted extends Error {
  constructor(message = 'interrupted; nothing is left of what it had begun') {
    super(message);
    this.name = 'Interrupted';
  }
}

/** Settles as the promise does, but throws `Interrupted` as soon as the signal is aborted, since a server may answer minutes later or never. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(new Interrupted());
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** "ENOSPC" and the like; empty where the error has no code. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
