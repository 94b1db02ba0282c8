import { describe, expect, test } from 'vitest';
import type { Channel } from '../../lib/deliver/attempt/channel.ts';
import { notificationFor } from '../../lib/deliver/notification.ts';
import { withClaims } from '../../lib/deliver/claims.ts';
import { deliver } from '../../lib/deliver/deliver.ts';
import { planDeliveries, type RouteContext } from '../../lib/route/plan-deliveries.ts';
import type { Outcome } from '../../lib/domain/incidents/delivery-queue.ts';
import { type Config, env } from '../../lib/config/policy/define-config.ts';
import { withDigest } from '../../lib/render/daily-digest.ts';
import { known } from '../../lib/domain/facts/fact.ts';
import type { ClusterFacts, Facts } from '../../lib/domain/facts/facts.ts';
import type { Delivery, Incident } from '../../lib/domain/incidents/incident.ts';
import type { ChannelId } from '../../lib/domain/policy/policy.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import { reconcile } from '../../lib/reconcile/reconcile.ts';
import { elapse } from '../../lib/run/elapse.ts';
import { check } from '../../lib/run/check.ts';
import { contextAt } from '../support/context.ts';
import { sender, FAILED, holding, type Recorder, recorder } from '../support/sender.ts';
import { cluster, factsOf, NOW, project, schedule, snapshot } from '../support/facts.ts';
import { accepted, bad, delivery, head, incident, resolved } from '../support/incidents.ts';
import { kindsOf, type Stage, stage } from '../support/ports.ts';

const TEAMS: Config = {
  teams: [
    { name: 'pay', match: { tag: 'team=pay' }, to: { pagerduty: env('PD_PAY'), slack: { channel: 'C0000000001' } } },
    { name: 'data', match: { cluster: 'warehouse' }, to: { pagerduty: env('PD_DATA') } },
  ],
};

/** The default recipients of every channel, PagerDuty and Slack of team pay, PagerDuty of team data. */
const ROSTER: RouteContext['roster'] = [
  ...contextAt(NOW).roster,
  { id: 'pagerduty', recipients: 1, team: 'pay' },
  { id: 'slack', recipients: 1, team: 'pay' },
  { id: 'pagerduty', recipients: 1, team: 'data' },
];

function context(roster = ROSTER, at: Instant = NOW): RouteContext {
  return contextAt(at, {}, { roster });
}

function without(team: string): RouteContext['roster'] {
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
  return withClaims(head({ deliveries, incidents }), sender(channels, { context: () => context(roster) })).deliveries;
}

function owned(channel: Recorder, team: string | undefined, recipients = 1): Recorder {
  return { ...channel, recipients, ...(team !== undefined && { team }) };
}

const mine = (id: string, changes: Partial<Incident> = {}): Incident => incident(id, { team: 'pay', ...changes });
const many = (count: number, team: string | undefined, prefix: string): readonly Incident[] =>
  Array.from({ length: count }, (_, index) => incident(`${prefix}${index}`, { severity: 'warning', ...(team && { team }) }));
const opened = (...incidents: readonly Incident[]) => incidents.map((one) => ({ kind: 'opened', incident: one }) as const);

