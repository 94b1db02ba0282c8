import type { MongoClient } from 'mongodb';
import { afterEach, expect, test, vi } from 'vitest';
import { SECOND } from '../../../lib/domain/time.ts';
import { NoAnswer } from '../../../lib/recovery/dump/interlock/ask-identity.ts';
import { withClient } from '../../../scripts/backup/take.ts';
import { startEmulatedMongo } from '../../emulators/mongodb/emulated-mongo.ts';

afterEach(() => void vi.useRealTimers());

test('what was done at a server that has fallen silent ends 5 s later, not when that server answers that we leave', async () => {
  const { uri, close } = await startEmulatedMongo();
  const screen = { say: () => {}, progress: () => {} };
  const ended = vi.fn<(error: unknown) => void>();
  const acting = Promise.withResolvers<MongoClient>();
  const done = withClient({ uri, timeoutMs: 5_000, signal: new AbortController().signal, screen }, (client) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    vi.spyOn(client, 'close').mockReturnValue(new Promise(() => {}));
    acting.resolve(client);
    return Promise.reject(new NoAnswer('no answer'));
  }).catch(ended);
  const client = await acting.promise;
  await vi.advanceTimersByTimeAsync(5 * SECOND - 1);
  expect(ended).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await done;
  expect(ended).toHaveBeenCalledExactlyOnceWith(new NoAnswer('no answer'));
  vi.useRealTimers();
  vi.restoreAllMocks();
  await client.close();
  await close();
});
