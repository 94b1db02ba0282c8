import { MongoClient, MongoServerError } from 'mongodb';
import { createRedactor } from '../../../domain/redact.ts';
import { percentDecoded } from '../../../domain/text.ts';
import { type Duration, SECOND, spell } from '../../../domain/time.ts';
import { within } from '../../dump/within.ts';

/** Why there is no connection: never with the address, the user's name or the password. */
export class ConnectError extends Error {
  readonly kind: 'address' | 'credentials' | 'unreachable';
  constructor(kind: ConnectError['kind'], message: string) {
    super(message);
    this.name = 'ConnectError';
    this.kind = kind;
  }
}

/** A few reads at a time, and one more for what the driver asks for itself. */
const POOL = 9;
/** A socket on which nothing comes for so long is given up; longer than any single read is waited for. */
const SOCKET_TIMEOUT: Duration = 90 * SECOND;
/** The driver gives up first, since it knows the reason. */
const DRIVERS_SHARE = 0.8;
/** AuthenticationFailed, and Atlas's own. */
const UNAUTHORIZED = new Set<unknown>([18, 8000]);

type Connecting = {
  /** Longest time until it is connected, in milliseconds. */
  readonly timeoutMs: number;
  /** Longest silence while a command is answered, in milliseconds; `NO_LIMIT` where a person waits. */
  readonly socketTimeoutMs?: number;
};

/** The driver's own word for no timeout. */
export const NO_LIMIT = 0;

/** Connected in time, or `ConnectError`. The caller closes it. Reads go to the primary unless the address says otherwise. */
export async function connect(uri: string, { timeoutMs, socketTimeoutMs = SOCKET_TIMEOUT }: Connecting): Promise<MongoClient> {
  // Without a limit, a connection that is being made to a silent server would stay: whether it answers is seen by one that has a limit.
  if (socketTimeoutMs === NO_LIMIT) await (await connect(uri, { timeoutMs })).close();
  const client = clientOf(uri, timeoutMs, socketTimeoutMs);
  try {
    // A look-up of an SRV record has no limit of its own.
    await within(timeoutMs, client.connect(), unreachable(timeoutMs, 'no answer'));
    return client;
  } catch (error) {
    // Not waited for: closing may wait for the very server that does not answer.
    client.close().catch(() => undefined);
    throw connectErrorOf(error, uri, timeoutMs);
  }
}

function clientOf(uri: string, timeoutMs: number, socketTimeoutMS: number): MongoClient {
  try {
    return new MongoClient(uri, {
      appName: 'restorewatch',
      serverSelectionTimeoutMS: Math.ceil(timeoutMs * DRIVERS_SHARE),
      // The driver's own connection has this limit too, and where that gets no answer, it ends every command that is under way.
      connectTimeoutMS: socketTimeoutMS === NO_LIMIT ? NO_LIMIT : Math.ceil(timeoutMs * DRIVERS_SHARE),
      socketTimeoutMS,
      maxPoolSize: POOL,
      minPoolSize: 0,
      waitQueueTimeoutMS: socketTimeoutMS === NO_LIMIT ? NO_LIMIT : SOCKET_TIMEOUT,
      retryReads: true,
      retryWrites: false,
    });
  } catch {
    // The driver's own words repeat parts of the address.
    throw new ConnectError(
      'address',
      'the connection string cannot be read: write mongodb://… or mongodb+srv://…, with special characters of the password percent-encoded',
    );
  }
}

function connectErrorOf(error: unknown, uri: string, timeoutMs: number): ConnectError {
  if (error instanceof ConnectError) return error;
  if (error instanceof MongoServerError && UNAUTHORIZED.has(error.code))
    return new ConnectError('credentials', 'the server refused the user name or the password of the connection string');
  const words = error instanceof Error ? error.message : 'an unknown error';
  return unreachable(timeoutMs, createRedactor(secretsIn(uri)).redact(words));
}

function unreachable(timeoutMs: number, why: string): ConnectError {
  return new ConnectError(
    'unreachable',
    `no server could be reached within ${spell(timeoutMs)} (${why}): see that it runs and that its IP access list lets this machine in`,
  );
}

/** The address, the user's name and the password, as written and as meant. */
function secretsIn(uri: string): readonly string[] {
  const [, userinfo = ''] = /^[^/]*:\/\/([^/?]*)@/.exec(uri) ?? [];
  const colon = userinfo.indexOf(':');
  const parts = colon === -1 ? [userinfo] : [userinfo, userinfo.slice(0, colon), userinfo.slice(colon + 1)];
  return [uri, ...parts.flatMap((part) => [part, percentDecoded(part)])];
}
