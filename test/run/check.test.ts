import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { dispatch } from '../../lib/run/dispatch.ts';
import { known } from '../../lib/domain/facts/fact.ts';
import type { Facts } from '../../lib/domain/facts/facts.ts';
import { storeDownIncident } from '../../lib/deliver/store-down.ts';
import { DAY, HOUR, type Instant, MINUTE, SECOND, type Timer } from '../../lib/domain/time.ts';
import { check } from '../../lib/run/check.ts';
import type { SwapAnswer, SwapRequest } from '../../lib/record/store.ts';
import type { CheckAnswer } from '../../lib/run/summary.ts';
import type { CheckSummary } from '../../lib/domain/crons/cron-answers.ts';
import { FAILED, hanging } from '../support/sender.ts';
import { factsOfLook, NOW, schedule, snapshot } from '../support/facts.ts';
import { kindsOf, refusing, type Stage, stage, storeWith } from '../support/ports.ts';

function stale(now: Instant): Facts {
  return factsOfLook({
    at: now,
    cluster: { snapshots: known([snapshot(NOW - 30 * HOUR)], now), schedule: known(schedule({ nextSnapshotAt: NOW + 40 * HOUR }), now) },
  });
}

function summary(answer: CheckAnswer): CheckSummary {
  if (answer.status !== 200 || 'skipped' in answer.body) throw new Error(`no summary: ${JSON.stringify(answer)}`);
  return answer.body;
}

async function incidents(on: Stage): Promise<readonly string[]> {
  const { head } = await on.store.readHead();
  return (head?.incidents ?? []).map((incident) => `${incident.check} ${incident.state}`);
}

async function deliveries(on: Stage): Promise<readonly string[]> {
  const { head } = await on.store.readHead();
  return (head?.deliveries ?? []).map(({ channel, kind, state }) => `${channel} ${kind} ${state}`).toSorted();
}

type Due = { readonly at: Instant; readonly act: () => void };

/** What the promise gives. After each turn of the event loop it is as late as the next timer. */
async function passing<T>(on: Stage, timers: Set<Due>, promise: Promise<T>): Promise<T> {
  let ended = false;
  const result = promise.finally(() => (ended = true));
  for (let turn = 0; turn < 10_000; turn += 1) {
    await setImmediate();
    if (ended) return result;
    const [next] = [...timers].toSorted((one, other) => one.at - other.at);
    if (!next) continue;
    timers.delete(next);
    on.now = next.at;
    next.act();
  }
  throw new Error('it came to no end');
}

