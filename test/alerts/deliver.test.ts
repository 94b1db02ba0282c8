import { describe, expect, test } from 'vitest';
import { letterFor } from '../../lib/alerts/deliver-letter.ts';
import { type Courier, deliver, prepared } from '../../lib/alerts/deliver.ts';
import type { Outcome } from '../../lib/alerts/queue.ts';
import type { Delivery, Incident } from '../../lib/domain/incident.ts';
import { HOUR, MINUTE, SECOND } from '../../lib/domain/time.ts';
import { storeDown } from '../../lib/domain/store-down.ts';
import { type Access, ACCEPTED, courier, FAILED, hanging, holding, recorder, REJECTED } from '../support/courier.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, head, incident, resolved, spelled } from '../support/incidents.ts';

/** Claims what may go, as the swap that leads to sending does, and sends it. */
async function sent(deliveries: readonly Delivery[], incidents: readonly Incident[], how: Courier): Promise<Access> {
  const access = holding(prepared(head({ deliveries, incidents }), how));
  await deliver(access, how);
  return access;
}

function states(access: Access): readonly string[] {
  return access.head().deliveries.map(({ channel, kind, state }) => `${channel} ${kind} ${state}`);
}

describe('sending', () => {
  test('records what each channel said', async () => {
    const [pagerduty, sms] = [recorder('pagerduty'), recorder('sms', () => FAILED)];
    const access = await sent([delivery('pagerduty', ['a']), delivery('sms', ['a'])], [incident('a')], courier([pagerduty, sms]));
    expect(states(access)).toEqual(['pagerduty trigger accepted', 'sms trigger owed']);
    expect(access.head().deliveries[0]).toMatchObject({ acceptedAt: NOW, receipt: 'receipt', claim: null, attempts: 1 });
  });

  test('tries what failed once in a run, though its first retry is due at once', async () => {
    const sms = recorder('sms', () => FAILED);
    await sent([delivery('sms', ['a'])], [incident('a')], courier([sms]));
    expect(sms.letters).toHaveLength(1);
  });

  test('leaves a channel alone for as long as it asks, with every message of it, and no other channel', async () => {
    const slack = recorder('slack', () => ({ result: 'failed', error: '429', retryAfter: 10 * MINUTE }));
    const email = recorder('email');
    const messages = [delivery('slack', ['a']), delivery('slack', ['b']), delivery('email', ['a'])];
    const access = await sent(messages, [incident('a'), incident('b')], courier([slack, email]));
    expect([slack.letters.length, email.letters.length]).toEqual([1, 1]);
    expect(access.head().deliveries[1]).toMatchObject({ state: 'owed', claim: null, attempts: 0 });
    const at = (minutes: number): Courier => ({ ...courier([recorder('slack')]), now: () => NOW + minutes * MINUTE, deadline: NOW + HOUR });
    const claimed = (minutes: number): number =>
      prepared(access.head(), at(minutes)).deliveries.filter(({ claim }) => claim !== null).length;
    expect([claimed(9), claimed(10)]).toEqual([0, 2]);
  });

  test('does not give back for sending what has become pointless meanwhile', async () => {
    const sms = recorder('sms');
    const how: Courier = { ...courier([sms]), deadline: NOW };
    const access = holding(
      head({
        deliveries: [delivery('sms', ['a'], { claim: { owner: how.owner, until: NOW + HOUR }, attempts: 1 })],
        incidents: [resolved('a')],
      }),
    );
    await deliver(access, how);
    expect(sms.letters).toEqual([]);
    expect(access.head().deliveries[0]).toMatchObject({ state: 'cancelled', claim: null, nextTryAt: null });
  });

  test('does not touch what somebody else is sending', async () => {
    const sms = recorder('sms');
    const access = await sent(
      [delivery('sms', ['a'], { claim: { owner: 'run-0', until: NOW + MINUTE } })],
      [incident('a')],
      courier([sms]),
    );
    expect(sms.letters).toEqual([]);
    expect(access.head().deliveries[0]?.claim?.owner).toBe('run-0');
  });

  test('leaves what belongs to a channel that is not configured any more', async () => {
    const access = await sent([delivery('sms', ['a'])], [incident('a')], courier([recorder('slack')]));
    expect(access.head().deliveries[0]).toMatchObject({ state: 'owed', claim: null, attempts: 0 });
  });

  test('goes on until nothing is left, beyond what one claim covers', async () => {
    const slack = recorder('slack');
    const many = Array.from({ length: 40 }, (_, index) => delivery('slack', [`i${index}`]));
    const access = await sent(
      many,
      many.map(({ incidents: [id] }) => incident(id ?? '')),
      courier([slack]),
    );
    expect(new Set(slack.letters.map(({ key }) => key)).size).toBe(40);
    expect(slack.letters).toHaveLength(40);
    expect(access.head().deliveries.every(({ state }) => state === 'accepted')).toBe(true);
  });

  test('sends a resolve in the same run after the trigger that it waited for', async () => {
    const pagerduty = recorder('pagerduty');
    const trigger = delivery('pagerduty', ['a', 'b']);
    await sent(
      [trigger, delivery('pagerduty', ['a'], { kind: 'resolve', root: trigger.key })],
      [resolved('a'), incident('b')],
      courier([pagerduty]),
    );
    expect(pagerduty.letters.map(({ kind }) => kind)).toEqual(['trigger', 'resolve']);
  });

  test('a P0 that PagerDuty and SMS refuse goes to Slack and email in the same run', async () => {
    const [slack, email] = [recorder('slack'), recorder('email')];
    const channels = [recorder('pagerduty', () => REJECTED), recorder('sms', () => REJECTED), slack, email];
    const access = await sent([delivery('pagerduty', ['a']), delivery('sms', ['a'])], [incident('a')], courier(channels));
    expect([slack.letters.length, email.letters.length]).toEqual([1, 1]);
    expect(slack.letters[0]?.reroute).toBe('Sent here because PagerDuty refused it and SMS refused it.');
    expect(states(access).filter((state) => state.endsWith('rejected'))).toHaveLength(2);
  });

  test('an incident that went while its trigger was being sent is told as past in the same run', async () => {
    const sms = recorder('sms', ({ kind }) => (kind === 'past' ? ACCEPTED : FAILED));
    const access = await sent([delivery('sms', ['a'])], [resolved('a')], courier([sms]));
    expect(states(access)).toEqual(['sms trigger cancelled', 'sms past accepted']);
  });
});

