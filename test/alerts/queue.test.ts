import { describe, expect, test } from 'vitest';
import { backoff, claim, eligible, type Outcome, settled, swept } from '../../lib/alerts/queue.ts';
import type { Delivery, Incident } from '../../lib/domain/incident.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, incident, resolved } from '../support/incidents.ts';

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
  const open = { now: NOW, ended: new Set<string>() };
  const after = (outcome: Outcome, changes: Partial<Delivery> = {}, how = open): Delivery =>
    settled(delivery('pagerduty', ['a'], { attempts: 1, claim: { owner: 'x', until: NOW + MINUTE }, ...changes }), outcome, how);

  test.for<[string, Delivery, Partial<Delivery>]>([
    [
      'accepted is done',
      after({ result: 'accepted', receipt: 'ts' }),
      { state: 'accepted', acceptedAt: NOW, nextTryAt: null, receipt: 'ts', lastError: null, claim: null },
    ],
    [
      'not taken is owed at once, for the next run',
      after(failed(null)),
      { state: 'owed', nextTryAt: NOW, lastError: '503', ambiguous: false, claim: null },
    ],
    ['not taken for the third time waits ten minutes', after(failed(null), { attempts: 3 }), { nextTryAt: NOW + 10 * MINUTE }],
    ['told to come later comes later', after(failed(7 * MINUTE)), { nextTryAt: NOW + 7 * MINUTE }],
    ['told to come sooner than its backoff waits for that', after(failed(MINUTE), { attempts: 4 }), { nextTryAt: NOW + 20 * MINUTE }],
    ['told to come in a day comes then', after(failed(DAY)), { nextTryAt: NOW + DAY, channelHeldUntil: NOW + HOUR }],
    ['told to come a moment after that comes after a day', after(failed(DAY + 1)), { nextTryAt: NOW + DAY }],
    ['told to come in ten years comes after a day', after(failed(3_650 * DAY)), { nextTryAt: NOW + DAY }],
    ['told to come never was told nothing', after(failed(Number.POSITIVE_INFINITY), { attempts: 3 }), { nextTryAt: NOW + 10 * MINUTE }],
    ['told no number was told nothing', after(failed(Number.NaN)), { nextTryAt: NOW }],
    ['refused is tried hourly', after(rejected), { state: 'rejected', nextTryAt: NOW + HOUR, lastError: '400' }],
    ['refused for the tenth time is tried hourly', after(rejected, { attempts: 10 }), { nextTryAt: NOW + HOUR }],
    ['without an answer may have arrived, and goes again', after(unknown), { state: 'unknown', ambiguous: true, nextTryAt: NOW }],
    [
      'not taken after one without an answer stays uncertain',
      after(failed(null), { ambiguous: true }),
      { state: 'unknown', ambiguous: true },
    ],
    [
      'accepted after one without an answer is done',
      after({ result: 'accepted', receipt: null }, { ambiguous: true }),
      { state: 'accepted' },
    ],
    ['a P0 text without an answer goes again', after(unknown, { channel: 'sms' }), { state: 'unknown', nextTryAt: NOW }],
    [
      'any other text without an answer does not',
      after(unknown, { channel: 'sms', priority: 'P1' }),
      { state: 'unknown', nextTryAt: null },
    ],
    [
      'of unknown end and told to come later comes later',
      after({ ...unknown, retryAfter: 7 * MINUTE }),
      { state: 'unknown', ambiguous: true, nextTryAt: NOW + 7 * MINUTE, channelHeldUntil: NOW + 7 * MINUTE },
    ],
    [
      'a text that does not go again holds the others for as long as Twilio asked',
      after({ ...unknown, retryAfter: 7 * MINUTE }, { channel: 'sms', priority: 'P1' }),
      { nextTryAt: null, channelHeldUntil: NOW + 7 * MINUTE },
    ],
  ])('%s', ([, found, expected]) => expect(found).toMatchObject(expected));

  const over = { now: NOW, ended: new Set(['a']) };
  test.for<[string, Delivery, Partial<Delivery>]>([
    ['a failed trigger is not sent any more', after(failed(null), {}, over), { state: 'cancelled', nextTryAt: null }],
    ['an uncertain trigger is not sent any more, and may have arrived', after(unknown, {}, over), { state: 'cancelled', ambiguous: true }],
    ['a refused trigger is not sent any more', after(rejected, {}, over), { state: 'cancelled', nextTryAt: null }],
    ['an accepted trigger was accepted', after({ result: 'accepted', receipt: null }, {}, over), { state: 'accepted' }],
    ['a failed resolve is owed', after(failed(null), { kind: 'resolve' }, over), { state: 'owed', nextTryAt: NOW }],
    ['a failed message of the past is owed', after(failed(null), { kind: 'past' }, over), { state: 'owed' }],
    ['a storm of which others are open is owed', after(failed(null), { incidents: ['a', 'b'] }, over), { state: 'owed' }],
  ])('for an incident that is over: %s', ([, found, expected]) => expect(found).toMatchObject(expected));
});

