import { describe, expect, test } from 'vitest';
import type { RouteContext } from '../../lib/route/plan-deliveries.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import { known } from '../../lib/domain/facts/fact.ts';
import type { Delivery } from '../../lib/domain/incidents/incident.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { check } from '../../lib/run/check.ts';
import { stalledFindings } from '../../lib/reconcile/monitor-findings.ts';
import { contextAt } from '../support/context.ts';
import { FAILED } from '../support/sender.ts';
import { factsOfLook, NOW, snapshot } from '../support/facts.ts';
import { accepted, delivery, head, incident, resolved } from '../support/incidents.ts';
import { kindsOf, type Stage, stage } from '../support/ports.ts';

const HALF = 30 * MINUTE;
const lastRun = { runId: 'run', startedAt: NOW - HOUR, finishedAt: NOW - HOUR + MINUTE, complete: true };

/** Due since so long before NOW, tried once an hour ago, unless told. */
function waiting(since: number, changes: Partial<Delivery> = {}): Delivery {
  return delivery('slack', ['a'], { createdAt: NOW - HOUR, attempts: 1, nextTryAt: NOW - since, ...changes });
}

function found(deliveries: readonly Delivery[], changes: Partial<RouteContext> = {}, since: number = HOUR): readonly string[] {
  const run = { ...lastRun, startedAt: NOW - since };
  const state = head({ lastRun: run, incidents: [incident('a'), resolved('b')], deliveries });
  return stalledFindings(state, contextAt(NOW, {}, changes)).map(
    ({ check: of, resource, severity }) => `${of} ${resource.part} ${severity}`,
  );
}

const MISSING = ['monitor dispatch warning'];

describe('the finding about a missing dispatch', () => {
  test.for([
    ['is not made 29 min and 59.999 s after a message was due', waiting(HALF - 1), []],
    ['is made half an hour after a message was due', waiting(HALF), MISSING],
    ['is made for a message that was never tried', waiting(HOUR, { attempts: 0 }), MISSING],
    ['is made for a message that was refused for good', waiting(HALF, { state: 'rejected', createdAt: NOW - 2 * HOUR }), MISSING],
    ['is made for a message that may have arrived', waiting(HOUR, { state: 'unknown', ambiguous: true }), MISSING],
    ['is not made for a message that was accepted', waiting(HOUR, { state: 'accepted', acceptedAt: NOW - HOUR, nextTryAt: null }), []],
    ['is not made for a message that was cancelled', waiting(HOUR, { state: 'cancelled', nextTryAt: null }), []],
    ['is not made for a message of unknown outcome that is not tried again', waiting(HOUR, { state: 'unknown', nextTryAt: null }), []],
    ['is not made for a message that is being sent', waiting(HOUR, { claim: { owner: 'x', until: NOW + MINUTE } }), []],
    [
      'is not made within half an hour after the time until which the channel asked to wait',
      waiting(HOUR, { channelHeldUntil: NOW - HALF + 1 }),
      [],
    ],
    ['is made half an hour after the time until which the channel asked to wait', waiting(HOUR, { channelHeldUntil: NOW - HALF }), MISSING],
    ['is not made for a channel that its team no longer has', waiting(HOUR, { team: 'gone' }), []],
  ] as const)('%s', ([, one, wanted]) => expect(found([one])).toEqual(wanted));

  test('is not made while the provider defers another message of the channel', () =>
    expect(found([waiting(HOUR), delivery('slack', ['b'], { channelHeldUntil: NOW + MINUTE, nextTryAt: NOW + MINUTE })])).toEqual([]));

  test('is not made for a channel that is no longer configured', () => expect(found([waiting(HOUR)], { roster: [] })).toEqual([]));

  test.for([
    ['is made for a follow-up half an hour after its message arrived', accepted('slack', ['a'], { acceptedAt: NOW - HALF }), MISSING],
    ['is not made for a follow-up one millisecond before that', accepted('slack', ['a'], { acceptedAt: NOW - HALF + 1 }), []],
    ['is not made for a follow-up whose message has not arrived', delivery('slack', ['a'], { nextTryAt: NOW }), []],
    [
      'is not made for a follow-up whose message may have arrived, nobody knows when',
      delivery('slack', ['a'], { state: 'unknown', ambiguous: true, nextTryAt: NOW }),
      [],
    ],
  ] as const)('%s', ([, root, wanted]) =>
    expect(found([root, waiting(HOUR, { key: 'resolve', kind: 'resolve', root: root.key })])).toEqual(wanted),
  );
});

