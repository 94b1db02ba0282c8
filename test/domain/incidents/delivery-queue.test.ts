import { describe, expect, test } from 'vitest';
import { CHANNEL_TRAITS } from '../../../lib/deliver/channels/registry.ts';
import { backoff, claim, eligible, type Outcome, applyOutcome, sweepDeliveries } from '../../../lib/domain/incidents/delivery-queue.ts';
import type { Delivery, Incident } from '../../../lib/domain/incidents/incident.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { NOW } from '../../support/facts.ts';
import { accepted, delivery, incident, resolved } from '../../support/incidents.ts';

test.for([
  [1, 0],
  [2, 5],
  [3, 10],
  [4, 20],
  [5, 40],
  [6, 60],
  [7, 60],
  [1_000, 60],
] as const)('after attempt %i the next is due in %i minutes', ([attempts, minutes]) => expect(backoff(attempts)).toBe(minutes * MINUTE));

describe('an attempt that was', () => {
  const failed = (retryAfter: number | null): Outcome => ({ result: 'failed', error: '503', retryAfter });
  const unknown: Outcome = { result: 'unknown', error: 'no answer' };
  const rejected: Outcome = { result: 'rejected', error: '400' };
  const open = { now: NOW, ended: new Set<string>(), channels: CHANNEL_TRAITS };
  const after = (outcome: Outcome, changes: Partial<Delivery> = {}, how = open): Delivery =>
    applyOutcome(delivery('pagerduty', ['a'], { attempts: 1, claim: { owner: 'x', until: NOW + MINUTE }, ...changes }), outcome, how);

  test.for<[string, Delivery, Partial<Delivery>]>([
    [
      'accepted is not sent again',
      after({ result: 'accepted', receipt: 'ts' }),
      { state: 'accepted', acceptedAt: NOW, nextTryAt: null, receipt: 'ts', lastError: null, claim: null },
    ],
    [
      'not taken is owed at once, for the next run',
      after(failed(null)),
      { state: 'owed', nextTryAt: NOW, lastError: '503', ambiguous: false, claim: null },
    ],
    ['not taken for the third time waits ten minutes', after(failed(null), { attempts: 3 }), { nextTryAt: NOW + 10 * MINUTE }],
    ['asked to wait longer than its backoff waits as long as asked', after(failed(7 * MINUTE)), { nextTryAt: NOW + 7 * MINUTE }],
    ['asked to wait less than its backoff waits for its backoff', after(failed(MINUTE), { attempts: 4 }), { nextTryAt: NOW + 20 * MINUTE }],
    ['asked to wait a day waits a day', after(failed(DAY)), { nextTryAt: NOW + DAY, channelHeldUntil: NOW + HOUR }],
    ['asked to wait one millisecond more than a day waits a day', after(failed(DAY + 1)), { nextTryAt: NOW + DAY }],
    ['asked to wait ten years waits a day', after(failed(3_650 * DAY)), { nextTryAt: NOW + DAY }],
    [
      'asked to wait for ever waits for its backoff',
      after(failed(Number.POSITIVE_INFINITY), { attempts: 3 }),
      { nextTryAt: NOW + 10 * MINUTE },
    ],
    ['asked to wait for what is no number waits for its backoff', after(failed(Number.NaN)), { nextTryAt: NOW }],
    ['refused is tried hourly', after(rejected), { state: 'rejected', nextTryAt: NOW + HOUR, lastError: '400' }],
    ['refused for the tenth time is tried hourly', after(rejected, { attempts: 10 }), { nextTryAt: NOW + HOUR }],
    [
      'a resolve of a message that never arrived is owed as past, under another key',
      after(
        { result: 'rootless', error: 'none there' },
        { kind: 'resolve', key: 'resolve/slack/0/a', channel: 'slack', root: 'trigger/slack/0/a' },
      ),
      { kind: 'past', key: 'past/slack/0/a', root: null, state: 'owed', nextTryAt: NOW, ambiguous: false, claim: null },
    ],
    ['without an answer may have arrived, and is sent again', after(unknown), { state: 'unknown', ambiguous: true, nextTryAt: NOW }],
    [
      'not taken after one without an answer stays uncertain',
      after(failed(null), { ambiguous: true }),
      { state: 'unknown', ambiguous: true },
    ],
    [
      'accepted after one without an answer counts as accepted',
      after({ result: 'accepted', receipt: null }, { ambiguous: true }),
      { state: 'accepted' },
    ],
    ['a P0 text message without an answer is sent again', after(unknown, { channel: 'sms' }), { state: 'unknown', nextTryAt: NOW }],
    [
      'a P1 text message without an answer is not sent again',
      after(unknown, { channel: 'sms', priority: 'P1' }),
      { state: 'unknown', nextTryAt: null },
    ],
    [
      'without an answer, but asked to wait, waits as long as asked',
      after({ ...unknown, retryAfter: 7 * MINUTE }),
      { state: 'unknown', ambiguous: true, nextTryAt: NOW + 7 * MINUTE, channelHeldUntil: NOW + 7 * MINUTE },
    ],
    [
      'a text message that is not sent again holds the others back for as long as Twilio asked',
      after({ ...unknown, retryAfter: 7 * MINUTE }, { channel: 'sms', priority: 'P1' }),
      { nextTryAt: null, channelHeldUntil: NOW + 7 * MINUTE },
    ],
  ])('%s', ([, found, expected]) => expect(found).toMatchObject(expected));

  const over = { now: NOW, channels: CHANNEL_TRAITS, ended: new Set(['a']) };
  test.for<[string, Delivery, Partial<Delivery>]>([
    ['a failed trigger is not sent any more', after(failed(null), {}, over), { state: 'cancelled', nextTryAt: null }],
    ['an uncertain trigger is not sent any more, and may have arrived', after(unknown, {}, over), { state: 'cancelled', ambiguous: true }],
    ['a refused trigger is not sent any more', after(rejected, {}, over), { state: 'cancelled', nextTryAt: null }],
    ['an accepted trigger stays accepted', after({ result: 'accepted', receipt: null }, {}, over), { state: 'accepted' }],
    ['a failed resolve is owed', after(failed(null), { kind: 'resolve' }, over), { state: 'owed', nextTryAt: NOW }],
    ['a failed message about a past incident is owed', after(failed(null), { kind: 'past' }, over), { state: 'owed' }],
    [
      'a failed storm message that also names an open incident is owed',
      after(failed(null), { incidents: ['a', 'b'] }, over),
      { state: 'owed' },
    ],
  ])('for an incident that is over: %s', ([, found, expected]) => expect(found).toMatchObject(expected));
});

