import { createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Channel, Notification, Outcome } from '../../../lib/deliver/attempt/channel.ts';
import { openChannels, type ChannelSettings } from '../../../lib/deliver/channels/registry.ts';
import { incidentOf, notificationOf } from '../notifications.ts';

/** Long enough for an answer on this machine under load, short enough to wait for when none comes. */
const TIMEOUT = 1_500;

/** One channel with a real provider's emulator behind it. */
export type Rig = {
  readonly settings: Partial<ChannelSettings>;
  readonly secrets: readonly string[];
  /** Requests (mail: sessions that reached the first command) so far. */
  readonly asked: () => number;
  /** What people see, doubles that the provider or a reader folds together counted once. */
  readonly received: () => number;
  readonly refused: () => readonly string[];
  readonly hang: () => void;
  /** The message is taken, the answer is lost; once. */
  readonly lose: () => void;
  /** A refusal that repeats this text. */
  readonly echo: (text: string) => void;
  readonly heal: () => void;
  readonly close: () => Promise<void>;
};

/** One whose provider is spoken to by HTTP. */
export type HttpRig = Rig & {
  /** The message is taken, and something in between answers with this status and a page of HTML; once. */
  readonly gateway: (status: number) => void;
};

/** One answer of the provider: its name, how to make the rig give it, and what it has to come to. */
export type AnswerCase<R extends Rig> = readonly [name: string, give: (rig: R) => void, result: Outcome['result'], retryAfter?: number];

/** Opens the one channel that the settings configure. */
export function openOne(settings: Partial<ChannelSettings>, timeout = TIMEOUT): Channel {
  const [channel] = openChannels({ ...settings, secrets: [] }, timeout);
  if (channel === undefined) throw new Error('the settings configure no channel');
  return channel;
}

export function send(channel: Channel, notification: Notification = notificationOf()): Promise<Outcome> {
  return channel.send(notification, new AbortController().signal);
}

/** A port that was free a moment ago. */
export function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      // A server on a TCP port has an AddressInfo, never a pipe's name.
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** What every channel owes, whatever its provider answers. Returns the rig of the tests that follow. */
export function channelContract<R extends Rig>(name: string, start: () => Promise<R>, answers: readonly AnswerCase<R>[]): () => R {
  let current: R | null = null;
  const rig = (): R => {
    if (current === null) throw new Error('the rig runs only inside tests');
    return current;
  };
  beforeAll(async () => {
    current = await start();
  });
  afterEach(() => rig().heal());
  afterAll(() => rig().close());

  describe(`${name}: what an answer comes to`, () => {
    test('the documented acceptance is accepted, with a receipt, by a request that the provider documents', async () => {
      expect(await send(openOne(rig().settings))).toEqual({ result: 'accepted', receipt: expect.stringMatching(/./) });
      expect(rig().refused()).toEqual([]);
    });

    test.for(answers)('%s', async ([, give, result, retryAfter]) => {
      give(rig());
      const before = rig().asked();
      const outcome = await send(openOne(rig().settings));
      expect(outcome).toMatchObject(retryAfter === undefined ? { result } : { result, retryAfter });
      expect(rig().asked() - before, 'the SDK must not repeat the request by itself').toBe(1);
    });
  });

  describe(`${name}: when nothing is certain`, () => {
    test('a provider that hangs is unknown when the time is up', async () => {
      rig().hang();
      const began = performance.now();
      expect(await send(openOne(rig().settings, 300))).toMatchObject({ result: 'unknown' });
      expect(performance.now() - began).toBeLessThan(2_000);
    });

    test('a caller who gives up has an outcome at once', async () => {
      rig().hang();
      const outcome = await openOne(rig().settings, 15_000).send(notificationOf(), AbortSignal.timeout(200));
      expect(['unknown', 'failed']).toContain(outcome.result);
    });

    test('after a lost answer the second attempt leaves one message', async () => {
      const notification = notificationOf({ key: 'lost-once', incidents: [incidentOf({ id: 'lost-once' })] });
      const before = rig().received();
      rig().lose();
      expect(await send(openOne(rig().settings), notification)).toMatchObject({ result: 'unknown' });
      rig().heal();
      expect(await send(openOne(rig().settings), { ...notification, ambiguous: true })).toMatchObject({ result: 'accepted' });
      expect(rig().received() - before).toBe(1);
    });
  });

  test(`${name}: a recipient that is no longer configured is refused, not thrown about`, async () => {
    const channel = openOne(rig().settings);
    const outcome = await send(channel, notificationOf({ recipient: 99 }));
    expect(['rejected', 'accepted']).toContain(outcome.result);
  });

  test(`${name}: no secret is in an error that a provider echoes it in`, async () => {
    const { secrets, settings } = rig();
    rig().echo(
      secrets.map((secret) => `${secret} ${encodeURIComponent(secret)} ${Buffer.from(`user:${secret}`).toString('base64')}`).join(' '),
    );
    const outcome = await send(openOne(settings));
    expect(outcome.result).not.toBe('accepted');
    const said = JSON.stringify(outcome);
    for (const secret of secrets) {
      expect(said).not.toContain(secret);
      expect(said).not.toContain(Buffer.from(`user:${secret}`).toString('base64').slice(8, -4));
    }
  });
  return rig;
}

/** What a channel over HTTP owes besides. */
export function gatewayContract(name: string, rig: () => HttpRig, statuses: readonly number[] = [200, 302, 500, 502, 504]): void {
  test.for(statuses)(`${name}: a message taken behind a gateway’s %i goes again, and is one message`, async (status) => {
    const { gateway, received, heal, settings } = rig();
    const notification = notificationOf({ key: `gateway-${status}`, incidents: [incidentOf({ id: `gateway-${status}` })] });
    const before = received();
    gateway(status);
    expect(await send(openOne(settings), notification)).toMatchObject({ result: 'unknown' });
    heal();
    expect(await send(openOne(settings), { ...notification, ambiguous: true })).toMatchObject({ result: 'accepted' });
    expect(received() - before).toBe(1);
  });
}
