import { MongoClient } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { sessionsOf } from '../../../../lib/recovery/dump/back-up/sessions.ts';

describe('sessions for reading collections', () => {
  test('are one for each reader at a time, and those given back are used again', async () => {
    const client = new MongoClient('mongodb://127.0.0.1:1/');
    const sessions = sessionsOf(client);
    const [first, second] = [sessions.take(), sessions.take()];
    expect(second).not.toBe(first);
    sessions.release(first);
    expect(sessions.take()).toBe(first);
    expect(sessions.take()).not.toBe(second);
    await client.close();
    expect([first.hasEnded, second.hasEnded]).toEqual([true, true]);
  });
});