describe('may go', () => {
  const root = accepted('pagerduty', ['a']);
  const follow = (changes: Partial<Delivery> = {}): Delivery =>
    delivery('pagerduty', ['a'], { kind: 'resolve', root: root.key, ...changes });
  const keys = (deliveries: readonly Delivery[]): readonly string[] => eligible(deliveries, NOW).map(({ key }) => key);

  test.for<[string, readonly Delivery[], number]>([
    ['what is due now', [delivery('sms', ['a'])], 1],
    ['not 1 ms before', [delivery('sms', ['a'], { nextTryAt: NOW + 1 })], 0],
    ['not what somebody is sending', [delivery('sms', ['a'], { claim: { owner: 'x', until: NOW + 1 } })], 0],
    ['not what was accepted', [accepted('sms', ['a'])], 0],
    ['not what was cancelled', [delivery('sms', ['a'], { state: 'cancelled', nextTryAt: null })], 0],
    ['what was refused an hour ago', [delivery('sms', ['a'], { state: 'rejected' })], 1],
    ['a resolve of what was accepted', [root, follow()], 1],
    ['a resolve of what may have arrived', [{ ...root, state: 'cancelled', ambiguous: true }, follow()], 1],
    ['no resolve while its trigger is under way', [{ ...root, state: 'owed', claim: { owner: 'x', until: NOW + 1 } }, follow()], 0],
    ['no resolve before its trigger', [delivery('pagerduty', ['a'], { key: root.key, nextTryAt: NOW + 1 }), follow()], 0],
    [
      'no resolve while an update under the same key is under way',
      [root, follow({ key: 'u', kind: 'update', claim: { owner: 'x', until: NOW + 1 } }), follow()],
      0,
    ],
    ['a resolve whose message is long forgotten', [follow()], 1],
  ])('%s', ([, deliveries, count]) => expect(keys(deliveries)).toHaveLength(count));

  test('the most urgent first, then the oldest', () => {
    const late = delivery('email', ['late']);
    const early = delivery('email', ['early'], { createdAt: NOW - 1 });
    const mild = delivery('email', ['mild'], { priority: 'P2', createdAt: NOW - 9 });
    expect(keys([mild, late, early])).toEqual([early.key, late.key, mild.key]);
  });
});

describe('a claim', () => {
  const claimed = claim([delivery('pagerduty', ['a']), delivery('sms', ['a'])], new Set(['trigger/pagerduty/0/a']), 'run-1', NOW + MINUTE);

  test('counts as an attempt, and is of the deliveries that are named', () => {
    expect(claimed[0]).toMatchObject({ claim: { owner: 'run-1', until: NOW + MINUTE }, attempts: 1 });
    expect(claimed[1]).toEqual(delivery('sms', ['a']));
  });

  test.for<[string, number, string]>([
    ['holds until it ends', NOW + MINUTE - 1, 'owed'],
    ['that ran out is unknown: its owner died', NOW + MINUTE, 'unknown'],
    ['from a clock that has stepped back is let go', NOW - 10 * MINUTE, 'unknown'],
  ])('%s', ([, now, state]) => expect(swept(claimed, [incident('a')], now)[0]?.state).toBe(state));

  test('that ran out for an incident that is over is cancelled, and may have arrived', () =>
    expect(swept(claimed, [resolved('a')], NOW + MINUTE)[0]).toMatchObject({ state: 'cancelled', ambiguous: true, claim: null }));

  test('that ran out goes again at the next run', () =>
    expect(swept(claimed, [incident('a')], NOW + MINUTE)[0]?.nextTryAt).toBe(NOW + MINUTE));

  test.for([
    ['pagerduty', 0],
    ['slack', 0],
    ['email', 0],
    ['sms', 40],
  ] as const)('that ran out after failures goes again: by %s in %i minutes', ([channel, minutes]) => {
    const claim = { owner: 'killed', until: NOW };
    const again = swept([delivery(channel, ['a'], { attempts: 5, claim })], [incident('a')], NOW)[0]?.nextTryAt;
    expect(again).toBe(NOW + minutes * MINUTE);
  });
});

