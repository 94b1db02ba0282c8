import { describe, expect, test } from 'vitest';
import type { PlanContext } from '../lib/alerts/plan.ts';
import { dispatch } from '../lib/dispatch.ts';
import { known } from '../lib/domain/fact.ts';
import type { Delivery } from '../lib/domain/incident.ts';
import { DAY, HOUR, MINUTE } from '../lib/domain/time.ts';
import { check } from '../lib/run.ts';
import { stalledFindings } from '../lib/stalled.ts';
import { contextAt } from './support/context.ts';
import { FAILED } from './support/courier.ts';
import { factsOfLook, NOW, snapshot } from './support/facts.ts';
import { accepted, delivery, head, incident, resolved } from './support/incidents.ts';
import { kindsOf, type Stage, stage } from './support/parts.ts';

const HALF = 30 * MINUTE;
const lastRun = { runId: 'run', startedAt: NOW - HOUR, finishedAt: NOW - HOUR + MINUTE, complete: true };

/** Due since so long before NOW, tried once an hour ago, unless told. */
function waiting(since: number, changes: Partial<Delivery> = {}): Delivery {
  return delivery('slack', ['a'], { createdAt: NOW - HOUR, attempts: 1, nextTryAt: NOW - since, ...changes });
}

function found(deliveries: readonly Delivery[], changes: Partial<PlanContext> = {}, since: number = HOUR): readonly string[] {
  const run = { ...lastRun, startedAt: NOW - since };
  const state = head({ lastRun: run, incidents: [incident('a'), resolved('b')], deliveries });
  return stalledFindings(state, contextAt(NOW, {}, changes)).map(
    ({ check: of, resource, severity }) => `${of} ${resource.part} ${severity}`,
  );
}

const MISSING = ['monitor dispatch warning'];

describe('no dispatch comes: a message that was due', () => {
  test.for([
    ['29 min and 59.999 s ago: not yet', waiting(HALF - 1), []],
    ['half an hour ago', waiting(HALF), MISSING],
    ['an hour ago, and was never tried', waiting(HOUR, { attempts: 0 }), MISSING],
    ['an hour ago, and was refused for good', waiting(HALF, { state: 'rejected', createdAt: NOW - 2 * HOUR }), MISSING],
    ['an hour ago, and may have arrived', waiting(HOUR, { state: 'unknown', ambiguous: true }), MISSING],
    ['and was accepted', waiting(HOUR, { state: 'accepted', acceptedAt: NOW - HOUR, nextTryAt: null }), []],
    ['and is not worth sending any more', waiting(HOUR, { state: 'cancelled', nextTryAt: null }), []],
    ['and is given up', waiting(HOUR, { state: 'unknown', nextTryAt: null }), []],
    ['and is being sent', waiting(HOUR, { claim: { owner: 'x', until: NOW + MINUTE } }), []],
    ['an hour ago, on a channel that asked to be left alone until a while ago', waiting(HOUR, { channelHeldUntil: NOW - HALF + 1 }), []],
    ['an hour ago, on a channel that did so until long ago', waiting(HOUR, { channelHeldUntil: NOW - HALF }), MISSING],
    ['of a team that has no such channel any more', waiting(HOUR, { team: 'gone' }), []],
  ] as const)('%s', ([, one, wanted]) => expect(found([one])).toEqual(wanted));

  test('an hour ago, while another message of its channel asked for time', () =>
    expect(found([waiting(HOUR), delivery('slack', ['b'], { channelHeldUntil: NOW + MINUTE, nextTryAt: NOW + MINUTE })])).toEqual([]));

  test('an hour ago, on a channel that is not configured any more', () => expect(found([waiting(HOUR)], { roster: [] })).toEqual([]));

  test.for([
    ['that arrived long ago', accepted('slack', ['a'], { acceptedAt: NOW - HALF }), MISSING],
    ['that arrived just now', accepted('slack', ['a'], { acceptedAt: NOW - HALF + 1 }), []],
    ['that has not arrived', delivery('slack', ['a'], { nextTryAt: NOW }), []],
    ['that may have arrived, nobody knows when', delivery('slack', ['a'], { state: 'unknown', ambiguous: true, nextTryAt: NOW }), []],
  ] as const)('and follows one %s', ([, root, wanted]) =>
    expect(found([root, waiting(HOUR, { key: 'resolve', kind: 'resolve', root: root.key })])).toEqual(wanted),
  );
});

describe('somebody sends: a message that waits behind others says nothing, where by its channel another', () => {
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

  test('but not where that was another channel', () =>
    expect(found([waiting(HOUR), accepted('email', ['b'], { acceptedAt: NOW })])).toEqual(MISSING));
});

describe('while no check came either, the whole host was away', () => {
  test.for([
    [1.5 * HOUR, MISSING],
    [1.5 * HOUR + 1, []],
  ] as const)('the last one was %i ms ago', ([since, wanted]) => expect(found([waiting(HOUR)], {}, since)).toEqual(wanted));

  test('nor at the very first', () =>
    expect(stalledFindings(head({ deliveries: [waiting(HOUR)], createdAt: NOW - DAY }), contextAt(NOW))).toEqual([]));
});

test('it says how many waited, and since when', () => {
  const state = head({ lastRun, deliveries: [waiting(HALF), waiting(HOUR, { key: 'other' })] });
  expect(stalledFindings(state, contextAt(NOW))).toMatchObject([
    {
      summary: 'no dispatch has got through since 2026-11-22T11:00:00Z (1 h): retries, reminders and escalation wait for the hourly check',
      evidence: [['messages that waited for it', '2']],
      startedAt: NOW - HOUR,
    },
  ]);
});

describe('in the line', () => {
  /** A failing cluster that SMS could not be told of; Slack and email are well. */
  async function owing(): Promise<Stage> {
    const on = stage();
    on.collect = (_, now) => factsOfLook({ at: now, cluster: { snapshots: known([snapshot(now - 30 * HOUR)], now) } });
    on.channels.sms.answer = () => FAILED;
    await check(on.parts);
    return on;
  }
  const told = (on: Stage): readonly string[] => kindsOf(on.channels.slack);

  test('checks alone say that no dispatch comes, once; the first dispatch ends it', async () => {
    const on = await owing();
    on.now += HOUR;
    await check(on.parts);
    expect(told(on)).toEqual(['trigger monitor']);
    on.now += HOUR;
    await check(on.parts);
    expect(told(on)).toEqual(['trigger monitor']);
    on.now += MINUTE;
    await dispatch(on.restarted());
    expect(told(on)).toEqual(['trigger monitor', 'resolve monitor']);
  });

  test('beside dispatches, nothing is said of them in a day, though the channel never works', async () => {
    const on = await owing();
    for (let turn = 1; turn <= 24 * 12; turn += 1) {
      on.now += 5 * MINUTE;
      await (turn % 12 === 0 ? check(on.parts) : dispatch(on.parts));
    }
    expect((await on.store.readHead()).head?.incidents.filter(({ resource }) => resource.part === 'dispatch')).toEqual([]);
  });

  test('a dispatch with nothing to do writes nothing', async () => {
    const on = stage();
    await check(on.parts);
    const { revision } = await on.store.readHead();
    on.now += 5 * MINUTE;
    await dispatch(on.parts);
    expect((await on.store.readHead()).revision).toBe(revision);
  });
});
