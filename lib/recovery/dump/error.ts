/** What is wrong with a backup or with writing one, with the file and, where it is known, the byte at which it goes wrong. */
export class BackupError extends Error {
  readonly file: string | null;
  /** Bytes from the start of the BSON, before compression; null where no place in the file is to blame. */
  readonly offset: number | null;

  constructor(message: string, file: string | null = null, offset: number | null = null, cause?: unknown) {
    super(message, { cause });
    this.name = 'BackupError';
    this.file = file;
    this.offset = offset;
  }
}

/** Ended by a person, not by a fault. */
export class Interrupted extends Error {
  constructor(message = 'interrupted; nothing is left of what it had begun') {
    super(message);
    this.name = 'Interrupted';
  }
}

/** As the promise, but `Interrupted` at once when the signal comes: what a server was asked may be answered minutes later, or never. */
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

/** Words of anything thrown. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** "ENOSPC" and the like; empty where the error has no code. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