describe('a check', () => {
  test('of healthy clusters is recorded and notifies nobody', async () => {
    const on = stage();
    const answer = summary(await check(on.ports));
    expect(answer).toMatchObject({
      runId: 'run-1',
      complete: true,
      clusters: 1,
      transitions: 0,
      deliveries: { accepted: 0, owed: 0, rejected: 0 },
    });
    expect(answer.findings).toMatchObject({ failing: 0, unknown: 0 });
    const { head } = await on.store.readHead();
    expect(head?.lastComplete?.runId).toBe('run-1');
    expect(on.pings).toEqual(['start', 'success 1 as promised; none proven by a restore; 0 open P0 (run-1)']);
    expect(Object.values(on.channels).flatMap(({ notifications }) => notifications)).toEqual([]);
  });

  test('finds a fault, pages and texts once, and resolves at its end', async () => {
    const on = stage();
    on.collect = (_, now) => stale(now);
    expect(summary(await check(on.ports))).toMatchObject({ transitions: 1, deliveries: { accepted: 2, owed: 0, rejected: 0 } });
    expect([kindsOf(on.channels.pagerduty), kindsOf(on.channels.sms), kindsOf(on.channels.slack)]).toEqual([
      ['trigger backup-age'],
      ['trigger backup-age'],
      [],
    ]);
    on.now = NOW + HOUR;
    on.collect = (_, now) => factsOfLook({ at: now });
    await check(on.ports);
    expect([kindsOf(on.channels.pagerduty), kindsOf(on.channels.sms)]).toEqual([
      ['trigger backup-age', 'resolve backup-age'],
      ['trigger backup-age'],
    ]);
    expect(await incidents(on)).toEqual(['backup-age resolved']);
  });

  test('that finds nothing new notifies nobody, five times and over a restart', async () => {
    const on = stage();
    on.collect = (_, now) => stale(now);
    await check(on.ports);
    for (const hour of [1, 2, 3, 4, 5]) {
      on.now = NOW + hour * HOUR;
      expect(summary(await check(hour === 3 ? on.restarted() : on.ports))).toMatchObject({ transitions: 0 });
    }
    expect(kindsOf(on.channels.sms)).toEqual(['trigger backup-age']);
    expect(kindsOf(on.channels.pagerduty).filter((kind) => kind.startsWith('trigger'))).toHaveLength(1);
  });

  test('is skipped while another check is under way', async () => {
    const on = stage();
    await on.store.lease('another', MINUTE, on.now);
    expect(await check(on.ports)).toEqual({ status: 200, body: { skipped: 'another check is under way' } });
  });

  test('releases its lease', async () => {
    const on = stage();
    await check(on.ports);
    expect((await on.store.lease('another', MINUTE, on.now)).held).toBe(true);
  });

  test('remembers what the run before it saw', async () => {
    const on = stage();
    const seen: unknown[] = [];
    on.collect = (hints, now) => {
      seen.push(Object.keys(hints.projects));
      return factsOfLook({ at: now });
    };
    await check(on.ports);
    await check(on.restarted());
    expect(seen).toEqual([[], ['p1']]);
  });

  test('whose memory is gone from the store logs it, keeps its incidents and starts with an empty memory', async () => {
    const on = stage();
    on.collect = (_, now) => stale(now);
    await check(on.ports);
    on.now += HOUR;
    await check(on.restarted({ store: storeWith(on.store, { readBlobs: async (names) => names.map(() => null) }) }));
    expect(on.log.join()).toContain('memory of earlier runs is gone');
    expect(await incidents(on)).toEqual(['backup-age open']);
    expect(kindsOf(on.channels.sms)).toHaveLength(1);
  });

  test('that could read nothing from Atlas is recorded, and counts its findings as unknown', async () => {
    const on = stage();
    await check(on.ports);
    on.now += HOUR;
    on.collect = (_, now) => ({ startedAt: now, complete: true, projects: { known: false, reason: '503' } });
    expect(summary(await check(on.ports)).findings.unknown).toBeGreaterThan(0);
    expect((await on.store.readHead()).head?.lastRun?.runId).toBe('run-2');
  });

  test('that is cut off by its budget is recorded as not complete, and reports a failure to the heartbeat', async () => {
    const on = stage();
    on.collect = (_, now) => factsOfLook({ at: now, complete: false });
    expect(summary(await check(on.ports)).complete).toBe(false);
    const { head } = await on.store.readHead();
    expect([head?.lastRun?.runId, head?.lastComplete]).toEqual(['run-1', null]);
    expect(on.pings).toEqual(['start', 'fail cut off by its budget: 1 as promised; none proven by a restore; 0 open P0 (run-1)']);
  });

  test('stops reading Atlas early enough to send and to record within its budget', async () => {
    const on = stage({ runBudgetMs: 20_000, requestTimeoutMs: 1_000 });
    let until = 0;
    on.collect = (_, now, deadline) => {
      until = deadline - now;
      return factsOfLook({ at: now });
    };
    await check(on.ports);
    expect(until).toBe(20_000 - 3_000 - 3_000 - 3_000);
  });

  test('answers within its budget while every channel hangs, and has recorded what it owes', async () => {
    const timers = new Set<Due>();
    const timer: Timer = (after, act) => {
      const one = { at: on.now + after, act };
      timers.add(one);
      return () => void timers.delete(one);
    };
    const on = stage({ runBudgetMs: 3_000, requestTimeoutMs: 10_000, timer });
    for (const channel of Object.values(on.channels)) channel.answer = hanging;
    on.collect = (_, now) => stale(now);
    expect(summary(await passing(on, timers, check(on.ports))).complete).toBe(true);
    expect(on.now - NOW).toBeGreaterThan(1_000);
    expect(on.now - NOW).toBeLessThan(3_000);
    expect(await incidents(on)).toContain('backup-age open');
    const { head } = await on.store.readHead();
    expect(head?.deliveries.every(({ state, nextTryAt }) => state !== 'accepted' && nextTryAt !== null)).toBe(true);
  });

  test('moves incidents that were resolved more than a day ago from the head to history', async () => {
    const on = stage();
    on.collect = (_, now) => stale(now);
    await check(on.ports);
    on.collect = (_, now) => factsOfLook({ at: now });
    on.now = NOW + HOUR;
    await check(on.ports);
    on.now = NOW + 2 * DAY;
    await check(on.ports);
    expect(await incidents(on)).toEqual([]);
    expect((await on.store.pastIncidents({ from: 0, to: null, before: null, limit: 10 })).map(({ incident }) => incident.check)).toEqual([
      'backup-age',
    ]);
  });
});