describe('the deliveries planned for teams', () => {
  test('go to each team, and to the default recipients for what a team leaves out', () => {
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

  test('in a storm are one message for each recipient, shared by teams with the same recipient', () => {
    const plan = planDeliveries([], opened(...many(6, 'pay', 'p'), ...many(3, 'data', 'd'), ...many(3, undefined, 'n')), context());
    const counts = plan.map(({ channel, team, incidents }) => `${channel}@${team ?? ''} ${incidents.length}`).toSorted();
    expect(counts).toEqual(['email@ 12', 'slack@ 6', 'slack@pay 6']);
  });

  test('do not count the incidents of one team towards the storm of another', () => {
    const plan = planDeliveries([], opened(...many(3, 'pay', 'p'), ...many(3, undefined, 'n')), context());
    expect(plan.filter(({ channel }) => channel === 'slack').every(({ incidents }) => incidents.length === 1)).toBe(true);
  });

  test('resolve an incident where it was triggered, even after its team has changed', () => {
    const before = [accepted('pagerduty', ['a'], { team: 'pay' }), accepted('slack', ['a'])];
    const plan = planDeliveries(before, [{ kind: 'resolved', incident: resolved('a', { team: 'pay' }) }], context());
    expect(spelled(plan.slice(2))).toEqual(['resolve pagerduty@pay a', 'resolve slack a']);
  });

  test('show an acknowledgement once at each recipient of the trigger', () => {
    const before = [accepted('pagerduty', ['a'], { team: 'pay' }), accepted('slack', ['a'], { team: 'pay' }), accepted('slack', ['b'])];
    const plan = planDeliveries(before, [{ kind: 'acknowledged', incident: mine('a') }], context());
    expect(spelled(plan.slice(3))).toEqual(['acknowledge pagerduty@pay a', 'acknowledge slack@pay a']);
  });

  test('stay within the team when its PagerDuty and the default SMS refuse', () => {
    const refused = [
      delivery('pagerduty', ['a'], { team: 'pay', state: 'rejected', nextTryAt: null }),
      delivery('sms', ['a'], { state: 'rejected', nextTryAt: null }),
    ];
    expect(spelled(next(refused, [mine('a')]).slice(2))).toEqual(['trigger email a', 'trigger slack@pay a']);
  });

  test('are not rerouted for a team because the default PagerDuty refused', () => {
    const before = [delivery('pagerduty', ['b'], { state: 'rejected', nextTryAt: null }), accepted('pagerduty', ['a'], { team: 'pay' })];
    expect(spelled(next(before, [mine('a'), incident('b')]).slice(2))).toEqual(['trigger sms b']);
  });

  test('report an incident that opened and resolved unnoticed to the team too', () => {
    const gone = resolved('a', { team: 'pay', severity: 'warning' });
    const before = [
      delivery('slack', ['a'], { team: 'pay', state: 'cancelled', nextTryAt: null }),
      delivery('email', ['a'], { state: 'cancelled', nextTryAt: null }),
    ];
    expect(spelled(next(before, [gone]).slice(2))).toEqual(['past email a', 'past slack@pay a']);
  });

  test('escalate and remind within the team', () => {
    const one = mine('a', { severity: 'warning' });
    const sent = [accepted('slack', ['a'], { team: 'pay', priority: 'P1' }), accepted('email', ['a'], { priority: 'P1' })];
    const later = elapse(head({ incidents: [one], deliveries: sent }), context(ROSTER, NOW + 5 * HOUR), 2).deliveries.slice(2);
    expect(spelled(later)).toEqual(['escalate pagerduty@pay a', 'escalate sms a', 'remind email a', 'remind slack@pay a']);
  });

  test('do not escalate to a channel that only another team has', () => {
    const roster = ROSTER.filter(({ id, team }) => team === 'data' || id === 'slack' || id === 'email');
    const one = incident('a', { severity: 'warning' });
    const sent = [accepted('slack', ['a'], { priority: 'P1' }), accepted('email', ['a'], { priority: 'P1' })];
    const later = elapse(head({ incidents: [one], deliveries: sent }), context(roster, NOW + HOUR), 2);
    expect(later.incidents[0]?.escalation).toBeUndefined();
  });

  test('are claimed for one team without using up the share of another', () => {
    const pages = Array.from({ length: 200 }, (_, index) => delivery('pagerduty', ['a'], { team: 'pay', key: `pay${index}` }));
    const after = next(
      [...pages, delivery('pagerduty', ['b'], { team: 'data', createdAt: NOW + 1 })],
      [mine('a'), incident('b', { team: 'data' })],
    );
    expect(after.at(-1)?.claim?.owner).toBe('run-1');
    expect(after.filter(({ team, claim }) => team === 'pay' && claim !== null)).toHaveLength(60);
  });

  test('send the digest only to the default recipients', () => {
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
    expect(notificationFor(moved, state, sender([])).root).toBeNull();
  });

  test('owed messages reach every default recipient once, however many recipients the team had', () => {
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

  test('a message on a channel that only the team had is rerouted', () => {
    const roster = without('pay').filter(({ id }) => id !== 'pagerduty');
    const after = next([delivery('pagerduty', ['a'], { team: 'pay' })], [mine('a')], roster);
    expect(spelled(after)).toEqual(['trigger pagerduty@pay a', 'trigger sms a']);
    expect(after[0]).toMatchObject({ state: 'rejected', nextTryAt: null });
  });

  test('an accepted message stays as it is', () => expect(next([sent], [mine('a')], without('pay'))).toEqual([sent]));
});

describe('a team whose PagerDuty', () => {
  test('hangs does not delay the PagerDuty of another team or its own Slack', async () => {
    const slow = Promise.withResolvers<Outcome>();
    const [data, slack] = [owned(recorder('pagerduty'), 'data'), owned(recorder('slack'), 'pay')];
    const how = sender(
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
    const access = holding(withClaims(head({ deliveries, incidents: [mine('a'), incident('b', { team: 'data' })] }), how));
    const all = deliver(access, how);
    await expect.poll(() => [data.notifications.length, slack.notifications.length], { interval: 1, timeout: 2_500 }).toEqual([80, 1]);
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

describe('teams over the whole line', () => {
  test('a fault pages the team that the cluster’s tag names, and its resolve goes there', async () => {
    const { on, of } = line();
    on.collect = (_, now) => world(now, 'orders', 'warehouse', 'scratch');
    await check(on.ports);
    const rung = (team?: string): readonly string[] =>
      of('pagerduty', team).notifications.map(({ kind, incidents }) => `${kind} ${incidents[0]?.resource.name}`);
    expect([rung('pay'), rung('data'), rung()]).toEqual([['trigger orders'], ['trigger warehouse'], ['trigger scratch']]);
    expect(of('sms').notifications).toHaveLength(3);
    on.now = NOW + HOUR;
    on.collect = (_, now) => world(now);
    await check(on.ports);
    expect([rung('pay'), rung('data'), rung()]).toEqual([
      ['trigger orders', 'resolve orders'],
      ['trigger warehouse', 'resolve warehouse'],
      ['trigger scratch', 'resolve scratch'],
    ]);
  });

  test('an incident keeps its team when the tag has gone, and when it gets worse', async () => {
    const { on, of } = line({}, { ...TEAMS, severity: { 'backup-age': 'warning' } });
    on.collect = (_, now) => world(now, 'orders');
    await check(on.ports);
    expect(kindsOf(of('slack', 'pay'))).toEqual(['trigger backup-age']);
    const later = line({}, { teams: TEAMS.teams?.slice(1) });
    on.now = NOW + HOUR;
    await check({ ...later.on.ports, store: on.store, now: () => on.now, collect: async (_, now) => world(now, 'orders') });
    expect(kindsOf(later.of('pagerduty', 'pay'))).toEqual(['trigger backup-age']);
    expect(kindsOf(later.of('pagerduty'))).not.toContain('trigger backup-age');
  });

  test('the default recipients are notified that the PagerDuty of a team is broken, by their PagerDuty too', async () => {
    const { on, of } = line({ 'pagerduty@pay': () => FAILED, sms: () => FAILED });
    on.collect = (_, now) => world(now, 'orders');
    await check(on.ports);
    on.now = NOW + 6 * MINUTE;
    await dispatch(on.ports);
    const [alarm] = of('pagerduty').notifications;
    expect(alarm?.incidents[0]).toMatchObject({
      check: 'monitor',
      summary: expect.stringContaining('pagerduty@pay'),
      resource: { projectId: null },
    });
    expect(kindsOf(of('pagerduty', 'data'))).toEqual([]);
  });

  test('a monitor that does not run notifies only the default recipients', async () => {
    const { on, of } = line();
    on.collect = (_, now) => world(now);
    await check(on.ports);
    on.now = NOW + DAY;
    await dispatch(on.ports);
    expect([kindsOf(of('pagerduty')), kindsOf(of('pagerduty', 'pay')), kindsOf(of('pagerduty', 'data'))]).toEqual([
      ['trigger monitor'],
      [],
      [],
    ]);
  });
});

describe('a team that is responsible only for P0', () => {
  const teamFor = ({ priority }: { readonly priority: string }): string | undefined => (priority === 'P0' ? 'pay' : 'data');
  const at = (hours: number, fallback: typeof teamFor = teamFor) =>
    ({ now: NOW + hours * HOUR, revision: 1 + hours, projectIds: null, teamFor: fallback }) as const;
  const onlyP0 = ({ priority }: { readonly priority: string }): string | undefined => (priority === 'P0' ? 'pay' : undefined);

  test('gets an incident without a team that rises to P0, on its own PagerDuty', () => {
    const mild = reconcile([], [bad({ severity: 'warning' })], at(0, onlyP0));
    expect(mild.incidents[0]?.team).toBeUndefined();
    const { transitions, incidents } = reconcile(mild.incidents, [bad()], at(1, onlyP0));
    expect(transitions).toMatchObject([{ kind: 'raised', incident: { priority: 'P0', team: 'pay' } }]);
    expect(spelled(planDeliveries([], transitions, context()))).toEqual([
      `trigger pagerduty@pay ${incidents[0]?.id}`,
      `trigger sms ${incidents[0]?.id}`,
    ]);
  });

  test('does not get an incident that stays as it was, nor one of another team', () => {
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