describe('deliveries that may be sent now', () => {
  const root = accepted('pagerduty', ['a']);
  const follow = (changes: Partial<Delivery> = {}): Delivery =>
    delivery('pagerduty', ['a'], { kind: 'resolve', root: root.key, ...changes });
  const keys = (deliveries: readonly Delivery[]): readonly string[] => eligible(deliveries, NOW).map(({ key }) => key);

  test.for<[string, readonly Delivery[], number]>([
    ['include one that is due now', [delivery('sms', ['a'])], 1],
    ['exclude one that is due 1 ms later', [delivery('sms', ['a'], { nextTryAt: NOW + 1 })], 0],
    ['exclude one that another run is sending', [delivery('sms', ['a'], { claim: { owner: 'x', until: NOW + 1 } })], 0],
    ['exclude one that was accepted', [accepted('sms', ['a'])], 0],
    ['exclude one that was cancelled', [delivery('sms', ['a'], { state: 'cancelled', nextTryAt: null })], 0],
    ['include one that was refused, once its next try is due', [delivery('sms', ['a'], { state: 'rejected' })], 1],
    ['include the resolve of a trigger that was accepted', [root, follow()], 1],
    ['include the resolve of a trigger that may have arrived', [{ ...root, state: 'cancelled', ambiguous: true }, follow()], 1],
    [
      'exclude the resolve of a trigger that is being sent',
      [{ ...root, state: 'owed', claim: { owner: 'x', until: NOW + 1 } }, follow()],
      0,
    ],
    [
      'exclude the resolve of a trigger that is not due yet',
      [delivery('pagerduty', ['a'], { key: root.key, nextTryAt: NOW + 1 }), follow()],
      0,
    ],
    [
      'exclude the resolve while an update of the same trigger is being sent',
      [root, follow({ key: 'u', kind: 'update', claim: { owner: 'x', until: NOW + 1 } }), follow()],
      0,
    ],
    ['include the resolve of a trigger that is no longer in the head', [follow()], 1],
  ])('%s', ([, deliveries, count]) => expect(keys(deliveries)).toHaveLength(count));

  test('come most urgent first, then oldest first', () => {
    const late = delivery('email', ['late']);
    const early = delivery('email', ['early'], { createdAt: NOW - 1 });
    const mild = delivery('email', ['mild'], { priority: 'P2', createdAt: NOW - 9 });
    expect(keys([mild, late, early])).toEqual([early.key, late.key, mild.key]);
  });
});

