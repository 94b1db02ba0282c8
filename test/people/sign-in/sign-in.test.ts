import { beforeEach, describe, expect, test, vi } from 'vitest';
import { HOUR, SECOND } from '../../../lib/domain/time.ts';
import { createSignIn, type SignIn, type Verdict } from '../../../lib/people/sign-in/sign-in.ts';

/** What one hash takes here. */
const HASH_MS = 200;
const RIGHT = 'the right password';
const ALICE = { name: 'alice', hash: 'hash-of-alice' };
const HOME = '198.51.100.1';

let hashes: number;
/** The numbers of ANSI C's example generator, so that a run can be repeated. */
let chance: number;
let signIn: SignIn;

/** Fake time: each hash takes 200 ms of it. */
beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 21) });
  hashes = 0;
  chance = 1;
  signIn = createSignIn({
    now: Date.now,
    random: () => (chance = (chance * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31,
    timer: (after, act) => {
      const timeout = setTimeout(act, after);
      return () => clearTimeout(timeout);
    },
    verify: async (password, hash) => {
      hashes += 1;
      await new Promise((resolve) => setTimeout(resolve, HASH_MS));
      return hash === 'hash-of-alice' && password === RIGHT;
    },
  });
  return () => void vi.useRealTimers();
});

const asAlice = (password: string, address = HOME): Promise<Verdict> => signIn({ ...ALICE, password, address });

/** The verdict, and how long it took, while time goes on by itself. */
async function timed(attempt: Promise<Verdict>): Promise<{ readonly verdict: Verdict; readonly after: number }> {
  const began = Date.now();
  let end: { readonly verdict: Verdict; readonly after: number } | null = null;
  void attempt.then((verdict) => (end = { verdict, after: Date.now() - began }));
  while (end === null) await vi.advanceTimersByTimeAsync(10);
  return end;
}

