import { describe, expect, test } from 'vitest';
import type { Channel } from '../lib/alerts/channels/channel.ts';
import { letterFor } from '../lib/alerts/deliver-letter.ts';
import { deliver, prepared } from '../lib/alerts/deliver.ts';
import { planDeliveries, type PlanContext } from '../lib/alerts/plan.ts';
import type { Outcome } from '../lib/alerts/queue.ts';
import { type Config, env } from '../lib/config/policy.ts';
import { withDigest } from '../lib/digest.ts';
import { known } from '../lib/domain/fact.ts';
import type { ClusterFacts, Facts } from '../lib/domain/facts.ts';
import type { Delivery, Incident } from '../lib/domain/incident.ts';
import type { ChannelId } from '../lib/domain/policy.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../lib/domain/time.ts';
import { dispatch } from '../lib/dispatch.ts';
import { reconcile } from '../lib/incidents/reconcile.ts';
import { rounds } from '../lib/rounds.ts';
import { check } from '../lib/run.ts';
import { contextAt } from './support/context.ts';
import { courier, FAILED, holding, type Recorder, recorder } from './support/courier.ts';
import { cluster, factsOf, NOW, project, schedule, snapshot } from './support/facts.ts';
import { accepted, bad, delivery, head, incident, resolved } from './support/incidents.ts';
import { kindsOf, type Stage, stage } from './support/parts.ts';

const TEAMS: Config = {
  teams: [
    { name: 'pay', match: { tag: 'team=pay' }, to: { pagerduty: env('PD_PAY'), slack: { channel: 'C0000000001' } } },
    { name: 'data', match: { cluster: 'warehouse' }, to: { pagerduty: env('PD_DATA') } },
  ],
};

/** The default recipients of every channel, PagerDuty and Slack of team pay, PagerDuty of team data. */
const ROSTER: PlanContext['roster'] = [
  ...contextAt(NOW).roster,
  { id: 'pagerduty', recipients: 1, team: 'pay' },
  { id: 'slack', recipients: 1, team: 'pay' },
  { id: 'pagerduty', recipients: 1, team: 'data' },
];

function context(roster = ROSTER, at: Instant = NOW): PlanContext {
  return contextAt(at, {}, { roster });
}

function without(team: string): PlanContext['roster'] {
  return ROSTER.filter((entry) => entry.team !== team);
}

/** "trigger pagerduty@pay a", sorted. */
function spelled(deliveries: readonly Delivery[]): readonly string[] {
  return deliveries
    .map(({ kind, channel, team, incidents }) => `${kind} ${channel}${team === undefined ? '' : `@${team}`} ${incidents.join(',')}`)
    .toSorted();
}

/** What the state leads to of itself: dead claims, reroutes, new addresses. */
function next(deliveries: readonly Delivery[], incidents: readonly Incident[], roster = ROSTER): readonly Delivery[] {
  const channels = roster.map(({ id, team, recipients }) => owned(recorder(id), team, recipients));
  return prepared(head({ deliveries, incidents }), courier(channels, { context: () => context(roster) })).deliveries;
}

function owned(channel: Recorder, team: string | undefined, recipients = 1): Recorder {
  return { ...channel, recipients, ...(team !== undefined && { team }) };
}

const mine = (id: string, changes: Partial<Incident> = {}): Incident => incident(id, { team: 'pay', ...changes });
const many = (count: number, team: string | undefined, prefix: string): readonly Incident[] =>
  Array.from({ length: count }, (_, index) => incident(`${prefix}${index}`, { severity: 'warning', ...(team && { team }) }));
const opened = (...incidents: readonly Incident[]) => incidents.map((one) => ({ kind: 'opened', incident: one }) as const);

