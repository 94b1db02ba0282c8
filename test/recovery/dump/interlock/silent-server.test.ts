import type { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { askIdentity } from '../../../../lib/recovery/dump/interlock/ask-identity.ts';
import { identitiesIn } from '../../../../lib/recovery/dump/interlock/created-collections.ts';
import { serverTime, takeLease, type User } from '../../../../lib/recovery/dump/interlock/sandbox-lease.ts';
import { readKept } from '../../../../lib/recovery/dump/interlock/sandbox-mark.ts';
import { identityOf } from '../../../../lib/recovery/dump/interlock/server-identity.ts';
import { notApart } from '../../../../lib/recovery/dump/interlock/source-proof.ts';
import { collectionsIn } from '../../../../lib/recovery/dump/restore/restore-target.ts';
import { peoplesDatabases } from '../../../../lib/recovery/dump/restore/take-target.ts';

const MACHINE = { name: 'desk', addresses: [], lookup: async () => [] };
const USER: User = { id: '1', owner: 'Ada', host: 'desk', process: null, what: 'validate of /a', namespaces: [] };
const IDENTITY = identityOf('mongodb://h/', { isWritablePrimary: true });

/** A server that the driver is connected to, and that answers only the commands of this many first calls. */
function silent(answers = 0): MongoClient {
  let left = answers;
  const never = (): Promise<never> => new Promise(() => {});
  const command = async (): Promise<object> => ((left -= 1) < 0 ? never() : { localTime: new Date(0) });
  const collection = () => ({ findOne: never, insertOne: never, updateOne: never });
  const db = () => ({ command, collection, admin: () => ({ listDatabases: never }), listCollections: () => ({ toArray: never }) });
  // Proof: these are all the calls that the functions below make.
  return { db, options: { hosts: [] } } as unknown as MongoClient;
}

describe('a server that does not answer is given up after 30 seconds, not before, by', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test.for<[string, () => Promise<unknown>]>([
    ['the question who it is', () => askIdentity(silent(), 'mongodb://h/', MACHINE)],
    ['the question what time it is', () => serverTime(silent())],
    ['the reading of its mark', () => readKept(silent())],
    ['the list of its databases', () => peoplesDatabases(silent())],
    ['the list of a database’s collections', () => collectionsIn(silent(), 'shop')],
    ['the list of what was created', () => identitiesIn(silent(), 'shop')],
    ['the taking of a free target', () => takeLease(silent(1), USER, { previous: null, isGone: () => false })],
    ['the taking of a marked target', () => takeLease(silent(1), USER, { previous: { _id: 'sandbox', mark: null }, isGone: () => false })],
  ])('%s', async ([, ask]) => {
    const ended = vi.fn<(words: unknown) => void>();
    const asking = ask().then(ended, (error: Error) => ended(error.message));
    await vi.advanceTimersByTimeAsync(29_999);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await asking;
    expect(ended).toHaveBeenCalledExactlyOnceWith('the server gave no answer within 30 s');
  });

  test('the look for the nonce at a source, and the target is refused', async () => {
    const source = { variable: 'MONGODB_URI', identity: IDENTITY, client: silent(), trouble: null };
    const looking = notApart('nonce', IDENTITY, [source]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await looking).toContain('cannot be told (the server gave no answer within 30 s)');
  });
});
