import { describe, expect, test } from 'vitest';
import { CHANNEL_TRAITS } from '../../lib/deliver/channels/registry.ts';
import { withClaims } from '../../lib/deliver/claims.ts';
import { deliver } from '../../lib/deliver/deliver.ts';
import { type HeadAccess, openOutcomes, type Outcomes } from '../../lib/deliver/outcomes.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { Delivery } from '../../lib/domain/incidents/incident.ts';
import { type Duration, MINUTE, type Timer } from '../../lib/domain/time.ts';
import { ACCEPTED, sender, FAILED, holding, recorder } from '../support/sender.ts';
import { NOW } from '../support/facts.ts';
import { delivery, head, incident } from '../support/incidents.ts';

function claimed(id: string, changes: Partial<Delivery> = {}): Delivery {
  return delivery('sms', [id], { claim: { owner: 'run-1', until: NOW + 1 }, attempts: 1, ...changes });
}

/** A head whose swaps end when they are let; `swap` fails the one under way. */
function slowly(start: Head): HeadAccess & { readonly swaps: () => number; readonly swap: (failure?: Error) => Promise<void> } {
  let current = start;
  const waiting: ((failure?: Error) => void)[] = [];
  let swaps = 0;
  return {
    head: () => current,
    swaps: () => swaps,
    update: ({ apply }) => {
      swaps += 1;
      const { promise, resolve, reject } = Promise.withResolvers<Head>();
      waiting.push((failure) => {
        if (failure) return reject(failure);
        current = apply(current);
        return resolve(current);
      });
      return promise;
    },
    swap: async (failure) => {
      waiting.shift()?.(failure);
      await turn();
    },
  };
}

/** Everything that can go on without a swap has gone on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

type Opened = {
  readonly access: ReturnType<typeof slowly>;
  readonly outcomes: Outcomes;
  readonly pass: (time: Duration) => void;
  /** Ends a rest, if one is on; its length. */
  readonly endRest: () => Duration | null;
};

function opened(...deliveries: readonly Delivery[]): Opened {
  return openedWith(new Set(deliveries.map(({ key }) => key)), ...deliveries);
}

/** `begun`: the keys whose sending has begun. */
function openedWith(begun: ReadonlySet<string>, ...deliveries: readonly Delivery[]): Opened {
  const access = slowly(head({ deliveries, incidents: deliveries.flatMap(({ incidents }) => incidents).map((id) => incident(id)) }));
  let [now, rest]: [number, { readonly after: Duration; readonly act: () => void } | null] = [NOW, null];
  const timer: Timer = (after, act) => {
    rest = { after, act };
    return () => void (rest = null);
  };
  const endRest = (): Duration | null => {
    const on = rest;
    on?.act();
    return on?.after ?? null;
  };
  const outcomes = openOutcomes(access, {
    owner: 'run-1',
    now: () => now,
    timer,
    channels: CHANNEL_TRAITS,
    begun: (key) => begun.has(key),
  });
  return { access, outcomes, pass: (time) => void (now += time), endRest };
}