describe('a plan for teams', () => {
  test('tells each team, and the default recipients of what a team leaves out', () => {
    const plan = planDeliveries([], opened(mine('a'), incident('b', { team: 'data' }), incident('c')), context());
    expect(spelled(plan)).toEqual([
      'trigger pagerduty c',
      'trigger pagerduty@data b',
      'trigger pagerduty@pay a',
      'trigger sms a',
      'trigger sms b',
      'trigger sms c',
    ]);
    expect(new Set(plan.map(({ key }) => key)).size).toBe(6);
    expect(plan.every(({ reroute }) => reroute === null)).toBe(true);
  });

  test('makes a storm one message for each recipient, teams that share one together', () => {
    const plan = planDeliveries([], opened(...many(6, 'pay', 'p'), ...many(3, 'data', 'd'), ...many(3, undefined, 'n')), context());
    const counts = plan.map(({ channel, team, incidents }) => `${channel}@${team ?? ''} ${incidents.length}`).toSorted();
    expect(counts).toEqual(['email@ 12', 'slack@ 6', 'slack@pay 6']);
  });

  test('does not count one team’s incidents for another’s storm', () => {
    const plan = planDeliveries([], opened(...many(3, 'pay', 'p'), ...many(3, undefined, 'n')), context());
    expect(plan.filter(({ channel }) => channel === 'slack').every(({ incidents }) => incidents.length === 1)).toBe(true);
  });

  test('ends an incident where it was told, also after its team has moved on', () => {
    const before = [accepted('pagerduty', ['a'], { team: 'pay' }), accepted('slack', ['a'])];
    const plan = planDeliveries(before, [{ kind: 'resolved', incident: resolved('a', { team: 'pay' }) }], context());
    expect(spelled(plan.slice(2))).toEqual(['resolve pagerduty@pay a', 'resolve slack a']);
  });

  test('shows an acknowledgement once at each place that told of it', () => {
    const before = [accepted('pagerduty', ['a'], { team: 'pay' }), accepted('slack', ['a'], { team: 'pay' }), accepted('slack', ['b'])];
    const plan = planDeliveries(before, [{ kind: 'acknowledged', incident: mine('a') }], context());
    expect(spelled(plan.slice(3))).toEqual(['acknowledge pagerduty@pay a', 'acknowledge slack@pay a']);
  });

  test('goes on within the team when its pager and the default phone refuse', () => {
    const refused = [
      delivery('pagerduty', ['a'], { team: 'pay', state: 'rejected', nextTryAt: null }),
      delivery('sms', ['a'], { state: 'rejected', nextTryAt: null }),
    ];
    expect(spelled(next(refused, [mine('a')]).slice(2))).toEqual(['trigger email a', 'trigger slack@pay a']);
  });

  test('does not take the default pager’s refusal for the team’s', () => {
    const before = [delivery('pagerduty', ['b'], { state: 'rejected', nextTryAt: null }), accepted('pagerduty', ['a'], { team: 'pay' })];
    expect(spelled(next(before, [mine('a'), incident('b')]).slice(2))).toEqual(['trigger sms b']);
  });

  test('tells what came and went to the team too', () => {
    const gone = resolved('a', { team: 'pay', severity: 'warning' });
    const before = [
      delivery('slack', ['a'], { team: 'pay', state: 'cancelled', nextTryAt: null }),
      delivery('email', ['a'], { state: 'cancelled', nextTryAt: null }),
    ];
    expect(spelled(next(before, [gone]).slice(2))).toEqual(['past email a', 'past slack@pay a']);
  });

  test('escalates and reminds within the team', () => {
    const one = mine('a', { severity: 'warning' });
    const told = [accepted('slack', ['a'], { team: 'pay', priority: 'P1' }), accepted('email', ['a'], { priority: 'P1' })];
    const later = rounds(head({ incidents: [one], deliveries: told }), context(ROSTER, NOW + 5 * HOUR), 2).deliveries.slice(2);
    expect(spelled(later)).toEqual(['escalate pagerduty@pay a', 'escalate sms a', 'remind email a', 'remind slack@pay a']);
  });

  test('does not climb to a channel that only another team has', () => {
    const roster = ROSTER.filter(({ id, team }) => team === 'data' || id === 'slack' || id === 'email');
    const one = incident('a', { severity: 'warning' });
    const told = [accepted('slack', ['a'], { priority: 'P1' }), accepted('email', ['a'], { priority: 'P1' })];
    const later = rounds(head({ incidents: [one], deliveries: told }), context(roster, NOW + HOUR), 2);
    expect(later.incidents[0]?.escalation).toBeUndefined();
  });

  test('claims for one team without using up another’s share', () => {
    const pages = Array.from({ length: 200 }, (_, index) => delivery('pagerduty', ['a'], { team: 'pay', key: `pay${index}` }));
    const after = next(
      [...pages, delivery('pagerduty', ['b'], { team: 'data', createdAt: NOW + 1 })],
      [mine('a'), incident('b', { team: 'data' })],
    );
    expect(after.at(-1)?.claim?.owner).toBe('run-1');
    expect(after.filter(({ team, claim }) => team === 'pay' && claim !== null)).toHaveLength(60);
  });

  test('sends the digest to the default recipients alone', () => {
    const before = head({ digestDay: '2026-11-21' });
    const { deliveries } = withDigest(before, () => ({ runId: 'run', clusters: [], wider: [] }), context());
    expect(spelled(deliveries)).toEqual(['digest email ', 'digest slack ']);
  });
});

