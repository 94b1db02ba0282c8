import { MongoClient, MongoServerError } from 'mongodb';
import { createRedactor } from '../../domain/redact.ts';
import { type Duration, SECOND, spell } from '../../domain/time.ts';

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

/** Connected within `timeoutMs` (milliseconds), or `ConnectError`. The caller closes it. Reads go to the primary unless the address says otherwise. */
export async function connect(uri: string, { timeoutMs }: { readonly timeoutMs: number }): Promise<MongoClient> {
  const client = clientOf(uri, timeoutMs);
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A look-up of an SRV record has no limit of its own.
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(unreachable(timeoutMs, 'no answer')), timeoutMs)));
  try {
    const connecting = client.connect();
    await Promise.race([connecting, late]);
    return client;
  } catch (error) {
    // Not waited for: closing may wait for the very server that does not answer.
    client.close().catch(() => undefined);
    throw connectErrorOf(error, uri, timeoutMs);
  } finally {
    clearTimeout(timer);
  }
}

function clientOf(uri: string, timeoutMs: number): MongoClient {
  try {
    return new MongoClient(uri, {
      appName: 'restorable',
      serverSelectionTimeoutMS: Math.ceil(timeoutMs * DRIVERS_SHARE),
      connectTimeoutMS: Math.ceil(timeoutMs * DRIVERS_SHARE),
      socketTimeoutMS: SOCKET_TIMEOUT,
      maxPoolSize: POOL,
      minPoolSize: 0,
      waitQueueTimeoutMS: SOCKET_TIMEOUT,
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
  return [uri, ...parts.flatMap((part) => [part, decoded(part)])].filter((part) => part.length > 1);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