describe('no finding about a missing dispatch if on the channel of the waiting message another', () => {
  const other = (changes: Partial<Delivery>): Delivery => delivery('slack', ['b'], { attempts: 1, nextTryAt: null, ...changes });
  test.for([
    ['was accepted since', other({ state: 'accepted', acceptedAt: NOW - HALF + 1 }), []],
    ['was accepted before', other({ state: 'accepted', acceptedAt: NOW - HALF }), MISSING],
    ['is being sent', other({ claim: { owner: 'x', until: NOW + 1 } }), []],
    ['was left by somebody who died', other({ claim: { owner: 'x', until: NOW } }), MISSING],
    ['failed for the third time since', other({ attempts: 3, nextTryAt: NOW - HALF + 10 * MINUTE + 1 }), []],
    ['failed for the third time before', other({ attempts: 3, nextTryAt: NOW - HALF + 10 * MINUTE }), MISSING],
    ['was refused since', other({ state: 'rejected', nextTryAt: NOW + HALF + 1 }), []],
    ['was refused before', other({ state: 'rejected', nextTryAt: NOW + HALF }), MISSING],
  ] as const)('%s', ([, beside, wanted]) => expect(found([waiting(HOUR), beside])).toEqual(wanted));

  test('a finding if that was another channel', () =>
    expect(found([waiting(HOUR), accepted('email', ['b'], { acceptedAt: NOW })])).toEqual(MISSING));
});

describe('no finding about a missing dispatch if checks were missing too', () => {
  test.for([
    [1.5 * HOUR, MISSING],
    [1.5 * HOUR + 1, []],
  ] as const)('the last one was %i ms ago', ([since, wanted]) => expect(found([waiting(HOUR)], {}, since)).toEqual(wanted));

  test('at the very first check there is no finding', () =>
    expect(stalledFindings(head({ deliveries: [waiting(HOUR)], createdAt: NOW - DAY }), contextAt(NOW))).toEqual([]));
});

test('the finding about a missing dispatch says how many messages waited, and since when', () => {
  const state = head({ lastRun, deliveries: [waiting(HALF), waiting(HOUR, { key: 'other' })] });
  expect(stalledFindings(state, contextAt(NOW))).toMatchObject([
    {
      summary: 'no dispatch has got through since 2026-11-22T11:00:00Z (1 h): retries, reminders and escalation wait for the hourly check',
      evidence: [['messages that waited for it', '2']],
      startedAt: NOW - HOUR,
    },
  ]);
});

describe('a missing dispatch over the whole line', () => {
  /** A failing cluster that SMS could not be notified of; Slack and email are well. */
  async function owing(): Promise<Stage> {
    const on = stage();
    on.collect = (_, now) => factsOfLook({ at: now, cluster: { snapshots: known([snapshot(now - 30 * HOUR)], now) } });
    on.channels.sms.answer = () => FAILED;
    await check(on.ports);
    return on;
  }
  /** That SMS takes nothing is a matter of its own. */
  const inSlack = (on: Stage): readonly string[] =>
    kindsOf({
      ...on.channels.slack,
      notifications: on.channels.slack.notifications.filter(({ incidents }) => incidents[0]?.resource.part === 'dispatch'),
    });

  test('is reported once by checks alone, and resolved by the first dispatch', async () => {
    const on = await owing();
    on.now += HOUR;
    await check(on.ports);
    expect(inSlack(on)).toEqual(['trigger monitor']);
    on.now += HOUR;
    await check(on.ports);
    expect(inSlack(on)).toEqual(['trigger monitor']);
    on.now += MINUTE;
    await dispatch(on.restarted());
    expect(inSlack(on)).toEqual(['trigger monitor', 'resolve monitor']);
  });

  test('is not reported in a day with dispatches, though the channel never works', async () => {
    const on = await owing();
    for (let turn = 1; turn <= 24 * 12; turn += 1) {
      on.now += 5 * MINUTE;
      await (turn % 12 === 0 ? check(on.ports) : dispatch(on.ports));
    }
    expect((await on.store.readHead()).head?.incidents.filter(({ resource }) => resource.part === 'dispatch')).toEqual([]);
  });

  test('a dispatch with nothing to do writes nothing', async () => {
    const on = stage();
    await check(on.ports);
    const { revision } = await on.store.readHead();
    on.now += 5 * MINUTE;
    await dispatch(on.ports);
    expect((await on.store.readHead()).revision).toBe(revision);
  });
});
