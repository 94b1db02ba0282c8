import { BSON, type Document, MongoError, type MongoClient, MongoServerError } from 'mongodb';
import { type Duration, type Instant, SECOND, spell } from '../../../domain/time.ts';
import { halvesOf } from '../../dump/backup-names.ts';
import { within } from '../../dump/within.ts';

/** Until when is read, by which clock. */
export type Bounds = {
  readonly deadline: Instant;
  readonly now: () => Instant;
  /** Longest single read; a minute if left out. */
  readonly readLimit?: Duration | undefined;
  /** Told what is being read, whenever a step of a validation begins or ends. */
  readonly onSteps?: ((underWay: readonly string[]) => void) | undefined;
};

/** What callers hand over: `now` is the machine's clock if left out; `only` are databases to look at, all but the server's own if left out. */
export type Asked = { readonly deadline: Instant; readonly now?: () => Instant; readonly only?: readonly string[] } & Pick<
  Bounds,
  'readLimit' | 'onSteps'
>;

/**
 * `out-of-time`: the deadline of the whole came first. `slow`: the one read took longer than any is given. `unreachable`: network, elections,
 * shutdowns. `unclear`: missing rights, an error of no known kind. `refused`: the server answered that it cannot read this.
 */
export type TroubleKind = 'out-of-time' | 'slow' | 'unreachable' | 'unclear' | 'refused';

/** Why something could not be read: operation, resource and cause, without an address and a password. */
export class ReadError extends Error {
  readonly kind: TroubleKind;
  readonly reason: string;
  constructor(kind: TroubleKind, what: string, reason: string) {
    super(`${what}: ${reason}`);
    this.name = 'ReadError';
    this.kind = kind;
    this.reason = reason;
  }
}

/** Longest single read of a run; a count or sample that takes longer says nothing about the data, only about the sandbox's size. */
export const READ_LIMIT: Duration = 60 * SECOND;

/** Server errors that say nothing about the data (src/mongo/base/error_codes.yml of MongoDB): elections, shutdowns, lost cursors and hosts. */
const PASSING: ReadonlySet<unknown> = new Set([
  6, 7, 43, 63, 89, 91, 133, 134, 150, 189, 234, 237, 9001, 10107, 11600, 11601, 11602, 13388, 13435, 13436,
]);
/** Unauthorized, AuthenticationFailed, and Atlas's own. */
const DENIED: ReadonlySet<unknown> = new Set([13, 18, 8000]);
/** MaxTimeMSExpired, NetworkInterfaceExceededTimeLimit, ExceededTimeLimit. */
const LATE: ReadonlySet<unknown> = new Set([50, 202, 262]);

/**
 * One bounded read: `act` is handed the `maxTimeMS` to send, and is not waited for longer, so that a server that says nothing holds nobody up.
 * Throws `ReadError`.
 */
export async function boundedRead<T>(
  what: string,
  { deadline, now, readLimit = READ_LIMIT }: Bounds,
  act: (maxTimeMS: number) => Promise<T>,
): Promise<T> {
  const left = Math.floor(deadline - now());
  if (left <= 0) throw new ReadError('out-of-time', what, 'there was no time left for it');
  const limit = Math.min(left, readLimit);
  const late = new ReadError(left <= readLimit ? 'out-of-time' : 'slow', what, `no answer within ${spell(limit)}`);
  try {
    return await within(limit, act(limit), late);
  } catch (error) {
    throw error instanceof MongoServerError && LATE.has(error.code) ? late : readErrorOf(what, error);
  }
}

/** As `boundedRead`, but null where the collection is no longer there. */
export function boundedReadIfThere<T>(what: string, bounds: Bounds, act: (maxTimeMS: number) => Promise<T>): Promise<T | null> {
  return boundedRead<T | null>(what, bounds, (maxTimeMS) => act(maxTimeMS).catch(nullWhereGone));
}

/** "shop.orders" as the driver's collection. Text that is no UTF-8 may well be so in the source too, and is no failed restore. */
export function collectionOf(client: MongoClient, namespace: string): ReturnType<ReturnType<MongoClient['db']>['collection']> {
  const { database, collection } = halvesOf(namespace);
  return client.db(database).collection<Document>(collection, { enableUtf8Validation: false });
}

/** Pure: what a thrown thing says about the data. */
export function readErrorOf(what: string, error: unknown): ReadError {
  if (error instanceof ReadError) return error;
  if (error instanceof MongoServerError) {
    const words = `the server answered ${error.codeName ?? `code ${String(error.code)}`}: ${error.message}`;
    return new ReadError(serverTrouble(error), what, words);
  }
  if (error instanceof BSON.BSONError) return new ReadError('refused', what, `a document cannot be decoded: ${error.message}`);
  if (error instanceof MongoError) return new ReadError('unreachable', what, `the server could not be reached (${error.name})`);
  return new ReadError('unclear', what, error instanceof Error ? `${error.name}: ${error.message}` : 'an unknown error');
}

function serverTrouble(error: MongoServerError): TroubleKind {
  if (DENIED.has(error.code)) return 'unclear';
  return PASSING.has(error.code) || error.hasErrorLabel('RetryableError') ? 'unreachable' : 'refused';
}

/** 26 is NamespaceNotFound. */
function nullWhereGone(error: unknown): null {
  if (error instanceof MongoServerError && error.code === 26) return null;
  throw error;
}