describe('outcomes', () => {
  const [a, b, c] = [claimed('a'), claimed('b'), claimed('c')];

  test('that are reported together share a swap, and those reported during it share the next', async () => {
    const { access, outcomes } = opened(a, b, c);
    outcomes.report(a, ACCEPTED);
    outcomes.report(b, FAILED);
    await turn();
    outcomes.report(c, ACCEPTED);
    const done = outcomes.stored();
    await access.swap();
    expect([access.swaps(), access.head().deliveries.map(({ state }) => state)]).toEqual([2, ['accepted', 'owed', 'owed']]);
    await access.swap();
    await done;
    expect(access.head().deliveries.map(({ state, claim }) => [state, claim])).toEqual([
      ['accepted', null],
      ['owed', null],
      ['accepted', null],
    ]);
  });

  test('of accepted messages keep the name that they went to; those of others keep none', async () => {
    const { access, outcomes } = opened(a, b, c);
    outcomes.report(a, ACCEPTED, '+1…5010');
    outcomes.report(b, FAILED, '+1…5011');
    outcomes.report(c, ACCEPTED);
    await turn();
    await access.swap();
    expect(access.head().deliveries.map(({ to }) => to)).toEqual(['+1…5010', undefined, undefined]);
  });

  test('are stored before a change that was asked for after them, in the same swap', async () => {
    const { access, outcomes } = opened(a);
    outcomes.report(a, ACCEPTED);
    const seen: string[] = [];
    const done = outcomes.stored((now) => {
      seen.push(...now.deliveries.map(({ state }) => state));
      return now;
    });
    await turn();
    await access.swap();
    await done;
    expect([seen, access.swaps()]).toEqual([['accepted'], 1]);
  });

  test('change no message that another run is sending or that was accepted', async () => {
    const theirs = claimed('a', { claim: { owner: 'run-2', until: NOW + 1 } });
    const taken = claimed('b', { state: 'accepted' });
    const { access, outcomes } = opened(theirs, taken);
    outcomes.report(theirs, FAILED);
    outcomes.report(taken, FAILED);
    await turn();
    await access.swap();
    expect(access.head().deliveries).toEqual([theirs, taken]);
  });

  test('whose swap fails make every caller that waits throw, and go into the next swap', async () => {
    const { access, outcomes } = opened(a, b);
    outcomes.report(a, ACCEPTED);
    await turn();
    await access.swap(new Error('the store is gone'));
    expect(outcomes.failed()).toBe(true);
    outcomes.report(b, ACCEPTED);
    await turn();
    await access.swap();
    await expect(outcomes.stored()).rejects.toThrow('the store is gone');
    expect(access.head().deliveries.map(({ state }) => state)).toEqual(['accepted', 'accepted']);
    expect(access.swaps()).toBe(2);
  });

  test('whose swap fails are stored by one more swap before the error is thrown, without the change that was to follow', async () => {
    const { access, outcomes } = opened(a);
    outcomes.report(a, ACCEPTED);
    const waiting = [1, 2].map(() => outcomes.stored((now) => ({ ...now, deliveries: [] })));
    const ended = Promise.allSettled(waiting);
    await turn();
    await access.swap(new Error('the store is gone'));
    await access.swap();
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(access.head().deliveries).toMatchObject([{ state: 'accepted', claim: null }]);
    expect(access.swaps()).toBe(2);
  });

  test('whose swap fails twice are given up, so that a store that is gone does not take a run’s whole time', async () => {
    const { access, outcomes } = opened(a);
    outcomes.report(a, ACCEPTED);
    const ended = Promise.allSettled([outcomes.stored()]);
    await turn();
    await access.swap(new Error('gone at first'));
    await access.swap(new Error('gone still'));
    expect(await ended).toMatchObject([{ status: 'rejected' }]);
    await expect(outcomes.stored()).rejects.toThrow('gone at first');
    expect(access.swaps()).toBe(2);
  });

  test('release messages that were not begun once a swap has failed, and leave the claims of other runs', async () => {
    const theirs = claimed('c', { claim: { owner: 'run-2', until: NOW + 1 } });
    const { access, outcomes } = openedWith(new Set([a.key]), a, b, theirs);
    outcomes.report(a, ACCEPTED);
    const ended = Promise.allSettled([outcomes.stored()]);
    await turn();
    await access.swap(new Error('the store is gone'));
    await access.swap();
    expect(await ended).toMatchObject([{ status: 'rejected' }]);
    expect(access.head().deliveries.map(({ state, claim, attempts }) => [state, claim?.owner, attempts])).toEqual([
      ['accepted', undefined, 1],
      ['owed', undefined, 0],
      ['owed', 'run-2', 1],
    ]);
  });

  test('of a message that was not begun release it once, although the swap that did so lost its answer', async () => {
    const late = claimed('a', { attempts: 3 });
    const { access, outcomes } = opened(late);
    outcomes.report(late, null);
    await turn();
    await access.swap();
    outcomes.report(late, null);
    await turn();
    await access.swap();
    expect(access.head().deliveries).toMatchObject([{ claim: null, attempts: 2 }]);
  });

  test.for([
    ['as long as the last one took', 40, 40],
    ['a second at most', 20_000, 1_000],
  ] as const)('rest between two swaps for %s', async ([, took, expected]) => {
    const { access, outcomes, pass, endRest } = opened(a, b);
    outcomes.report(a, ACCEPTED);
    await turn();
    pass(took);
    await access.swap();
    outcomes.report(b, ACCEPTED);
    await turn();
    expect(access.swaps()).toBe(1);
    expect(endRest()).toBe(expected);
    await turn();
    expect(access.swaps()).toBe(2);
  });

  test('that a caller waits for end the pause', async () => {
    const { access, outcomes, pass, endRest } = opened(a, b);
    outcomes.report(a, ACCEPTED);
    await turn();
    pass(40);
    await access.swap();
    outcomes.report(b, ACCEPTED);
    const done = outcomes.stored();
    await turn();
    expect([access.swaps(), endRest()]).toEqual([2, null]);
    await access.swap();
    await done;
  });

  test('cause no swap if there are none', async () => {
    const { access, outcomes } = opened(a);
    await outcomes.stored();
    expect([access.swaps(), outcomes.failed()]).toEqual([0, false]);
  });
});