describe('two runs at once', () => {
  /** The first outlives its lease, and is stored between what the second read and its swap; `answered`: what the second was told of its swaps. */
  async function overrun(
    on: Stage,
    answered: (request: SwapRequest, answer: SwapAnswer) => void = () => {},
  ): Promise<readonly CheckAnswer[]> {
    const [gate, read] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = on.restarted({
      collect: async (hints, now, deadline) => {
        const facts = await on.collect(hints, now, deadline);
        read.resolve();
        await gate.promise;
        return facts;
      },
    });
    const first = check(slow);
    await read.promise;
    on.now += 21 * SECOND;
    const racing = storeWith(on.store, {
      swap: async (request) => {
        gate.resolve();
        await first;
        const answer = await on.store.swap(request);
        answered(request, answer);
        return answer;
      },
    });
    const second = await check(on.restarted({ store: racing }));
    return [await first, second];
  }

  test('a conflict with an earlier check reconciles the same facts with the newer head, and pages once', async () => {
    const on = stage();
    let reads = 0;
    on.collect = (_, now) => {
      reads += 1;
      return stale(now);
    };
    expect((await overrun(on)).map((answer) => summary(answer).clusters)).toEqual([1, 1]);
    expect(reads).toBe(2);
    expect(kindsOf(on.channels.sms)).toEqual(['trigger backup-age']);
    expect(kindsOf(on.channels.pagerduty).filter((kind) => kind.startsWith('trigger'))).toHaveLength(1);
    expect(await incidents(on)).toEqual(['backup-age open']);
  });

  test('a conflict leaves no blob that no head names', async () => {
    const dropped: string[] = [];
    await overrun(stage(), (request, answer) => {
      if (answer.swapped) dropped.push(...request.drop);
    });
    expect(dropped).toEqual(['memory', 'view'].flatMap((what) => [`run/run-1/${what}/0/0`, `run/run-1/${what}/1/0`]));
  });

  test('a swap whose answer was lost is not applied twice', async () => {
    const on = stage();
    on.collect = (_, now) => stale(now);
    let lost = false;
    const losing = storeWith(on.store, {
      swap: async (request) => {
        const answer = await on.store.swap(request);
        if (lost) return answer;
        lost = true;
        return on.store.swap(request);
      },
    });
    expect(summary(await check(on.restarted({ store: losing }))).deliveries.accepted).toBe(2);
    expect(kindsOf(on.channels.sms)).toHaveLength(1);
  });

  test('a dispatch beside a check sends nothing twice', async () => {
    const on = stage();
    on.collect = (_, now) => stale(now);
    await Promise.all([check(on.ports), dispatch(on.restarted()), dispatch(on.restarted())]);
    await dispatch(on.restarted());
    expect([kindsOf(on.channels.pagerduty).filter((kind) => kind.startsWith('trigger')), kindsOf(on.channels.sms)]).toEqual([
      ['trigger backup-age'],
      ['trigger backup-age'],
    ]);
  });
});