test.for<[string, Delivery['state'], readonly Incident[], Delivery['state']]>([
  ['is not sent again where all of them have ended, one after the other', 'unknown', [resolved('a'), resolved('b')], 'cancelled'],
  ['is sent again while one of them lasts', 'unknown', [resolved('a'), incident('b')], 'unknown'],
  ['that was accepted stays so', 'accepted', [resolved('a'), resolved('b')], 'accepted'],
])('a storm whose fate is unknown %s', ([, before, incidents, after]) => {
  const storm = delivery('sms', ['a', 'b'], { state: before, ambiguous: true });
  expect(swept([storm], incidents, NOW)[0]?.state).toBe(after);
});

describe('word of an acknowledgement', () => {
  const word = delivery('pagerduty', ['a', 'b'], { kind: 'acknowledge', root: 'r' });
  const held = incident('a', { state: 'acknowledged' });
  test.for<[string, Delivery, readonly Incident[], string]>([
    ['goes while it holds', word, [held, incident('b')], 'owed'],
    ['goes nowhere once it has run out, or a rise has ended it', word, [incident('a'), incident('b')], 'cancelled'],
    ['nor once one has ended so, and the other altogether', word, [incident('a'), resolved('b')], 'cancelled'],
    ['that was refused is not tried again then', { ...word, state: 'rejected' }, [incident('a'), incident('b')], 'cancelled'],
    ['that is under way goes on', { ...word, claim: { owner: 'x', until: NOW + 1 } }, [incident('a')], 'owed'],
    ['that was accepted was accepted', accepted('pagerduty', ['a'], { kind: 'acknowledge' }), [incident('a')], 'accepted'],
  ])('%s', ([, before, incidents, state]) => expect(swept([before], incidents, NOW)[0]?.state).toBe(state));
});

describe('a follow-up', () => {
  const root = delivery('slack', ['a']);
  const follow = delivery('slack', ['a'], { kind: 'resolve', key: 'r', root: root.key });
  const state = (before: Delivery, after: Delivery = follow): string | undefined => swept([before, after], [], NOW)[1]?.state;

  test.for<[string, Delivery, string]>([
    ['of a message that was cancelled and never arrived goes nowhere', { ...root, state: 'cancelled', nextTryAt: null }, 'cancelled'],
    ['of one that may have arrived stays owed', { ...root, state: 'cancelled', nextTryAt: null, ambiguous: true }, 'owed'],
    ['of one that was accepted stays owed', accepted('slack', ['a']), 'owed'],
    ['of one that is still owed waits', root, 'owed'],
    ['that resolves one that was refused goes nowhere', { ...root, state: 'rejected' }, 'cancelled'],
  ])('%s', ([, before, expected]) => expect(state(before)).toBe(expected));

  test.for([['owed'], ['rejected'], ['unknown']] as const)('that was %s once goes nowhere either after that was cancelled', ([tried]) =>
    expect(state({ ...root, state: 'cancelled', nextTryAt: null }, { ...follow, kind: 'update', state: tried, attempts: 1 })).toBe(
      'cancelled',
    ),
  );

  test('that updates one that was refused waits, since that is tried again', () =>
    expect(state({ ...root, state: 'rejected' }, { ...follow, kind: 'update' })).toBe('owed'));
});
