import { describe, expect, test } from 'vitest';
import { notificationFor } from '../../lib/deliver/notification.ts';
import { withClaims } from '../../lib/deliver/claims.ts';
import { deliver, type Sender } from '../../lib/deliver/deliver.ts';
import type { Outcome } from '../../lib/domain/incidents/delivery-queue.ts';
import type { Delivery, Incident } from '../../lib/domain/incidents/incident.ts';
import { HOUR, MINUTE, SECOND } from '../../lib/domain/time.ts';
import { storeDownIncident } from '../../lib/deliver/store-down.ts';
import { type Access, ACCEPTED, sender, FAILED, hanging, holding, recorder, REJECTED } from '../support/sender.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, head, incident, resolved } from '../support/incidents.ts';

/** Claims what may go, as the swap that leads to sending does, and sends it. */
async function sent(deliveries: readonly Delivery[], incidents: readonly Incident[], how: Sender): Promise<Access> {
  const access = holding(withClaims(head({ deliveries, incidents }), how));
  await deliver(access, how);
  return access;
}

function states(access: Access): readonly string[] {
  return access.head().deliveries.map(({ channel, kind, state }) => `${channel} ${kind} ${state}`);
}

describe('sending', () => {
  test('records the outcome of each channel', async () => {
    const [pagerduty, sms] = [recorder('pagerduty'), recorder('sms', () => FAILED)];
    const access = await sent([delivery('pagerduty', ['a']), delivery('sms', ['a'])], [incident('a')], sender([pagerduty, sms]));
    expect(states(access)).toEqual(['pagerduty trigger accepted', 'sms trigger owed']);
    expect(access.head().deliveries[0]).toMatchObject({ acceptedAt: NOW, receipt: 'receipt', claim: null, attempts: 1 });
  });

  test('tries a message that failed once in a run, although its first retry is due at once', async () => {
    const sms = recorder('sms', () => FAILED);
    await sent([delivery('sms', ['a'])], [incident('a')], sender([sms]));
    expect(sms.notifications).toHaveLength(1);
  });

  test('obeys a channel’s Retry-After for all its messages, and for no other channel’s', async () => {
    const slack = recorder('slack', () => ({ result: 'failed', error: '429', retryAfter: 10 * MINUTE }));
    const email = recorder('email');
    const messages = [delivery('slack', ['a']), delivery('slack', ['b']), delivery('email', ['a'])];
    const access = await sent(messages, [incident('a'), incident('b')], sender([slack, email]));
    expect([slack.notifications.length, email.notifications.length]).toEqual([1, 1]);
    expect(access.head().deliveries[1]).toMatchObject({ state: 'owed', claim: null, attempts: 0 });
    const at = (minutes: number): Sender => ({ ...sender([recorder('slack')]), now: () => NOW + minutes * MINUTE, deadline: NOW + HOUR });
    const claimed = (minutes: number): number =>
      withClaims(access.head(), at(minutes)).deliveries.filter(({ claim }) => claim !== null).length;
    expect([claimed(9), claimed(10)]).toEqual([0, 2]);
  });

  test('cancels a released message that has become pointless meanwhile', async () => {
    const sms = recorder('sms');
    const how: Sender = { ...sender([sms]), deadline: NOW };
    const access = holding(
      head({
        deliveries: [delivery('sms', ['a'], { claim: { owner: how.owner, until: NOW + HOUR }, attempts: 1 })],
        incidents: [resolved('a')],
      }),
    );
    await deliver(access, how);
    expect(sms.notifications).toEqual([]);
    expect(access.head().deliveries[0]).toMatchObject({ state: 'cancelled', claim: null, nextTryAt: null });
  });

  test('does not touch messages that another run is sending', async () => {
    const sms = recorder('sms');
    const access = await sent([delivery('sms', ['a'], { claim: { owner: 'run-0', until: NOW + MINUTE } })], [incident('a')], sender([sms]));
    expect(sms.notifications).toEqual([]);
    expect(access.head().deliveries[0]?.claim?.owner).toBe('run-0');
  });

  test('leaves messages of a channel that is not configured any more', async () => {
    const access = await sent([delivery('sms', ['a'])], [incident('a')], sender([recorder('slack')]));
    expect(access.head().deliveries[0]).toMatchObject({ state: 'owed', claim: null, attempts: 0 });
  });

  test('goes on claim after claim until nothing is left', async () => {
    const slack = recorder('slack');
    const many = Array.from({ length: 40 }, (_, index) => delivery('slack', [`i${index}`]));
    const access = await sent(
      many,
      many.map(({ incidents: [id] }) => incident(id ?? '')),
      sender([slack]),
    );
    expect(new Set(slack.notifications.map(({ key }) => key)).size).toBe(40);
    expect(slack.notifications).toHaveLength(40);
    expect(access.head().deliveries.every(({ state }) => state === 'accepted')).toBe(true);
  });

  test('sends a resolve in the same run after the trigger that it waited for', async () => {
    const pagerduty = recorder('pagerduty');
    const trigger = delivery('pagerduty', ['a', 'b']);
    await sent(
      [trigger, delivery('pagerduty', ['a'], { kind: 'resolve', root: trigger.key })],
      [resolved('a'), incident('b')],
      sender([pagerduty]),
    );
    expect(pagerduty.notifications.map(({ kind }) => kind)).toEqual(['trigger', 'resolve']);
  });

  test('a P0 that PagerDuty and SMS refuse goes to Slack and email in the same run', async () => {
    const [slack, email] = [recorder('slack'), recorder('email')];
    const channels = [recorder('pagerduty', () => REJECTED), recorder('sms', () => REJECTED), slack, email];
    const access = await sent([delivery('pagerduty', ['a']), delivery('sms', ['a'])], [incident('a')], sender(channels));
    expect([slack.notifications.length, email.notifications.length]).toEqual([1, 1]);
    expect(slack.notifications[0]?.reroute).toBe('Sent here because PagerDuty refused it and SMS refused it.');
    expect(states(access).filter((state) => state.endsWith('rejected'))).toHaveLength(2);
  });

  test('an incident that ended while its trigger was being sent is reported as past in the same run', async () => {
    const sms = recorder('sms', ({ kind }) => (kind === 'past' ? ACCEPTED : FAILED));
    const access = await sent([delivery('sms', ['a'])], [resolved('a')], sender([sms]));
    expect(states(access)).toEqual(['sms trigger cancelled', 'sms past accepted']);
  });
});