describe('a claim', () => {
  const claimed = claim([delivery('pagerduty', ['a']), delivery('sms', ['a'])], new Set(['trigger/pagerduty/0/a']), 'run-1', NOW + MINUTE);

  test('counts as an attempt, and touches only the deliveries that are named', () => {
    expect(claimed[0]).toMatchObject({ claim: { owner: 'run-1', until: NOW + MINUTE }, attempts: 1 });
    expect(claimed[1]).toEqual(delivery('sms', ['a']));
  });

  test.for<[string, number, string]>([
    ['holds until it ends', NOW + MINUTE - 1, 'owed'],
    ['that ran out makes the outcome unknown, since its owner died', NOW + MINUTE, 'unknown'],
    ['that ends implausibly late, because the clock was set back, is released', NOW - 10 * MINUTE, 'unknown'],
  ])('%s', ([, now, state]) => expect(sweepDeliveries(claimed, [incident('a')], now, CHANNEL_TRAITS)[0]?.state).toBe(state));

  test('that ran out for a resolved incident cancels the delivery, which may have arrived', () =>
    expect(sweepDeliveries(claimed, [resolved('a')], NOW + MINUTE, CHANNEL_TRAITS)[0]).toMatchObject({
      state: 'cancelled',
      ambiguous: true,
      claim: null,
    }));

  test('that ran out lets the delivery be sent again by the next run', () =>
    expect(sweepDeliveries(claimed, [incident('a')], NOW + MINUTE, CHANNEL_TRAITS)[0]?.nextTryAt).toBe(NOW + MINUTE));

  test.for([
    ['pagerduty', 0],
    ['slack', 0],
    ['email', 0],
    ['sms', 40],
  ] as const)('that ran out after failures lets %s be tried again in %i minutes', ([channel, minutes]) => {
    const claim = { owner: 'killed', until: NOW };
    const again = sweepDeliveries([delivery(channel, ['a'], { attempts: 5, claim })], [incident('a')], NOW, CHANNEL_TRAITS)[0]?.nextTryAt;
    expect(again).toBe(NOW + minutes * MINUTE);
  });
});

test.for<[string, Delivery['state'], readonly Incident[], Delivery['state']]>([
  ['is not sent again once all its incidents are resolved', 'unknown', [resolved('a'), resolved('b')], 'cancelled'],
  ['is sent again while one of its incidents is open', 'unknown', [resolved('a'), incident('b')], 'unknown'],
  ['stays accepted if it was accepted', 'accepted', [resolved('a'), resolved('b')], 'accepted'],
])('a storm message without a known outcome %s', ([, before, incidents, after]) => {
  const storm = delivery('sms', ['a', 'b'], { state: before, ambiguous: true });
  expect(sweepDeliveries([storm], incidents, NOW, CHANNEL_TRAITS)[0]?.state).toBe(after);
});