describe('a channel that', () => {
  const quick = { requestTimeoutMs: 20 };

  test('hangs is given up, and its message may have arrived', async () => {
    const access = await sent([delivery('sms', ['a'])], [incident('a')], courier([recorder('sms', hanging)], quick));
    expect(access.head().deliveries[0]).toMatchObject({ state: 'unknown', ambiguous: true, claim: null });
  });

  test('hangs delays no other, however many messages that has', async () => {
    const slow = Promise.withResolvers<Outcome>();
    const slack = recorder('slack', () => slow.promise);
    const pagerduty = recorder('pagerduty');
    const pages = Array.from({ length: 150 }, (_, index) => delivery('pagerduty', [`i${index}`]));
    const incidents = pages.map(({ incidents: [id] }) => incident(id ?? ''));
    const how = courier([slack, pagerduty]);
    const access = holding(prepared(head({ deliveries: [delivery('slack', ['i0']), ...pages], incidents }), how));
    const all = deliver(access, how);
    await expect
      .poll(() => access.head().deliveries.filter(({ channel, state }) => channel === 'pagerduty' && state === 'accepted').length, {
        interval: 1,
        timeout: 2_500,
      })
      .toBe(150);
    expect(access.head().deliveries[0]?.claim?.owner).toBe('run-1');
    slow.resolve(FAILED);
    await all;
  });

  test('hangs does not hold up what others refused', async () => {
    const slow = Promise.withResolvers<Outcome>();
    const email = recorder('email');
    const how = courier([
      recorder('pagerduty', () => REJECTED),
      recorder('sms', () => REJECTED),
      recorder('slack', () => slow.promise),
      email,
    ]);
    const deliveries = [delivery('pagerduty', ['a']), delivery('sms', ['a']), delivery('slack', ['b'], { priority: 'P1' })];
    const access = holding(prepared(head({ deliveries, incidents: [incident('a'), incident('b', { severity: 'warning' })] }), how));
    const all = deliver(access, how);
    await expect.poll(() => email.letters.length, { interval: 1, timeout: 2_500 }).toBe(1);
    slow.resolve(FAILED);
    await all;
  });

  test('throws is a failure like any other, and its words are not kept', async () => {
    const sms = recorder('sms', () => {
      throw new TypeError('token s3cret');
    });
    const access = await sent([delivery('sms', ['a'])], [incident('a')], courier([sms]));
    expect(access.head().deliveries[0]).toMatchObject({ state: 'unknown', lastError: 'sms: unexpected TypeError' });
  });

  test('is slow keeps no claim that could run out: the rest of its lane is claimed anew', async () => {
    let now = NOW;
    const clock = (): number => now;
    const slack = recorder('slack', () => {
      now += 14 * SECOND;
      return ACCEPTED;
    });
    const how = courier([slack], { now: clock, deadline: NOW + 10 * MINUTE });
    const many = Array.from({ length: 5 }, (_, index) => delivery('slack', [`i${index}`]));
    const access = holding(prepared(head({ deliveries: many, incidents: many.map(({ incidents: [id] }) => incident(id ?? '')) }), how));
    const left: number[] = [];
    const answer = slack.answer;
    slack.answer = (letter, signal) => {
      left.push((access.head().deliveries.find(({ key }) => key === letter.key)?.claim?.until ?? 0) - now);
      return answer(letter, signal);
    };
    await deliver(access, how);
    expect(slack.letters).toHaveLength(5);
    expect(Math.min(...left)).toBeGreaterThanOrEqual(3 * SECOND);
    expect(access.head().deliveries.every(({ attempts }) => attempts === 1)).toBe(true);
  });
});

