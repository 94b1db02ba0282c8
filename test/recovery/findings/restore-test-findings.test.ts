import { describe, expect, test } from 'vitest';
import { NO_RECOVERY, type Proof, type RecoveryState } from '../../../lib/domain/recovery/restore-test.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { locateIn } from '../../../lib/recovery/findings/recovery-findings.ts';
import { type RestoreTestInput, restoreTestFindings } from '../../../lib/recovery/findings/restore-test-findings.ts';
import { policyOf } from '../../../lib/config/policy/define-config.ts';
import { cluster, event, factsOf, NOW, project, watcher } from '../../support/facts.ts';
import { known } from '../../../lib/domain/facts/fact.ts';
import { line, proof, restorePlan } from '../../support/recovery.ts';

const AT = { projectId: 'p1', projectName: 'shop', clusterId: 'c-orders', name: 'orders' };

function findings(state: Partial<RecoveryState>, changes: Partial<RestoreTestInput> = {}) {
  const input = {
    state: { ...NO_RECOVERY, seen: { weekly: NOW - 30 * DAY }, ...state },
    plans: [restorePlan()],
    locate: () => ({ at: AT, exempt: null }),
    targets: { rto: 4 * HOUR, rpo: HOUR },
    installedAt: NOW - 30 * DAY,
    now: NOW,
    ...changes,
  };
  return restoreTestFindings(input);
}

const refusedBy = (why: string, cluster = 'orders') => ({
  [`weekly|shop/${cluster}`]: { at: NOW, why, plan: 'weekly', source: { project: 'shop', cluster } },
});

/** The one about the source. */
const about = (...given: Parameters<typeof findings>) => findings(...given).find(({ resource }) => resource.clusterId === 'c-orders');

describe('restore-test without any plan', () => {
  const none = (installedAt: number) => findings({}, { plans: [], installedAt })[0];
  test.for([7 * DAY, 7 * DAY + 1])('is exempt %i ms after the installation, because `set-up` reports it', (ago) =>
    expect(none(NOW - ago)).toMatchObject({ verdict: 'exempt', summary: expect.stringContaining('no restore test is planned') }),
  );
  test('ends with the first plan', () =>
    expect(findings({ proofs: [proof()] })[0]).toMatchObject({ verdict: 'ok', resource: { part: 'restore-test' } }));
});

describe('restore-test by the newest test', () => {
  const bad = (verdict: Proof['verdict'], id: string) => proof({ id, verdict, why: 'shop.orders: documents', worst: [line('failed')] });
  test.for([
    ['passed', [proof()], 'ok', null],
    ['failed', [proof(), bad('failed', 'b')], 'failing', 'critical'],
    ['failed, then passed', [bad('failed', 'a'), proof()], 'ok', null],
    ['could not be verified once', [proof(), bad('could-not-verify', 'b')], 'failing', 'warning'],
    ['could not be verified twice running', [bad('could-not-verify', 'a'), bad('could-not-verify', 'b')], 'failing', 'critical'],
    ['failed, then could not be verified', [bad('failed', 'a'), bad('could-not-verify', 'b')], 'failing', 'warning'],
  ] as const)('%s', ([, proofs, verdict, severity]) => expect(about({ proofs })).toMatchObject({ verdict, severity }));

  test('names what was expected and what was found where it failed', () => {
    const finding = about({ proofs: [bad('failed', 'record-7')] });
    expect(finding?.evidence).toContainEqual(['shop.orders: documents', 'expected 120, found 108']);
    expect(finding?.evidence).toContainEqual(['record', 'record-7']);
    expect(finding?.summary).toMatch(/the snapshot of .* failed: shop.orders: documents/);
  });
});

test('shows the trend of RTO and RPO beside the last measures', () => {
  const finding = about({
    proofs: [proof({ id: 'a' }), proof({ id: 'b', measured: { restore: HOUR, validate: 0, rto: HOUR, rpo: 2 * MINUTE } }), proof()],
  });
  expect(finding?.evidence).toContainEqual(['RTO of the tests before', '5 min, 1 h']);
  expect(finding?.evidence).toContainEqual(['RPO of the tests before', '10 min, 2 min']);
});