describe('after a team has been taken out of the configuration', () => {
  const sent = accepted('slack', ['a'], { team: 'pay', key: 'root', receipt: '17.1' });

  test('a new message of its open incident goes to the default recipients and says why', () => {
    const plan = planDeliveries([], [{ kind: 'raised', incident: mine('a') }], context(without('pay')));
    expect(plan.map(({ channel, team, reroute }) => [channel, team, reroute])).toEqual([
      ['pagerduty', undefined, 'Sent here because team pay is not configured any more.'],
      ['sms', undefined, 'Sent here because team pay is not configured any more.'],
    ]);
  });

  test('its resolve goes to the default recipients, says why, and is no reply there', () => {
    const plan = planDeliveries([sent], [{ kind: 'resolved', incident: resolved('a', { team: 'pay' }) }], context(without('pay')));
    const [, moved] = next(plan, [resolved('a', { team: 'pay' })], without('pay'));
    expect(moved).toMatchObject({
      kind: 'resolve',
      channel: 'slack',
      root: 'root',
      reroute: 'Sent here because team pay has no recipients of its own there any more.',
    });
    expect(moved?.team).toBeUndefined();
    expect(moved?.claim?.owner).toBe('run-1');
    if (!moved) throw new Error('unreachable');
    const state = head({ deliveries: [sent, moved], incidents: [resolved('a')] });
    expect(letterFor(moved, state, courier([])).root).toBeNull();
  });

  test('what was owed reaches every default recipient once, however many the team had', () => {
    const roster = without('pay').map((entry) => (entry.id === 'email' ? { ...entry, recipients: 3 } : entry));
    const owed = [0, 1].map((recipient) => delivery('email', ['a'], { team: 'pay', recipient, key: `k${recipient}`, priority: 'P1' }));
    const moved = next(owed, [mine('a', { severity: 'warning' })], roster);
    expect(moved.map(({ team, recipient, state }) => [team, recipient, state])).toEqual([
      [undefined, 0, 'owed'],
      [undefined, 1, 'owed'],
      [undefined, 2, 'owed'],
      ['pay', 1, 'cancelled'],
    ]);
    expect(new Set(moved.map(({ key }) => key)).size).toBe(4);
    expect(next(moved, [mine('a', { severity: 'warning' })], roster)).toHaveLength(4);
  });

  test('what only the team could be told by goes another way', () => {
    const roster = without('pay').filter(({ id }) => id !== 'pagerduty');
    const after = next([delivery('pagerduty', ['a'], { team: 'pay' })], [mine('a')], roster);
    expect(spelled(after)).toEqual(['trigger pagerduty@pay a', 'trigger sms a']);
    expect(after[0]).toMatchObject({ state: 'rejected', nextTryAt: null });
  });

  test('what was accepted stays as it is', () => expect(next([sent], [mine('a')], without('pay'))).toEqual([sent]));
});