describe('the deadline', () => {
  test('gives back what was not begun, as if nothing had been tried', async () => {
    const sms = recorder('sms');
    const access = await sent([delivery('sms', ['a'])], [incident('a')], courier([sms], { deadline: NOW }));
    expect(sms.letters).toEqual([]);
    expect(access.head().deliveries[0]).toMatchObject({ state: 'owed', claim: null, attempts: 0, nextTryAt: NOW });
  });

  test('cuts what is under way', async () => {
    const began = performance.now();
    const access = await sent(
      [delivery('sms', ['a'])],
      [incident('a')],
      courier([recorder('sms', hanging)], { requestTimeoutMs: 60_000, deadline: NOW + 30 }),
    );
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(access.head().deliveries[0]?.state).toBe('unknown');
  });

  test('ends a run with many messages, and loses none of them', async () => {
    let now = NOW;
    const slack = recorder('slack', () => {
      now += SECOND;
      return ACCEPTED;
    });
    const many = Array.from({ length: 30 }, (_, index) => delivery('slack', [`i${index}`]));
    const access = await sent(
      many,
      many.map(({ incidents: [id] }) => incident(id ?? '')),
      courier([slack], { now: () => now, deadline: NOW + 10 * SECOND }),
    );
    const after = access.head().deliveries;
    expect(after.filter(({ state }) => state === 'accepted')).toHaveLength(10);
    expect(after.filter(({ state, claim, attempts }) => state === 'owed' && claim === null && attempts === 0)).toHaveLength(20);
  });
});

test('a record that fails is thrown, and the claim stays for a later run to find', async () => {
  const sms = recorder('sms');
  const how = courier([sms]);
  const access = holding(prepared(head({ deliveries: [delivery('sms', ['a'])], incidents: [incident('a')] }), how), () => true);
  await expect(deliver(access, how)).rejects.toThrow('the store is gone');
  const later = prepared(access.head(), courier([sms], { owner: 'run-2', now: () => NOW + HOUR }));
  expect(later.deliveries[0]).toMatchObject({ claim: { owner: 'run-2' }, ambiguous: true, attempts: 2 });
});

test('what was tried already in this run is not tried again', async () => {
  const sms = recorder('sms');
  const how = courier([sms]);
  const access = holding(head({ deliveries: [delivery('sms', ['a']), delivery('sms', ['b'])], incidents: [incident('a'), incident('b')] }));
  await deliver(access, how, new Set(['trigger/sms/0/a']));
  expect(sms.letters.map(({ key }) => key)).toEqual(['trigger/sms/0/b']);
});

describe('preparing', () => {
  test('is the same head’s deliveries where nothing is due', () => {
    const deliveries = [accepted('sms', ['a']), delivery('slack', ['a'], { nextTryAt: NOW + 1 })];
    expect(prepared(head({ deliveries, incidents: [incident('a')] }), courier([recorder('sms'), recorder('slack')])).deliveries).toEqual(
      deliveries,
    );
  });

  test('claims for longer than the longest send takes', () => {
    const claimed = prepared(head({ deliveries: [delivery('sms', ['a'])], incidents: [incident('a')] }), courier([recorder('sms')]));
    expect(claimed.deliveries[0]?.claim).toEqual({ owner: 'run-1', until: NOW + 4_000 + 15_000 });
  });

  test('twice adds nothing', () => {
    const how = courier([recorder('pagerduty'), recorder('sms'), recorder('slack')]);
    const deliveries = [
      delivery('pagerduty', ['a'], { state: 'rejected' }),
      delivery('sms', ['a'], { state: 'rejected' }),
      delivery('sms', ['b'], { state: 'cancelled', nextTryAt: null }),
    ];
    const first = prepared(head({ deliveries, incidents: [incident('a'), resolved('b')] }), how);
    expect(spelled(prepared(first, how).deliveries)).toEqual(spelled(first.deliveries));
  });
});

describe('a letter', () => {
  const how = courier([]);
  test('tells of incidents as they are now, and of the message that it follows', () => {
    const root = accepted('slack', ['a'], { receipt: 'ts-1' });
    const reply = delivery('slack', ['a'], { kind: 'resolve', root: root.key, ambiguous: true });
    const letter = letterFor(reply, head({ deliveries: [root, reply], incidents: [resolved('a')] }), how);
    expect(letter).toMatchObject({
      kind: 'resolve',
      ambiguous: true,
      incidents: [{ id: 'a', state: 'resolved' }],
      root: { key: root.key, receipt: 'ts-1' },
    });
  });

  test('of the alarm that went out without the store has an incident only in its key', () => {
    const { id } = storeDown(NOW, 'gone');
    expect(letterFor(delivery('pagerduty', [id], { kind: 'resolve' }), head(), how).incidents).toMatchObject([
      { id, check: 'monitor', state: 'resolved' },
    ]);
  });
});
