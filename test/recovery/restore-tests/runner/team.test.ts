import { describe, expect, test } from 'vitest';
import { type Config, env } from '../../../../lib/config/policy/define-config.ts';
import type { Incident } from '../../../../lib/domain/incidents/incident.ts';
import { HOUR, MINUTE } from '../../../../lib/domain/time.ts';
import { dispatch } from '../../../../lib/run/dispatch.ts';
import { explainRoute } from '../../../../lib/route/explain-route.ts';
import { routeContext } from '../../../../lib/ports/ports.ts';
import { dailyRestoreTests } from '../../../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { withRecoveryIncidents } from '../../../../lib/recovery/findings/recovery-findings.ts';
import { check } from '../../../../lib/run/check.ts';
import { subjectNamed } from '../../../../lib/route/subject-named.ts';
import { recorder } from '../../../support/sender.ts';
import { factsOfLook, NOW, watcher } from '../../../support/facts.ts';
import { head } from '../../../support/incidents.ts';
import { line, liveCluster } from '../../../support/recovery.ts';
import { PLAN, recoveryStage } from '../../../support/recovery-stage.ts';

const tags = { team: 'pay' };
const clusterRead = (at: number) => factsOfLook({ at, cluster: { tags } });

/** A restore test of "orders" whose validation fails, begun and followed by dispatch alone after one check. */
async function failedTest(match: NonNullable<Config['teams']>[number]['match']) {
  const teams = [{ name: 'pay', match, to: { pagerduty: env('PD_PAY') } }];
  const made = recoveryStage({ digestHour: null, ...PLAN, teams });
  const pay = { ...recorder('pagerduty'), team: 'pay' };
  const restarted = () => made.restarted({ channels: [...Object.values(made.channels), pay] });
  made.collect = (_, now) => clusterRead(now);
  made.atlas.source = liveCluster({ clusterId: 'c1', tags });
  made.answers = [{ lines: [line('failed')], next: null, newest: null }];
  await check(restarted());
  await dailyRestoreTests(restarted());
  for (let turn = 0; turn < 6; turn += 1) {
    made.now += 5 * MINUTE;
    await dispatch(restarted());
    if (made.atlas.jobs.length > 0) made.restored();
  }
  const found =
    (await made.store.readHead()).head?.incidents.filter((one) => one.check === 'restore-test' && one.state !== 'resolved') ?? [];
  return { made, pay, restarted, found };
}

const pages = (notifications: readonly { readonly kind: string; readonly incidents: readonly Incident[] }[]): readonly string[] =>
  notifications.flatMap(({ kind, incidents }) => incidents.filter((one) => one.check === 'restore-test').map(() => kind));

describe('a restore test that fails between two checks', () => {
  test.for<[string, NonNullable<Config['teams']>[number]['match']]>([
    ['the cluster’s name', { cluster: 'orders' }],
    ['its tag', { tag: 'team=pay' }],
    ['its project and the check', { project: 'shop', check: 'restore-test' }],
  ])('notifies the team chosen by %s, as `restorewatch route` says', async ([, match]) => {
    const { made, pay, restarted, found } = await failedTest(match);
    expect(found.map(({ team, priority }) => `${priority} ${team}`)).toEqual(['P0 pay']);
    expect(pages(pay.notifications)).toEqual(['trigger']);
    expect(pages(made.channels.pagerduty.notifications)).toEqual([]);
    const ports = restarted();
    const { memory } = watcher().read(clusterRead(NOW));
    const said = explainRoute(
      { subject: subjectNamed({ cluster: 'orders', tags: {} }, memory), check: 'restore-test', priorities: ['P0'] },
      { policy: ports.policy, roster: routeContext(ports, NOW, null).roster, silences: [], recipientsOf: ({ id }) => id, now: NOW },
    );
    expect(said).toContain('team pay, the first that fits');
  });

  test('stays that team’s one incident at the next check', async () => {
    const { made, pay, restarted, found } = await failedTest({ tag: 'team=pay' });
    made.now += HOUR;
    await check(restarted());
    const later = (await made.store.readHead()).head?.incidents.filter(
      (one) => one.check === 'restore-test' && one.resource.clusterId === 'c1',
    );
    expect(later?.map(({ id, team }) => `${id} ${team}`)).toEqual(found.map(({ id }) => `${id} pay`));
    expect(pages(pay.notifications)).toEqual(['trigger']);
  });

  test('notifies the default recipients where no team matches', async () => {
    const { made, pay, found } = await failedTest({ tag: 'team=other' });
    expect(found.map(({ team }) => team)).toEqual([undefined]);
    expect([pages(pay.notifications), pages(made.channels.pagerduty.notifications)]).toEqual([[], ['trigger']]);
  });
});

test('stays open where it flapped many times today, also where the earlier incidents have left the head', () => {
  const made = recoveryStage({ ...PLAN, digestHour: null });
  const source = { projectId: 'p1', projectName: 'shop', clusterId: 'c1', name: 'orders' };
  const proof = {
    id: 'test-1',
    plan: 'weekly',
    source,
    point: null,
    startedAt: NOW - HOUR,
    restoredAt: NOW - HOUR,
    endedAt: NOW,
    verdict: 'passed',
    why: null,
    worst: [],
    measured: { restore: null, validate: null, rto: null, rpo: null },
  } as const;
  const open: Incident = {
    id: 'i-1',
    check: 'restore-test',
    resource: source,
    severity: 'critical',
    priority: 'P0',
    state: 'open',
    openedAt: NOW - HOUR,
    resolvedAt: null,
    resolution: null,
    summary: 'failed',
    evidence: [],
    action: '',
    startedAt: null,
    acknowledgement: null,
  };
  const recovery = { tests: [], proofs: [proof], turns: {}, manifests: {}, refusals: {} };
  const states = (endings: readonly number[]) =>
    withRecoveryIncidents(head({ incidents: [open], recovery, endings: { 'restore-test|p1|c1|': endings } }), made.ports, 2).incidents.map(
      ({ id, state }) => `${id} ${state}`,
    );
  const episodes = [2, 4, 6, 8].map((hours) => NOW - hours * HOUR);
  expect([states(episodes.slice(1)), states(episodes)]).toEqual([['i-1 resolved'], ['i-1 open']]);
});