describe('a team whose PagerDuty', () => {
  test('hangs delays neither another team’s nor its own Slack', async () => {
    const slow = Promise.withResolvers<Outcome>();
    const [data, slack] = [owned(recorder('pagerduty'), 'data'), owned(recorder('slack'), 'pay')];
    const how = courier(
      [
        recorder('pagerduty'),
        owned(
          recorder('pagerduty', () => slow.promise),
          'pay',
        ),
        data,
        slack,
      ],
      { context: () => context() },
    );
    const deliveries = [
      delivery('pagerduty', ['a'], { team: 'pay', key: 'pay' }),
      ...Array.from({ length: 80 }, (_, index) => delivery('pagerduty', ['b'], { team: 'data', key: `data${index}` })),
      delivery('slack', ['a'], { team: 'pay', key: 'slack' }),
    ];
    const access = holding(prepared(head({ deliveries, incidents: [mine('a'), incident('b', { team: 'data' })] }), how));
    const all = deliver(access, how);
    await expect.poll(() => [data.letters.length, slack.letters.length], { interval: 1, timeout: 2_500 }).toEqual([80, 1]);
    expect(access.head().deliveries[0]?.state).toBe('owed');
    slow.resolve(FAILED);
    await all;
  });
});

/** "orders" belongs to team pay by its tag, "warehouse" to team data, "scratch" to nobody; those named are 30 h without a backup. */
function world(now: Instant, ...stale: readonly string[]): Facts {
  const old: Partial<ClusterFacts> = {
    snapshots: known([snapshot(NOW - 30 * HOUR)], now),
    schedule: known(schedule({ nextSnapshotAt: null }), now),
  };
  const made = (id: string, name: string, changes: Partial<ClusterFacts> = {}): ClusterFacts =>
    cluster(now, { id, name, ...changes, ...(stale.includes(name) ? old : {}) });
  return factsOf([project([made('c1', 'orders', { tags: { team: 'pay' } }), made('c2', 'warehouse'), made('c3', 'scratch')], now)], now);
}

type Told = { readonly on: Stage; readonly of: (channel: ChannelId, team?: string) => Recorder };

function line(answers: Readonly<Record<string, Recorder['answer']>> = {}, config: Config = TEAMS): Told {
  const open = ROSTER.map(({ id, team }) => owned(recorder(id, answers[team === undefined ? id : `${id}@${team}`]), team));
  const channels: readonly Channel[] = open;
  const of = (id: ChannelId, team?: string): Recorder => {
    const found = open.find((channel) => channel.id === id && channel.team === team);
    if (!found) throw new Error(`no ${id} of ${team}`);
    return found;
  };
  return { on: stage({ channels }, config), of };
}

