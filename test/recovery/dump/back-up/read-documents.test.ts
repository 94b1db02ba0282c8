import { BSON, type Document, MongoNetworkError, MongoServerError } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { type Ask, readByCommands, readByCursor } from '../../../../lib/recovery/dump/back-up/read-documents.ts';
import type { Batch } from '../../../../lib/recovery/dump/back-up/server-answer.ts';

const FIVE = Array.from({ length: 5 }, (_, n) => ({ _id: n, text: `document ${n}` }));
const FIND = { find: 'orders', noCursorTimeout: true };

function fileOf(documents: readonly object[]): Buffer {
  return Buffer.concat(documents.map((document) => BSON.serialize(document)));
}

async function all(batches: AsyncIterable<Batch>): Promise<{ readonly documents: number; readonly bytes: Buffer }> {
  const found = await Array.fromAsync(batches);
  return { documents: found.reduce((sum, one) => sum + one.documents, 0), bytes: Buffer.concat(found.map(({ bytes }) => bytes)) };
}

/** A server with a cursor of these answers; `commands` are what it is asked. An error is thrown in place of an answer. */
function serverOf(answers: readonly (readonly object[] | Error)[]): { readonly commands: Document[]; readonly ask: Ask } {
  const commands: Document[] = [];
  let place = 0;
  const ask: Ask = (command) => {
    commands.push(command);
    if ('killCursors' in command) return Promise.resolve(new Uint8Array());
    const answer = answers[place] ?? [];
    place += 1;
    if (answer instanceof Error) return Promise.reject(answer);
    const id = new BSON.Long(place < answers.length ? 7 : 0);
    return Promise.resolve(BSON.serialize({ id, ns: 'shop.orders', ['find' in command ? 'firstBatch' : 'nextBatch']: answer }));
  };
  return { commands, ask };
}

describe('a collection read by commands', () => {
  test('comes whole, by find and then getMore, and leaves no cursor', async () => {
    const { ask, commands } = serverOf([FIVE.slice(0, 2), FIVE.slice(2, 4), FIVE.slice(4)]);
    expect(await all(readByCommands(ask, FIND))).toEqual({ documents: 5, bytes: fileOf(FIVE) });
    expect(commands.map((command) => Object.keys(command)[0])).toEqual(['find', 'getMore', 'getMore']);
    expect(commands.at(-1)).toMatchObject({ getMore: new BSON.Long(7), collection: 'orders' });
  });

  test('takes one round trip where one answer has all', async () => {
    const { ask, commands } = serverOf([FIVE]);
    expect((await all(readByCommands(ask, FIND))).documents).toBe(5);
    expect(commands).toHaveLength(1);
  });

  test('may be empty, and may have empty answers', async () => {
    expect(await all(readByCommands(serverOf([[]]).ask, FIND))).toEqual({ documents: 0, bytes: Buffer.alloc(0) });
    expect((await all(readByCommands(serverOf([[], [], FIVE]).ask, FIND))).documents).toBe(5);
  });

  test('is asked for the next answer before the one at hand is written, and not for a third', async () => {
    const { ask, commands } = serverOf([FIVE, FIVE, FIVE]);
    const batches = readByCommands(ask, FIND);
    await batches.next();
    expect(commands).toHaveLength(2);
    await batches.return(undefined);
    expect(commands.at(-1)).toEqual({ killCursors: 'orders', cursors: [new BSON.Long(7)] });
  });

  test.for([
    ['14 bytes: as many as are ever asked for', { _id: 1 }, 50_000],
    ['1,000 bytes: 1 MB of them', { _id: 1, text: 'x'.repeat(975) }, 1_048],
    ['5 MB: one', { _id: 1, text: 'x'.repeat(5_000_000) }, 1],
  ] as const)('is asked, after documents of %s', async ([, document, size]) => {
    const { ask, commands } = serverOf([[document], []]);
    await all(readByCommands(ask, FIND));
    expect(commands.map(({ batchSize }) => batchSize)).toEqual([250, size]);
  });

  test.for([
    ['a lost connection', new MongoNetworkError('gone')],
    ['an election', new MongoServerError({ message: 'no primary', code: 189 })],
  ] as const)('begins again after %s', async ([, error]) => {
    const { ask, commands } = serverOf([error, FIVE]);
    expect((await all(readByCommands(ask, FIND))).documents).toBe(5);
    expect(commands).toHaveLength(2);
  });

  test.for([
    ['refused at its beginning', [new MongoServerError({ message: 'not authorized', code: 13 }), FIVE], 0],
    ['lost after its beginning, which documents came twice if it were begun again', [FIVE, new MongoNetworkError('gone'), FIVE], 1],
  ] as const)('fails where it is %s', async ([, answers, written]) => {
    const got: Batch[] = [];
    const reading = async (): Promise<void> => {
      for await (const batch of readByCommands(serverOf(answers).ask, FIND)) got.push(batch);
    };
    await expect(reading()).rejects.toThrow(/not authorized|gone/);
    expect(got).toHaveLength(written);
  });

  test('is left without waiting for a server that hangs when the backup is interrupted', async () => {
    const controller = new AbortController();
    const reading = readByCommands(() => new Promise<never>(() => {}), FIND, controller.signal).next();
    controller.abort();
    await expect(reading).rejects.toThrow('interrupted');
  });
});

describe('a collection read by the driver’s cursor', () => {
  function cursorOf(answers: readonly (readonly object[])[]) {
    const left = answers.values();
    let current: readonly object[] = [];
    const events: string[] = [];
    const cursor = {
      hasNext: (): Promise<boolean> => {
        current = left.next().value ?? [];
        events.push(`asked: ${current.length}`);
        return Promise.resolve(current.length > 0);
      },
      readBufferedDocuments: (): readonly Uint8Array[] => current.map((document) => BSON.serialize(document)),
      close: (): Promise<void> => Promise.resolve(void events.push('closed')),
    };
    return { events, cursor };
  }

  test('comes whole, and leaves no cursor', async () => {
    const { cursor, events } = cursorOf([FIVE.slice(0, 2), FIVE.slice(2)]);
    expect(await all(readByCursor(cursor))).toEqual({ documents: 5, bytes: fileOf(FIVE) });
    expect(events).toEqual(['asked: 2', 'asked: 3', 'asked: 0', 'closed']);
  });

  test('throws what the server answered once the batch before is written', async () => {
    const { cursor } = cursorOf([FIVE]);
    let asked = 0;
    const hasNext = (): Promise<boolean> => ((asked += 1) === 1 ? cursor.hasNext() : Promise.reject(new Error('cursor not found')));
    const batches = readByCursor({ ...cursor, hasNext });
    expect(await batches.next()).toMatchObject({ done: false, value: { documents: 5 } });
    await expect(batches.next()).rejects.toThrow('cursor not found');
  });

  test('is left without waiting for a server that hangs when the backup is interrupted', async () => {
    const controller = new AbortController();
    const never = (): Promise<never> => new Promise(() => {});
    const reading = readByCursor({ ...cursorOf([]).cursor, hasNext: never, close: never }, controller.signal).next();
    controller.abort();
    await expect(reading).rejects.toThrow('interrupted');
  });
});