describe('a channel that', () => {
  const quick = { requestTimeoutMs: 20 };

  test('hangs is given up, and its message may have arrived', async () => {
    const access = await sent([delivery('sms', ['a'])], [incident('a')], sender([recorder('sms', hanging)], quick));
    expect(access.head().deliveries[0]).toMatchObject({ state: 'unknown', ambiguous: true, claim: null });
  });

  test('hangs delays no other, however many messages that has', async () => {
    const slow = Promise.withResolvers<Outcome>();
    const slack = recorder('slack', () => slow.promise);
    const pagerduty = recorder('pagerduty');
    const pages = Array.from({ length: 150 }, (_, index) => delivery('pagerduty', [`i${index}`]));
    const incidents = pages.map(({ incidents: [id] }) => incident(id ?? ''));
    const how = sender([slack, pagerduty]);
    const access = holding(withClaims(head({ deliveries: [delivery('slack', ['i0']), ...pages], incidents }), how));
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

  test('hangs does not delay messages that others refused', async () => {
    const slow = Promise.withResolvers<Outcome>();
    const email = recorder('email');
    const how = sender([
      recorder('pagerduty', () => REJECTED),
      recorder('sms', () => REJECTED),
      recorder('slack', () => slow.promise),
      email,
    ]);
    const deliveries = [delivery('pagerduty', ['a']), delivery('sms', ['a']), delivery('slack', ['b'], { priority: 'P1' })];
    const access = holding(withClaims(head({ deliveries, incidents: [incident('a'), incident('b', { severity: 'warning' })] }), how));
    const all = deliver(access, how);
    await expect.poll(() => email.notifications.length, { interval: 1, timeout: 2_500 }).toBe(1);
    slow.resolve(FAILED);
    await all;
  });

  test('throws has an unknown outcome, and the words of the error are not kept', async () => {
    const sms = recorder('sms', () => {
      throw new TypeError('token s3cret');
    });
    const log: (readonly [string, unknown])[] = [];
    const how = { ...sender([sms]), log: (line: string, cause: unknown) => void log.push([line, cause]) };
    const access = await sent([delivery('sms', ['a'])], [incident('a')], how);
    expect(access.head().deliveries[0]).toMatchObject({ state: 'unknown', lastError: 'sms: unexpected TypeError' });
    // The log hides secrets, and has the stack.
    expect(log).toEqual([['sms: unexpected TypeError', expect.objectContaining({ message: 'token s3cret' })]]);
  });

  test('is slow keeps no claim that could expire: the rest of its claim is claimed anew', async () => {
    let now = NOW;
    const clock = (): number => now;
    const slack = recorder('slack', () => {
      now += 14 * SECOND;
      return ACCEPTED;
    });
    const how = sender([slack], { now: clock, deadline: NOW + 10 * MINUTE });
    const many = Array.from({ length: 5 }, (_, index) => delivery('slack', [`i${index}`]));
    const access = holding(withClaims(head({ deliveries: many, incidents: many.map(({ incidents: [id] }) => incident(id ?? '')) }), how));
    const left: number[] = [];
    const answer = slack.answer;
    slack.answer = (notification, signal) => {
      left.push((access.head().deliveries.find(({ key }) => key === notification.key)?.claim?.until ?? 0) - now);
      return answer(notification, signal);
    };
    await deliver(access, how);
    expect(slack.notifications).toHaveLength(5);
    expect(Math.min(...left)).toBeGreaterThanOrEqual(3 * SECOND);
    expect(access.head().deliveries.every(({ attempts }) => attempts === 1)).toBe(true);
  });
});

describe('the deadline', () => {
  test('releases messages that were not begun, as if nothing had been tried', async () => {
    const sms = recorder('sms');
    const access = await sent([delivery('sms', ['a'])], [incident('a')], sender([sms], { deadline: NOW }));
    expect(sms.notifications).toEqual([]);
    expect(access.head().deliveries[0]).toMatchObject({ state: 'owed', claim: null, attempts: 0, nextTryAt: NOW });
  });

  test('cuts short a sending that is under way', async () => {
    const began = performance.now();
    const access = await sent(
      [delivery('sms', ['a'])],
      [incident('a')],
      sender([recorder('sms', hanging)], { requestTimeoutMs: 60_000, deadline: NOW + 30 }),
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
      sender([slack], { now: () => now, deadline: NOW + 10 * SECOND }),
    );
    const after = access.head().deliveries;
    expect(after.filter(({ state }) => state === 'accepted')).toHaveLength(10);
    expect(after.filter(({ state, claim, attempts }) => state === 'owed' && claim === null && attempts === 0)).toHaveLength(20);
  });
});

test('a swap that fails is thrown, and the claim stays for a later run to find', async () => {
  const sms = recorder('sms');
  const how = sender([sms]);
  const access = holding(withClaims(head({ deliveries: [delivery('sms', ['a'])], incidents: [incident('a')] }), how), () => true);
  await expect(deliver(access, how)).rejects.toThrow('the store is gone');
  const later = withClaims(access.head(), sender([sms], { owner: 'run-2', now: () => NOW + HOUR }));
  expect(later.deliveries[0]).toMatchObject({ claim: { owner: 'run-2' }, ambiguous: true, attempts: 2 });
});

test('a message that was tried already in this run is not tried again', async () => {
  const sms = recorder('sms');
  const how = sender([sms]);
  const access = holding(head({ deliveries: [delivery('sms', ['a']), delivery('sms', ['b'])], incidents: [incident('a'), incident('b')] }));
  await deliver(access, how, new Set(['trigger/sms/0/a']));
  expect(sms.notifications.map(({ key }) => key)).toEqual(['trigger/sms/0/b']);
});

describe('a notification', () => {
  const how = sender([]);
  test('shows incidents as they are now, and the message that it follows', () => {
    const root = accepted('slack', ['a'], { receipt: 'ts-1' });
    const reply = delivery('slack', ['a'], { kind: 'resolve', root: root.key, ambiguous: true });
    const notification = notificationFor(reply, head({ deliveries: [root, reply], incidents: [resolved('a')] }), how);
    expect(notification).toMatchObject({
      kind: 'resolve',
      ambiguous: true,
      incidents: [{ id: 'a', state: 'resolved' }],
      root: { key: root.key, receipt: 'ts-1' },
    });
  });

  test('of the alarm that was sent without the store makes its incident from the key', () => {
    const { id } = storeDownIncident(NOW, 'gone');
    expect(notificationFor(delivery('pagerduty', [id], { kind: 'resolve' }), head(), how).incidents).toMatchObject([
      { id, check: 'monitor', state: 'resolved' },
    ]);
  });
});