describe('a store that is down', () => {
  const key = storeDownIncident(NOW, '').id;

  test.for([
    ['cannot be leased', { lease: refusing('take the lease') }],
    ['cannot be read', { readBlobs: refusing('read blobs') }],
    ['takes no blobs', { writeBlobs: refusing('write blobs') }],
    ['takes no head', { swap: refusing('swap the head') }],
  ] as const)('and %s: 500, a page under the day’s key, and the heartbeat’s fail', async ([, changes]) => {
    const on = stage();
    await check(on.ports);
    on.pings.length = 0;
    const answer = await check(on.restarted({ store: storeWith(on.store, changes) }));
    expect(answer.status).toBe(500);
    expect(on.channels.pagerduty.notifications.map(({ kind, incidents: [first] }) => `${kind} ${first?.id}`)).toEqual([`trigger ${key}`]);
    expect(on.pings.at(-1)).toMatch(/^fail state: /);
  });

  test('is resolved by the first check that can write again, today’s key and yesterday’s, and by no other', async () => {
    const on = stage();
    await check(on.ports);
    const other = on.restarted();
    const broken = { ...other, store: storeWith(on.store, { lease: refusing('take the lease') }) };
    await check(broken);
    on.now += HOUR;
    const resolved = (): readonly string[] =>
      on.channels.pagerduty.notifications.filter(({ kind }) => kind === 'resolve').flatMap(({ incidents: all }) => all.map(({ id }) => id));
    await check(other);
    expect(resolved()).toEqual([key, storeDownIncident(NOW - DAY, '').id]);
    on.now += HOUR;
    await check(other);
    expect(resolved()).toHaveLength(2);
  });

  test('at the very first run is resolved by the first run that can write', async () => {
    const on = stage();
    await check({ ...on.ports, store: storeWith(on.store, { lease: refusing('take the lease') }) });
    await check(on.ports);
    const resolved = on.channels.pagerduty.notifications
      .filter(({ kind }) => kind === 'resolve')
      .flatMap(({ incidents: all }) => all.map(({ id }) => id));
    expect(resolved).toEqual([key, storeDownIncident(NOW - DAY, '').id]);
  });

  test('during a dispatch: 500 and the same page', async () => {
    const on = stage();
    const answer = await dispatch(on.restarted({ store: storeWith(on.store, { readHead: refusing('read the head') }) }));
    expect(answer).toEqual({ status: 500, body: { error: 'read the head: no answer within 1 s (2 attempts)' } });
    expect(on.channels.pagerduty.notifications[0]?.incidents[0]?.id).toBe(key);
  });

  test('only after the run was stored: 200, the alarm is raised, and the heartbeat gets no success', async () => {
    const on = stage();
    on.collect = (_, now) => stale(now);
    let swaps = 0;
    const failing = storeWith(on.store, {
      swap: async (request) => ((swaps += 1) === 1 ? on.store.swap(request) : refusing('swap the head')()),
    });
    expect(summary(await check(on.restarted({ store: failing }))).transitions).toBe(1);
    expect(on.channels.pagerduty.notifications.map(({ incidents: [first] }) => first?.id)).toContain(key);
    expect(on.pings.some((beat) => beat.startsWith('success'))).toBe(false);
    expect(on.log.join()).toContain('outcomes were not recorded');
  });
});

describe('a crash', () => {
  test('between claim and record: the claimed messages are sent again under the same key', async () => {
    const on = stage();
    on.collect = (_, now) => stale(now);
    let swaps = 0;
    const dying = storeWith(on.store, {
      swap: async (request) => ((swaps += 1) === 1 ? on.store.swap(request) : refusing('swap the head')()),
    });
    await check(on.restarted({ store: dying, channels: [on.channels.pagerduty, on.channels.sms] }));
    expect(await deliveries(on)).toEqual(['pagerduty trigger owed', 'sms trigger owed']);
    const before = on.channels.pagerduty.notifications.filter(
      ({ kind, incidents: [first] }) => kind === 'trigger' && first?.check === 'backup-age',
    );
    await dispatch(on.restarted());
    expect(on.channels.sms.notifications).toHaveLength(1);
    on.now += MINUTE;
    await dispatch(on.restarted());
    expect(await deliveries(on)).toEqual(['pagerduty trigger accepted', 'sms trigger accepted']);
    const after = on.channels.pagerduty.notifications.filter(
      ({ kind, incidents: [first] }) => kind === 'trigger' && first?.check === 'backup-age',
    );
    expect(after.map(({ key, ambiguous }) => [key, ambiguous])).toEqual([
      [before[0]?.key, false],
      [before[0]?.key, true],
    ]);
    expect(new Set(after.map(({ incidents: [first] }) => first?.id)).size).toBe(1);
  });

  test('before the swap: the next check finds the fault and pages', async () => {
    const on = stage();
    on.collect = () => {
      throw new Error('killed');
    };
    expect((await check(on.ports)).status).toBe(500);
    on.collect = (_, now) => stale(now);
    on.now += HOUR;
    await check(on.restarted());
    expect(kindsOf(on.channels.sms)).toEqual(['trigger backup-age']);
  });
});