describe('restore-test by time', () => {
  const overdue = (ago: number) => about({ proofs: [proof({ startedAt: NOW - ago })] });
  test('is not overdue after exactly a week and the day’s grace', () => expect(overdue(8 * DAY)).toMatchObject({ verdict: 'ok' }));
  test('is a P1 a millisecond later', () => expect(overdue(8 * DAY + 1)).toMatchObject({ verdict: 'failing', severity: 'warning' }));
  test('counts from when the plan was first seen where no test was done', () => {
    expect(about({ seen: { weekly: NOW - 8 * DAY } })).toMatchObject({ verdict: 'ok', summary: expect.stringMatching(/not overdue/) });
    expect(about({ seen: { weekly: NOW - 8 * DAY - 1 } })).toMatchObject({
      severity: 'warning',
      summary: expect.stringMatching(/ever done/),
    });
  });
  test('gives sources in rotation the whole round', () => {
    const sources = [restorePlan().sources[0], { project: 'shop', cluster: 'b', uri: null }].flatMap((source) => source ?? []);
    const plans = [restorePlan({ sources })];
    expect(about({ proofs: [proof({ startedAt: NOW - 15 * DAY })] }, { plans })).toMatchObject({ verdict: 'ok' });
    expect(about({ proofs: [proof({ startedAt: NOW - 15 * DAY - 1 })] }, { plans })).toMatchObject({ severity: 'warning' });
  });
});

test('a restore test that was refused is reported with the reason, unless an earlier one failed: then that is reported', () => {
  const refusals = refusedBy('the target sandbox is busy');
  expect(about({ refusals, proofs: [proof()] })).toMatchObject({
    severity: 'warning',
    summary: expect.stringMatching(/refused: the target sandbox is busy/),
  });
  expect(about({ refusals, proofs: [proof({ verdict: 'failed' })] })).toMatchObject({ severity: 'critical' });
});

test('reports a refusal for its source alone', () => {
  const sources = [
    { project: 'shop', cluster: 'a', uri: null },
    { project: 'shop', cluster: 'b', uri: null },
  ];
  const plans = [restorePlan({ sources })];
  const locate = ({ cluster: name }: { readonly cluster: string }) => ({ at: { ...AT, clusterId: `c-${name}`, name }, exempt: null });
  const told = findings({ refusals: refusedBy('busy', 'b'), seen: { weekly: NOW } }, { plans, locate }).filter(
    ({ verdict }) => verdict === 'failing',
  );
  expect(told.map(({ resource }) => resource.name)).toEqual(['b']);
});

test('reports a test that never found its source for the cluster of that name', () => {
  const source = { projectId: 'shop', projectName: 'shop', clusterId: '', name: 'orders' };
  expect(about({ proofs: [proof({ source, verdict: 'could-not-verify', why: 'Atlas did not answer' })] })).toMatchObject({
    severity: 'warning',
    resource: { clusterId: 'c-orders' },
  });
});

test('ends what was reported for a name once its cluster is known', () => {
  const nowhere = findings({ proofs: [proof()] }).find(({ resource }) => resource.part === 'restore-test:shop/orders');
  expect(nowhere).toMatchObject({ verdict: 'ok' });
});

test('is overdue for an unknown source like for any other', () =>
  expect(
    findings({ seen: { weekly: NOW - 9 * DAY } }, { locate: () => null }).filter(({ verdict }) => verdict === 'failing'),
  ).toMatchObject([{ severity: 'warning', summary: expect.stringMatching(/ever done/) }]));

test('is a P1 where restored data is still in the sandbox, though the test passed', () =>
  expect(about({ proofs: [proof({ uncleaned: 'not allowed to drop' })] })).toMatchObject({
    severity: 'warning',
    summary: expect.stringMatching(/still in the sandbox: not allowed/),
  }));

describe('restore-test: manifests', () => {
  const aged = (age: number) => about({ proofs: [proof()], manifests: { 'shop/orders': [{ at: NOW - age, blobs: [] }] } });
  test('exactly two days old are ok', () => expect(aged(2 * DAY)).toMatchObject({ verdict: 'ok' }));
  test('a millisecond older than two days are a warning', () =>
    expect(aged(2 * DAY + 1)).toMatchObject({ severity: 'warning', summary: expect.stringMatching(/no manifest/) }));
});

