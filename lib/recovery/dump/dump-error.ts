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

/**
 * What is to be done when a signal is aborted. All of it has one listener: adding one to the signal and removing it again takes several times as long as
 * to wait for a promise, and a backup waits some times for each of its files.
 */
const stops = new WeakMap<AbortSignal, Set<() => void>>();

function stopsOf(signal: AbortSignal): Set<() => void> {
  const known = stops.get(signal);
  if (known !== undefined) return known;
  const all = new Set<() => void>();
  stops.set(signal, all);
  signal.addEventListener('abort', () => all.forEach((stop) => stop()), { once: true });
  return all;
}

/** Settles as the promise does, but throws `Interrupted` as soon as the signal is aborted, since a server may answer minutes later or never. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  const all = stopsOf(signal);
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Interrupted());
    all.add(stop);
    if (signal.aborted) stop();
    void promise.then(resolve, reject).finally(() => all.delete(stop));
  });
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Pure: an error's words without the values of a duplicate key, which MongoDB and its tools repeat, and which may be personal data. */
export function withoutValues(words: string): string {
  return words.replace(/ dup key: .*/s, '');
}

/** "ENOSPC" and the like; empty where the error has no code. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Rights, limits of this process, and file systems of a network that is away. */
const KEPT_FROM: ReadonlySet<string> = new Set([
  'EACCES',
  'EAGAIN',
  'EBUSY',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETDOWN',
  'ENETUNREACH',
  'ENFILE',
  'ENOMEM',
  'ENOTCONN',
  'EPERM',
  'ESTALE',
  'ETIMEDOUT',
]);

/** Could a file not be looked at, for a reason that says nothing about what is in it? By the error's own code, or that of what caused it. */
export function isKeptFrom(error: unknown): boolean {
  if (KEPT_FROM.has(codeOf(error))) return true;
  return error instanceof Error && error.cause !== undefined && isKeptFrom(error.cause);
}