describe('once somebody has acknowledged every incident of it', () => {
  const taken = incident('a', { state: 'acknowledged' });
  const swept = (one: Delivery, incidents: readonly Incident[]): string | undefined =>
    sweepDeliveries([one], incidents, NOW, CHANNEL_TRAITS)[0]?.state;

  test.for<[string, Delivery, string]>([
    ['a text that is owed is cancelled', delivery('sms', ['a']), 'cancelled'],
    ['a text that may have arrived is not sent again', delivery('sms', ['a'], { state: 'unknown', ambiguous: true }), 'cancelled'],
    ['a text that was refused is not tried again', delivery('sms', ['a'], { state: 'rejected' }), 'cancelled'],
    ['a page that PagerDuty never accepted is cancelled', delivery('pagerduty', ['a']), 'cancelled'],
    ['an update that PagerDuty never accepted is cancelled', delivery('pagerduty', ['a'], { kind: 'update' }), 'cancelled'],
    ['a page that PagerDuty has lost is sent again', delivery('pagerduty', ['a'], { resent: true }), 'owed'],
    ['a page that PagerDuty accepted stays', accepted('pagerduty', ['a']), 'accepted'],
    [
      'a text that is just being sent is left to its outcome',
      delivery('sms', ['a'], { claim: { owner: 'x', until: NOW + MINUTE } }),
      'owed',
    ],
    ['a Slack message that is owed is still sent', delivery('slack', ['a']), 'owed'],
    ['a mail that is owed is still sent', delivery('email', ['a']), 'owed'],
    ['a resolve that is owed to PagerDuty is still sent', delivery('pagerduty', ['a'], { kind: 'resolve' }), 'owed'],
    ['a past message by SMS is still sent', delivery('sms', ['a'], { kind: 'past' }), 'owed'],
  ])('%s', ([, one, state]) => expect(swept(one, [taken])).toBe(state));

  test('a text about another incident too is still sent', () =>
    expect(swept(delivery('sms', ['a', 'b']), [taken, incident('b')])).toBe('owed'));

  test('what would have followed a page that is cancelled is cancelled with it', () => {
    const page = delivery('pagerduty', ['a']);
    const follows = delivery('pagerduty', ['a'], { kind: 'acknowledge', root: page.key });
    expect(sweepDeliveries([page, follows], [taken], NOW, CHANNEL_TRAITS).map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
  });
});

describe('the notification of an acknowledgement', () => {
  const word = delivery('pagerduty', ['a', 'b'], { kind: 'acknowledge', root: 'r' });
  const held = incident('a', { state: 'acknowledged' });
  test.for<[string, Delivery, readonly Incident[], string]>([
    ['is owed while an incident is acknowledged', word, [held, incident('b')], 'owed'],
    ['is cancelled once no incident is acknowledged any more', word, [incident('a'), incident('b')], 'cancelled'],
    ['is cancelled once one incident is unacknowledged and the other resolved', word, [incident('a'), resolved('b')], 'cancelled'],
    ['is cancelled also if it was refused', { ...word, state: 'rejected' }, [incident('a'), incident('b')], 'cancelled'],
    ['is not cancelled while it is being sent', { ...word, claim: { owner: 'x', until: NOW + 1 } }, [incident('a')], 'owed'],
    ['stays accepted', accepted('pagerduty', ['a'], { kind: 'acknowledge' }), [incident('a')], 'accepted'],
  ])('%s', ([, before, incidents, state]) => expect(sweepDeliveries([before], incidents, NOW, CHANNEL_TRAITS)[0]?.state).toBe(state));
});

describe('a follow-up', () => {
  const root = delivery('slack', ['a']);
  const follow = delivery('slack', ['a'], { kind: 'resolve', key: 'r', root: root.key });
  const state = (before: Delivery, after: Delivery = follow): string | undefined =>
    sweepDeliveries([before, after], [], NOW, CHANNEL_TRAITS)[1]?.state;

  test.for<[string, Delivery, string]>([
    ['of a message that was cancelled and never arrived is cancelled', { ...root, state: 'cancelled', nextTryAt: null }, 'cancelled'],
    ['of a message that may have arrived stays owed', { ...root, state: 'cancelled', nextTryAt: null, ambiguous: true }, 'owed'],
    ['of a message that was accepted stays owed', accepted('slack', ['a']), 'owed'],
    ['of a message that is still owed stays owed', root, 'owed'],
    ['that resolves a message that was refused is cancelled', { ...root, state: 'rejected' }, 'cancelled'],
  ])('%s', ([, before, expected]) => expect(state(before)).toBe(expected));

  test.for([['owed'], ['rejected'], ['unknown']] as const)(
    'that was tried and is %s is cancelled if its message was cancelled',
    ([tried]) =>
      expect(state({ ...root, state: 'cancelled', nextTryAt: null }, { ...follow, kind: 'update', state: tried, attempts: 1 })).toBe(
        'cancelled',
      ),
  );

  test('that updates a refused message stays owed, since the message is tried again', () =>
    expect(state({ ...root, state: 'rejected' }, { ...follow, kind: 'update' })).toBe('owed'));
});