/** Clients that guess, each again 50 ms after it was answered, until the returned function is called. */
function guessing(clients: readonly { readonly address: string; readonly name: (guess: number) => string }[]): () => void {
  let goesOn = true;
  const guess = async (client: (typeof clients)[number], number: number): Promise<void> => {
    for (let count = 0; goesOn; count += 1) {
      const name = client.name(count);
      await signIn({ name, hash: name === 'alice' ? ALICE.hash : 'nobody', password: `wrong ${number} ${count}`, address: client.address });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  for (const [number, client] of clients.entries()) void guess(client, number);
  return () => (goesOn = false);
}

describe('credentials', () => {
  test('that are equal and come at once from one address share one hash', async () => {
    const all = Promise.all(Array.from({ length: 20 }, () => asAlice(RIGHT)));
    await vi.advanceTimersByTimeAsync(HASH_MS);
    expect(await all).toEqual(Array(20).fill('right'));
    expect(hashes).toBe(1);
  });

  test.for([
    ['right', RIGHT],
    ['wrong', 'the wrong password'],
  ] as const)('that are equal, %s, and come at once from five addresses share one hash', async ([verdict, password]) => {
    const all = Promise.all(Array.from({ length: 5 }, (_, index) => asAlice(password, `198.51.100.${index}`)));
    await vi.advanceTimersByTimeAsync(HASH_MS);
    expect(await all).toEqual(Array(5).fill(verdict));
    expect(hashes).toBe(1);
  });

  test('that are equal share a wrong verdict with each address that sent them, of which each has failed', async () => {
    const other = '198.51.100.2';
    const both = Promise.all([asAlice('wrong', HOME), asAlice('wrong', other)]);
    await vi.advanceTimersByTimeAsync(HASH_MS);
    expect([await both, hashes]).toEqual([['wrong', 'wrong'], 1]);
    // A third address, which has not failed, is hashed beside the first; one that has failed waits.
    const later = [asAlice('one', HOME), asAlice('two', other), asAlice('three', '203.0.113.3')];
    await vi.advanceTimersByTimeAsync(1);
    expect(hashes).toBe(3);
    await vi.advanceTimersByTimeAsync(2 * HASH_MS);
    expect(await Promise.all(later)).toEqual(['wrong', 'wrong', 'wrong']);
  });

  test.for([
    ['one millisecond less than 12 h', 12 * HOUR - 1, 1],
    ['12 h', 12 * HOUR, 2],
  ] as const)('that were verified %s ago have cost so many hashes', async ([, age, expected]) => {
    await timed(asAlice(RIGHT));
    vi.setSystemTime(Date.now() + age);
    expect((await timed(asAlice(RIGHT))).verdict).toBe('right');
    expect(hashes).toBe(expected);
  });

  test('that were verified are forgotten once the stored hash is another', async () => {
    await timed(asAlice(RIGHT));
    expect((await timed(signIn({ ...ALICE, hash: 'new-hash', password: RIGHT, address: HOME }))).verdict).toBe('wrong');
  });

  test('that are wrong are hashed each time, and never remembered', async () => {
    for (let count = 0; count < 3; count += 1) expect((await timed(asAlice('wrong'))).verdict).toBe('wrong');
    expect(hashes).toBe(3);
  });

  test('under an unknown name take as long as a wrong password', async () => {
    const known = await timed(asAlice('wrong'));
    expect(await timed(signIn({ name: 'nobody', hash: 'nobody', password: 'wrong', address: HOME }))).toEqual(known);
  });
});

describe('whoever has the right password gets in at the first try within 2 s', () => {
  const others = (count: number) => Array.from({ length: count }, (_, index) => `203.0.113.${index}`);
  test.for([
    ['40 clients of one other address guess his password', others(40).map(() => ({ address: '203.0.113.1', name: () => 'alice' }))],
    ['40 clients of 40 other addresses guess his password', others(40).map((address) => ({ address, name: () => 'alice' }))],
    ['40 clients of 40 other addresses guess names', others(40).map((address) => ({ address, name: (guess: number) => `user${guess}` }))],
    ['40 clients behind his own address guess another user’s password', others(40).map(() => ({ address: HOME, name: () => 'bob' }))],
  ] as const)('while %s', async ([, clients]) => {
    for (const before of [100, 1_000, 30_000, 300_000]) {
      vi.setSystemTime(Date.now() + HOUR * 13);
      const stop = guessing(clients);
      await vi.advanceTimersByTimeAsync(before);
      const { verdict, after } = await timed(asAlice(RIGHT));
      expect({ before, verdict }).toEqual({ before, verdict: 'right' });
      expect(after, `after ${before} ms of guessing`).toBeLessThanOrEqual(2 * SECOND);
      stop();
      await vi.advanceTimersByTimeAsync(20 * SECOND);
    }
  });

  test('except while 40 clients behind his own address guess his own password: then he is told that it is busy, or gets in, within a minute', async () => {
    const stop = guessing(Array.from({ length: 40 }, () => ({ address: HOME, name: () => 'alice' })));
    await vi.advanceTimersByTimeAsync(60 * SECOND);
    const began = Date.now();
    const verdicts: Verdict[] = [];
    while (!verdicts.includes('right')) verdicts.push((await timed(asAlice(RIGHT))).verdict);
    expect(verdicts).not.toContain('wrong');
    expect(Date.now() - began).toBeLessThanOrEqual(60 * SECOND);
    stop();
  });

  test.for([
    ['an IPv4 network', (guess: number) => `203.0.113.${guess % 256}`],
    ['an IPv6 network', (guess: number) => `2001:db8:7:${guess.toString(16)}::/64`],
  ] as const)('within three hashes while 40 clients guess from a new address of %s each time', async ([, addressOf]) => {
    let [guesses, goesOn] = [0, true];
    const guess = async (): Promise<void> => {
      while (goesOn) {
        guesses += 1;
        await asAlice(`wrong ${guesses}`, addressOf(guesses));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    for (let client = 0; client < 40; client += 1) void guess();
    await vi.advanceTimersByTimeAsync(3 * SECOND);
    const attempt = asAlice(RIGHT);
    // Each of them has a new address by the time when the next hash begins.
    for (let others = 0; others < 20; others += 1) void asAlice(`wrong too ${others}`, addressOf(100 + others));
    const { verdict, after } = await timed(attempt);
    goesOn = false;
    expect(verdict).toBe('right');
    expect(after).toBeLessThanOrEqual(3 * HASH_MS);
  });

  test('at once, if he has signed in before, however many guess at his own address', async () => {
    await timed(asAlice(RIGHT));
    const stop = guessing(Array.from({ length: 100 }, () => ({ address: HOME, name: () => 'alice' })));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await timed(asAlice(RIGHT))).toEqual({ verdict: 'right', after: expect.closeTo(0, -2) });
    stop();
  });
});

describe('a queue that is full', () => {
  let guesses = 0;

  /** The verdicts that are there right away, and how many still wait. */
  async function atOnce(addresses: readonly string[]): Promise<{ readonly busy: number; readonly wait: number }> {
    const verdicts: Verdict[] = [];
    for (const address of addresses) void asAlice(`wrong ${(guesses += 1)}`, address).then((verdict) => verdicts.push(verdict));
    await vi.advanceTimersByTimeAsync(0);
    return { busy: verdicts.filter((verdict) => verdict === 'busy').length, wait: addresses.length - verdicts.length };
  }

  test('of one address has room for 64 beside the one that is hashed; the 66th is told that it is busy, not that it is wrong', async () => {
    expect(await atOnce(Array(65).fill(HOME))).toEqual({ busy: 0, wait: 65 });
    expect(await atOnce([HOME])).toEqual({ busy: 1, wait: 0 });
    expect(await atOnce(['198.51.100.2'])).toEqual({ busy: 0, wait: 1 });
  });

  test('of all addresses has room for 256 beside the two that are hashed', async () => {
    const addresses = Array.from({ length: 258 }, (_, index) => `2001:db8:0:${index}::/64`);
    expect(await atOnce(addresses)).toEqual({ busy: 0, wait: 258 });
    expect(await atOnce(['198.51.100.2'])).toEqual({ busy: 1, wait: 0 });
  });

  test('gives the place of a name that failed to one that did not', async () => {
    await timed(asAlice('wrong'));
    await atOnce(Array(65).fill(HOME));
    expect((await timed(signIn({ name: 'bob', hash: 'bob', password: 'wrong', address: HOME }))).verdict).toBe('wrong');
  });

  test('lets nobody wait for longer than 10 s', async () => {
    const began = Date.now();
    const ends: (readonly [Verdict, number])[] = [];
    for (let count = 0; count < 65; count += 1)
      void asAlice(`wrong ${(guesses += 1)}`).then((verdict) => ends.push([verdict, Date.now() - began]));
    await vi.advanceTimersByTimeAsync(30 * SECOND);
    const busy = ends.filter(([verdict]) => verdict === 'busy').map(([, after]) => after);
    expect(ends).toHaveLength(65);
    expect(busy.length).toBeGreaterThan(5);
    expect(new Set(busy)).toEqual(new Set([10 * SECOND]));
  });
});

describe('limits', () => {
  async function hashesWithin(ms: number): Promise<number> {
    const before = hashes;
    await vi.advanceTimersByTimeAsync(ms);
    return hashes - before;
  }

  test('an address that failed more than 50 times has a hash each half second, until ten minutes after the first failure', async () => {
    for (let count = 0; count < 51; count += 1) await timed(asAlice(`wrong ${count}`));
    const stop = guessing(Array.from({ length: 10 }, () => ({ address: HOME, name: () => 'alice' })));
    expect(await hashesWithin(10 * SECOND)).toBeGreaterThanOrEqual(19);
    expect(await hashesWithin(10 * SECOND)).toBeLessThanOrEqual(21);
    stop();
    await vi.advanceTimersByTimeAsync(600 * SECOND);
    const again = guessing(Array.from({ length: 10 }, () => ({ address: HOME, name: () => 'alice' })));
    expect(await hashesWithin(2 * SECOND)).toBeGreaterThanOrEqual(9);
    again();
  });

  test('are over at once when the clock is set back', async () => {
    for (let count = 0; count < 52; count += 1) await timed(asAlice(`wrong ${count}`));
    vi.setSystemTime(Date.now() - 5 * SECOND);
    expect((await timed(asAlice(RIGHT))).after).toBeLessThanOrEqual(2 * HASH_MS);
  });

  test('a name that failed more than 200 times anywhere has a hash each half second for addresses that failed too', async () => {
    const addresses = Array.from({ length: 41 }, (_, index) => `203.0.113.${index}`);
    for (const address of addresses) for (let count = 0; count < 5; count += 1) await timed(asAlice(`wrong ${count}`, address));
    const stop = guessing(addresses.map((address) => ({ address, name: () => 'alice' })));
    await vi.advanceTimersByTimeAsync(SECOND);
    expect(await hashesWithin(10 * SECOND)).toBeLessThanOrEqual(21);
    const { verdict, after } = await timed(asAlice(RIGHT));
    expect(verdict).toBe('right');
    expect(after).toBeLessThanOrEqual(SECOND);
    stop();
  });
});