describe('sending', () => {
  const many = Array.from({ length: 120 }, (_, index) => delivery('pagerduty', [`i${index}`]));
  const start = head({ deliveries: many, incidents: many.map(({ incidents: [id] }) => incident(id ?? '')) });

  test('many messages takes one swap per claim after the first: the outcomes of one go with the next claim', async () => {
    let now = NOW;
    const pagerduty = recorder('pagerduty');
    const how = sender([pagerduty], { now: () => now });
    const held = holding(withClaims(start, how));
    const access: HeadAccess = {
      head: held.head,
      update: (change) => {
        now += 50;
        return held.update(change);
      },
    };
    await deliver(access, how);
    expect(pagerduty.notifications).toHaveLength(120);
    expect(held.swaps()).toBeLessThanOrEqual(4);
  });

  test('ends if a swap fails, because nobody would know what else was sent', async () => {
    const pagerduty = recorder('pagerduty', async () => {
      await turn();
      return ACCEPTED;
    });
    const how = sender([pagerduty]);
    const access = holding(withClaims(start, how), () => true);
    await expect(deliver(access, how)).rejects.toThrow('the store is gone');
    // Ten abreast had begun, and as many more at most before the failure was known.
    expect(pagerduty.notifications.length).toBeLessThanOrEqual(20);
  });

  test('that ends because a swap failed loses no text message that was not begun', async () => {
    const texts = Array.from({ length: 12 }, (_, index) => delivery('sms', [`i${index}`], { priority: 'P1' }));
    const incidents = [incident('p'), ...texts.map(({ incidents: [id] }) => incident(id ?? '', { severity: 'warning' }))];
    const sms = recorder('sms', async () => {
      for (let turns = 0; turns < 5; turns += 1) await turn();
      return ACCEPTED;
    });
    const channels = [recorder('pagerduty'), sms];
    const how = sender(channels);
    let [now, fails] = [NOW, 1];
    const access = holding(withClaims(head({ deliveries: [delivery('pagerduty', ['p']), ...texts], incidents }), how), () => fails-- > 0);
    await expect(deliver(access, how)).rejects.toThrow('the store is gone');
    // Five abreast had begun.
    expect(sms.notifications).toHaveLength(5);
    expect(access.head().deliveries.filter(({ claim }) => claim !== null)).toEqual([]);
    now += MINUTE;
    const later = sender(channels, { now: () => now, owner: 'run-2', deadline: now + MINUTE });
    await access.update({ apply: (current) => withClaims(current, later) });
    await deliver(access, later);
    expect(sms.notifications).toHaveLength(12);
    expect(new Set(sms.notifications.map(({ incidents: [one] }) => one?.id))).toEqual(new Set(texts.map(({ incidents: [id] }) => id)));
  });
});