describe('over the whole line', () => {
  test('a fault rings the pager of the team that the cluster’s tag names, and its end is told there', async () => {
    const { on, of } = line();
    on.collect = (_, now) => world(now, 'orders', 'warehouse', 'scratch');
    await check(on.parts);
    const rung = (team?: string): readonly string[] =>
      of('pagerduty', team).letters.map(({ kind, incidents }) => `${kind} ${incidents[0]?.resource.name}`);
    expect([rung('pay'), rung('data'), rung()]).toEqual([['trigger orders'], ['trigger warehouse'], ['trigger scratch']]);
    expect(of('sms').letters).toHaveLength(3);
    on.now = NOW + HOUR;
    on.collect = (_, now) => world(now);
    await check(on.parts);
    expect([rung('pay'), rung('data'), rung()]).toEqual([
      ['trigger orders', 'resolve orders'],
      ['trigger warehouse', 'resolve warehouse'],
      ['trigger scratch', 'resolve scratch'],
    ]);
  });

  test('an incident keeps its team when the tag has gone, and when it gets worse', async () => {
    const { on, of } = line({}, { ...TEAMS, severity: { 'backup-age': 'warning' } });
    on.collect = (_, now) => world(now, 'orders');
    await check(on.parts);
    expect(kindsOf(of('slack', 'pay'))).toEqual(['trigger backup-age']);
    const later = line({}, { teams: TEAMS.teams?.slice(1) });
    on.now = NOW + HOUR;
    await check({ ...later.on.parts, store: on.store, now: () => on.now, collect: async (_, now) => world(now, 'orders') });
    expect(kindsOf(later.of('pagerduty', 'pay'))).toEqual(['trigger backup-age']);
    expect(kindsOf(later.of('pagerduty'))).not.toContain('trigger backup-age');
  });

  test('a team’s broken pager is told to the default recipients, by their pager too', async () => {
    const { on, of } = line({ 'pagerduty@pay': () => FAILED });
    on.collect = (_, now) => world(now, 'orders');
    await check(on.parts);
    on.now = NOW + 6 * MINUTE;
    await dispatch(on.parts);
    const [alarm] = of('pagerduty').letters;
    expect(alarm?.incidents[0]).toMatchObject({
      check: 'monitor',
      summary: expect.stringContaining('pagerduty@pay'),
      resource: { projectId: null },
    });
    expect(kindsOf(of('pagerduty', 'data'))).toEqual([]);
  });

  test('a monitor that does not run wakes the default recipients alone', async () => {
    const { on, of } = line();
    on.collect = (_, now) => world(now);
    await check(on.parts);
    on.now = NOW + DAY;
    await dispatch(on.parts);
    expect([kindsOf(of('pagerduty')), kindsOf(of('pagerduty', 'pay')), kindsOf(of('pagerduty', 'data'))]).toEqual([
      ['trigger monitor'],
      [],
      [],
    ]);
  });
});

describe('a team that takes what is urgent alone', () => {
  const teamFor = ({ priority }: { readonly priority: string }): string | undefined => (priority === 'P0' ? 'pay' : 'data');
  const at = (hours: number, fallback: typeof teamFor = teamFor) =>
    ({ now: NOW + hours * HOUR, revision: 1 + hours, projectIds: null, teamFor: fallback }) as const;
  const onlyP0 = ({ priority }: { readonly priority: string }): string | undefined => (priority === 'P0' ? 'pay' : undefined);

  test('gets an incident of nobody’s that rises to it, and is told by its own pager', () => {
    const mild = reconcile([], [bad({ severity: 'warning' })], at(0, onlyP0));
    expect(mild.incidents[0]?.team).toBeUndefined();
    const { transitions, incidents } = reconcile(mild.incidents, [bad()], at(1, onlyP0));
    expect(transitions).toMatchObject([{ kind: 'raised', incident: { priority: 'P0', team: 'pay' } }]);
    expect(spelled(planDeliveries([], transitions, context()))).toEqual([
      `trigger pagerduty@pay ${incidents[0]?.id}`,
      `trigger sms ${incidents[0]?.id}`,
    ]);
  });

  test('does not get one that goes on as it was, nor another team’s', () => {
    const mild = reconcile(
      [],
      [bad({ severity: 'warning' })],
      at(0, () => undefined),
    );
    expect(
      reconcile(
        mild.incidents,
        [bad({ severity: 'warning' })],
        at(1, () => 'pay'),
      ).incidents[0]?.team,
    ).toBeUndefined();
    const theirs = reconcile([], [bad({ severity: 'warning' })], at(0));
    expect(reconcile(theirs.incidents, [bad()], at(1)).incidents[0]?.team).toBe('data');
  });
});