describe('restore-test: the proven recovery point', () => {
  const expiring = (expiresAt: number, startedAt = NOW - HOUR) =>
    about({ proofs: [proof({ startedAt, point: { kind: 'moment', at: NOW - 6 * DAY, expiresAt } })] });
  test('is ok with more than a day left', () => expect(expiring(NOW + DAY + 1)).toMatchObject({ verdict: 'ok' }));
  test('is reported with a day left and the next test days away', () =>
    expect(expiring(NOW + DAY)).toMatchObject({ verdict: 'failing', severity: 'info' }));
  test('is ok where the next test comes within the grace after it', () =>
    expect(expiring(NOW + DAY, NOW - 5 * DAY)).toMatchObject({ verdict: 'ok' }));
  test('is ok while an older test proved a point that lasts longer', () =>
    expect(about({ proofs: [proof({ id: 'a' }), proof({ point: { kind: 'moment', at: NOW, expiresAt: NOW + HOUR } })] })).toMatchObject({
      verdict: 'ok',
    }));
});

describe('restore-test: RTO and RPO', () => {
  const measured = (rto: number, rpo: number) => about({ proofs: [proof({ measured: { restore: rto, validate: 0, rto, rpo } })] });
  test('exactly at their targets are ok', () => expect(measured(4 * HOUR, HOUR)).toMatchObject({ verdict: 'ok' }));
  test('are a P1 where the RTO is over its target', () =>
    expect(measured(4 * HOUR + MINUTE, HOUR)).toMatchObject({ severity: 'warning', summary: expect.stringMatching(/RTO 4 h/) }));
  test('are a P1 where the RPO is over its target', () =>
    expect(measured(HOUR, HOUR + MINUTE)).toMatchObject({ severity: 'warning', summary: expect.stringMatching(/RPO 1 h/) }));
});

test('restore-test reports an unknown source whose test was refused with that reason', () => {
  const refusals = refusedBy('Atlas has no cluster orders');
  expect(findings({ refusals }, { locate: () => null }).find(({ verdict }) => verdict === 'failing')).toMatchObject({
    severity: 'warning',
    summary: expect.stringMatching(/refused: Atlas has no cluster orders/),
  });
});

test('restore-test is unknown for an unknown source and exempt for an exempt one', () => {
  const nowhere = findings({ seen: { weekly: NOW } }, { locate: () => null }).find(({ verdict }) => verdict === 'unknown');
  expect(nowhere?.summary).toMatch(/no cluster orders \(project shop\) is known/);
  expect(about({}, { locate: () => ({ at: AT, exempt: 'cluster deleted' }) })).toMatchObject({
    verdict: 'exempt',
    summary: 'cluster deleted',
  });
});

test.for([
  ['deleted', 'replicaSet', [event('CLUSTER_DELETED', NOW + MINUTE)], 'cluster deleted'],
  ['upgraded', 'flex', [], 'Atlas lists it under a new id'],
] as const)(
  'the source of a plan whose cluster was %s is the one of its name that is there; without one it is exempt',
  ([, kind, events, words]) => {
    const other = (at: number) => cluster(at, { id: 'c2', name: 'billing' });
    const feed = { events: known({ since: NOW - DAY, until: NOW + HOUR, events }, NOW + HOUR) };
    const listing = (...clusters: readonly ReturnType<typeof cluster>[]) => factsOf([project(clusters, NOW + HOUR, feed)], NOW + HOUR);
    const monitor = watcher();
    monitor.read(factsOf([project([cluster(NOW, { kind }), other(NOW)])]));
    const { memory } = monitor.read(listing(other(NOW + HOUR), cluster(NOW + HOUR, { id: 'c9' })));
    const source = { project: 'shop', cluster: 'orders' };
    expect(locateIn(memory, policyOf({}))(source)).toEqual({ at: expect.objectContaining({ clusterId: 'c9' }), exempt: null });
    const { c9: _, ...rest } = memory.projects['p1']?.clusters ?? {};
    const alone = { ...memory, projects: { p1: { ...memory.projects['p1'], clusters: rest } } } as typeof memory; // Proof: p1 is there.
    expect(locateIn(alone, policyOf({}))(source)?.exempt).toContain(words);
  },
);