describe('dispatch', () => {
  test('delivers what is owed, at the times of the backoff', async () => {
    const on = stage();
    on.collect = (_, now) => stale(now);
    on.channels.sms.answer = () => FAILED;
    await check(on.ports);
    const tries: number[] = [];
    for (let minute = 1; minute <= 80; minute += 1) {
      on.now = NOW + minute * MINUTE;
      const before = on.channels.sms.notifications.length;
      await dispatch(on.ports);
      if (on.channels.sms.notifications.slice(before).some(({ incidents: [first] }) => first?.check === 'backup-age')) tries.push(minute);
    }
    expect(tries).toEqual([1, 6, 16, 36, 76]);
    on.channels.sms.answer = () => ({ result: 'accepted', receipt: null });
    on.now = NOW + 136 * MINUTE;
    await dispatch(on.ports);
    expect(await deliveries(on)).toContain('sms trigger accepted');
  });

  test('writes nothing if nothing is owed', async () => {
    const on = stage();
    await check(on.ports);
    const { revision } = await on.store.readHead();
    on.now += 10 * MINUTE;
    expect(await dispatch(on.ports)).toEqual({ status: 200, body: { deliveries: { accepted: 0, owed: 0, rejected: 0 } } });
    expect((await on.store.readHead()).revision).toBe(revision);
  });

  test('raises one P0 when no check completed for three intervals, and the next check resolves it', async () => {
    const on = stage();
    await check(on.ports);
    on.now = NOW + 3 * HOUR;
    await dispatch(on.ports);
    expect(await incidents(on)).toEqual([]);
    on.now = NOW + 3 * HOUR + MINUTE;
    await dispatch(on.ports);
    on.now += 5 * MINUTE;
    await dispatch(on.ports);
    expect(await incidents(on)).toEqual(['monitor open']);
    expect(kindsOf(on.channels.sms)).toEqual(['trigger monitor']);
    await check(on.ports);
    expect(await incidents(on)).toEqual(['monitor resolved']);
    const [raised] = on.channels.sms.notifications[0]?.incidents ?? [];
    const own = on.channels.pagerduty.notifications.filter(({ incidents: [about] }) => about?.id === raised?.id);
    expect(own.map(({ kind }) => kind)).toEqual(['trigger', 'resolve']);
  });

  test('counts the three intervals from its own first call if no check ever ran', async () => {
    const on = stage();
    await dispatch(on.ports);
    on.now = NOW + 3 * HOUR + MINUTE;
    await dispatch(on.ports);
    expect(await incidents(on)).toEqual(['monitor open']);
  });

  test('an incomplete check does not end what dispatch raised', async () => {
    const on = stage();
    await check(on.ports);
    on.now = NOW + 4 * HOUR;
    await dispatch(on.ports);
    on.collect = (_, now) => factsOfLook({ at: now, complete: false });
    await check(on.ports);
    expect(await incidents(on)).toEqual(['monitor open']);
  });
});

test('an incident that opened and resolved while its channels were down is reported once, as past, and never to PagerDuty', async () => {
  const on = stage();
  for (const channel of Object.values(on.channels)) channel.answer = () => FAILED;
  on.collect = (_, now) => stale(now);
  await check(on.ports);
  on.collect = (_, now) => factsOfLook({ at: now });
  on.now += 4 * MINUTE;
  await check(on.ports);
  for (const channel of Object.values(on.channels)) channel.answer = () => ({ result: 'accepted', receipt: null });
  const before = on.channels.pagerduty.notifications.length;
  for (const minutes of [10, 20, 40, 80]) {
    on.now = NOW + minutes * MINUTE;
    await dispatch(on.ports);
  }
  expect(on.channels.pagerduty.notifications.slice(before).filter(({ incidents: [first] }) => first?.check === 'backup-age')).toEqual([]);
  expect(on.channels.sms.notifications.filter(({ kind }) => kind === 'past')).toHaveLength(2);
  expect(await deliveries(on)).toEqual(['pagerduty trigger cancelled', 'sms past accepted', 'sms trigger cancelled']);
});

test('a clock that steps back ten minutes sends nothing twice', async () => {
  const on = stage();
  on.collect = (_, now) => stale(now);
  await check(on.ports);
  on.now -= 10 * MINUTE;
  await check(on.ports);
  await dispatch(on.ports);
  expect(kindsOf(on.channels.sms)).toEqual(['trigger backup-age']);
});
