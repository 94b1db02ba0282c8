import { describe, expect, test } from 'vitest';
import type { Config } from '../../../lib/config/policy/define-config.ts';
import { failing, type Finding, ok, exempt, notKnown } from '../../../lib/domain/findings/finding.ts';
import type { ClusterRow, RecordedFinding } from '../../../lib/domain/findings/recorded-view.ts';
import type { AlertProof, Head, Run } from '../../../lib/domain/incidents/head.ts';
import type { ChecklistItem } from '../../../lib/domain/incidents/recorded-checklist.ts';
import { EMPTY_MEMORY } from '../../../lib/domain/memory/memory.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../../lib/domain/time.ts';
import { NO_DRILLS } from '../../../lib/domain/recovery/drill.ts';
import { NO_RECOVERY, type Proof, type RecoveryState } from '../../../lib/domain/recovery/restore-test.ts';
import { withChecklist } from '../../../lib/render/checklist/record-checklist.ts';
import { contextAt } from '../../support/context.ts';
import { NOW } from '../../support/facts.ts';
import { delivery, head, incident } from '../../support/incidents.ts';
import { proof, restorePlan } from '../../support/recovery.ts';
import { clusterRow } from '../../support/rows.ts';

const RUN: Run = { runId: 'run-1', startedAt: NOW, finishedAt: NOW + MINUTE, complete: true };
const PROJECT = { projectId: 'p1', projectName: 'shop', clusterId: null, name: 'shop' };

type Look = {
  readonly rows?: readonly ClusterRow[];
  readonly findings?: readonly Finding[];
  readonly head?: Partial<Head>;
  readonly config?: Config;
  readonly at?: Instant;
  readonly run?: Partial<Run>;
  readonly logEntries?: number;
  readonly plans?: Parameters<typeof restorePlan>[0][];
};

function looked(look: Look): Head {
  const { rows = [clusterRow('orders')], findings = [], config = {}, at = NOW, plans, logEntries = 0 } = look;
  const context = contextAt(at, config);
  const general = { ...context.general, ...(plans && { restoreTests: plans.map((plan) => restorePlan(plan)) }) };
  const view = { runId: RUN.runId, clusters: rows, wider: [] };
  const run = { ...RUN, ...look.run };
  return withChecklist(head(look.head), { run, findings, view, memory: EMPTY_MEMORY, logEntries }, { ...context, general });
}

function item(id: string, look: Look): ChecklistItem {
  const found = looked(look).checklist?.items.find((one) => one.id === id);
  if (!found) throw new Error(`the checklist has no ${id}`);
  return found;
}

function recorded(check: string, verdict: RecordedFinding['verdict'], summary = 'as it is'): RecordedFinding {
  return { check, verdict, severity: verdict === 'failing' ? 'warning' : null, summary, evidence: [], since: NOW };
}

/** "orders", with these verdicts by check. */
function row(verdicts: Readonly<Record<string, RecordedFinding['verdict']>>, changes: Partial<ClusterRow> = {}): ClusterRow {
  return clusterRow('orders', { findings: Object.entries(verdicts).map(([check, verdict]) => recorded(check, verdict)), ...changes });
}

/** The state of the item, by each of its cases. */
function states(id: string, cases: readonly (readonly [sentence: string, look: Look, state: ChecklistItem['state']])[]): void {
  describe(id, () => {
    test.for(cases)('%s: $2', ([, look, state]) => expect(item(id, look).state).toBe(state));
  });
}

const recovery = (changes: Partial<RecoveryState>): Partial<Head> => ({ recovery: { ...NO_RECOVERY, ...changes } });
const source = { projectId: 'p1', projectName: 'shop', clusterId: 'orders', name: 'orders' };
const moment = { kind: 'moment', at: NOW - 2 * HOUR, expiresAt: null } as const;

function tested(ago: number, changes: Partial<Proof> = {}): Partial<Head> {
  return recovery({ proofs: [proof({ source, point: moment, startedAt: NOW - ago, endedAt: NOW - ago, ...changes })] });
}

states('continuous-backup', [
  ['PITR is on', { rows: [clusterRow('orders', { pitr: 'on' })] }, 'met'],
  ['PITR is off', { rows: [clusterRow('orders', { pitr: 'off' })] }, 'not-met'],
  ['PITR could not be read', { rows: [clusterRow('orders', { pitr: 'unknown' })] }, 'unknown'],
  ['an older version recorded the row', { rows: [clusterRow('orders')] }, 'unknown'],
  ['it is wanted of no cluster', { rows: [clusterRow('orders', { pitr: null })] }, 'not-watched'],
  ['one of two clusters has it off', { rows: [clusterRow('a', { pitr: 'on' }), clusterRow('b', { pitr: 'off' })] }, 'not-met'],
  ['an exempt cluster has it off', { rows: [clusterRow('a', { pitr: 'on' }), clusterRow('b', { pitr: 'off', verdict: 'exempt' })] }, 'met'],
  ['off counts before unknown', { rows: [clusterRow('a', { pitr: 'unknown' }), clusterRow('b', { pitr: 'off' })] }, 'not-met'],
]);

states('daily-snapshots', [
  ['both checks are ok', { rows: [row({ 'backup-policy': 'ok', 'backup-age': 'ok' })] }, 'met'],
  ['the schedule fails', { rows: [row({ 'backup-policy': 'failing', 'backup-age': 'ok' })] }, 'not-met'],
  ['the newest is too old', { rows: [row({ 'backup-policy': 'ok', 'backup-age': 'failing' })] }, 'not-met'],
  ['the schedule could not be read', { rows: [row({ 'backup-policy': 'unknown', 'backup-age': 'ok' })] }, 'unknown'],
  ['the schedule was not evaluated', { rows: [row({ 'backup-age': 'ok' })] }, 'unknown'],
  ['the only cluster is paused', { rows: [row({ 'backup-policy': 'exempt', 'backup-age': 'exempt' })] }, 'not-watched'],
  ['no cluster is known', { rows: [] }, 'not-watched'],
]);

states('multi-region', [
  ['two regions', { rows: [clusterRow('orders', { regions: 2 })] }, 'met'],
  ['one region', { rows: [clusterRow('orders', { regions: 1 })] }, 'not-met'],
  ['unknown regions', { rows: [clusterRow('orders', { regions: null })] }, 'unknown'],
  ['one cluster of two has one region', { rows: [clusterRow('a', { regions: 3 }), clusterRow('b', { regions: 1 })] }, 'not-met'],
  ['a free cluster has one region', { rows: [clusterRow('a', { regions: 2 }), clusterRow('b', { regions: 1, kind: 'free' })] }, 'met'],
]);

states('retention-policies', [
  ['the check is ok', { rows: [row({ retention: 'ok' })] }, 'met'],
  ['no class is assigned', { rows: [row({ retention: 'exempt' })] }, 'not-met'],
  ['the check fails', { rows: [row({ retention: 'failing' })] }, 'not-met'],
  ['it was not evaluated', { rows: [row({})] }, 'unknown'],
]);

const ofProject = { resource: PROJECT };
const audit = { check: 'access-logging', ...ofProject };
const REFUSED = failing({ ...audit, severity: 'info', summary: 'not watched: Atlas has refused to say since noon', action: '' });

states('access-logging', [
  ['on', { findings: [ok({ ...audit, summary: 'on' })] }, 'met'],
  ['off', { findings: [failing({ ...audit, severity: 'info', summary: 'database auditing is off', action: '' })] }, 'not-met'],
  ['never permitted', { findings: [exempt({ ...audit, summary: 'not watched: needs the role Project Owner' })] }, 'not-watched'],
  ['permitted once, and refused now', { findings: [REFUSED] }, 'not-watched'],
  ['unreadable', { findings: [notKnown({ ...audit, summary: '503' })] }, 'unknown'],
  ['not evaluated', {}, 'unknown'],
  ['on in another project alone', { findings: [ok({ ...audit, resource: { ...PROJECT, projectId: 'p2' }, summary: 'on' })] }, 'unknown'],
]);

const AUDITED = { findings: [ok({ ...audit, summary: 'on' })] };
const checklistBefore = (logEntries?: number): Partial<Head> => ({
  checklist: { runId: 'run-0', at: NOW - HOUR, items: [], steps: [], messages: {}, ...(logEntries !== undefined && { logEntries }) },
});

states('access-logging', [
  ['our own audit trail is empty at the first check', { ...AUDITED, logEntries: 0 }, 'met'],
  ['our own audit trail has grown', { ...AUDITED, head: checklistBefore(40), logEntries: 41 }, 'met'],
  ['our own audit trail is as long as before', { ...AUDITED, head: checklistBefore(40), logEntries: 40 }, 'met'],
  ['our own audit trail lacks an entry that it had', { ...AUDITED, head: checklistBefore(40), logEntries: 39 }, 'not-met'],
  ['our own audit trail is empty after a check', { ...AUDITED, head: checklistBefore(0), logEntries: 0 }, 'not-met'],
  ['an older version did not count our own audit trail', { ...AUDITED, head: checklistBefore(), logEntries: 12 }, 'met'],
  [
    'auditing is off and our own audit trail works',
    { findings: [failing({ ...audit, severity: 'info', summary: 'off', action: '' })], head: checklistBefore(1), logEntries: 2 },
    'not-met',
  ],
  [
    'auditing is not watched and our own audit trail works',
    { findings: [exempt({ ...audit, summary: 'not watched: needs the role X' })], head: checklistBefore(1), logEntries: 2 },
    'not-watched',
  ],
  [
    'nothing asks for auditing and our own audit trail is gone',
    { findings: [exempt({ ...audit, summary: 'no M10' })], head: checklistBefore(9), logEntries: 0 },
    'not-met',
  ],
]);

const key = { check: 'encryption-key', ...ofProject };

states('encryption-at-rest', [
  ['no customer key, or a valid one', { findings: [ok({ ...key, summary: 'no customer key is in use' })] }, 'met'],
  ['an invalid key', { findings: [failing({ ...key, severity: 'critical', summary: 'invalid', action: '' })] }, 'not-met'],
  ['a key that needs rotation', { findings: [failing({ ...key, severity: 'info', summary: 'rotate it', action: '' })] }, 'met'],
  ['a key that may not be read', { findings: [exempt({ ...key, summary: 'not watched: needs the role X' })] }, 'not-watched'],
  ['a key that may not be read any more', { findings: [{ ...REFUSED, check: 'encryption-key' }] }, 'not-watched'],
  ['a key whose state is unknown', { findings: [notKnown({ ...key, summary: '503' })] }, 'unknown'],
]);

const wanted = [clusterRow('orders', { pitr: 'on' })];

states('pitr-tested', [
  ['a moment was restored just within 90 days', { rows: wanted, head: tested(90 * DAY) }, 'met'],
  ['a moment was restored a millisecond longer ago', { rows: wanted, head: tested(90 * DAY + 1) }, 'not-met'],
  ['a snapshot was restored', { rows: wanted, head: tested(DAY, { point: { ...moment, kind: 'snapshot', snapshotId: 's' } }) }, 'not-met'],
  ['the test failed', { rows: wanted, head: tested(DAY, { verdict: 'failed' }) }, 'not-met'],
  ['nothing was ever tested', { rows: wanted }, 'not-met'],
  ['another cluster was tested', { rows: [...wanted, clusterRow('ledger', { pitr: 'on' })], head: tested(DAY) }, 'not-met'],
  ['the other cluster is not asked for PITR', { rows: [...wanted, clusterRow('ledger', { pitr: null })], head: tested(DAY) }, 'met'],
]);

states('restore-test-weekly', [
  ['none is planned', { head: tested(DAY) }, 'not-met'],
  ['the source passed exactly a week and a day ago', { plans: [{}], head: tested(8 * DAY) }, 'met'],
  ['the source passed a millisecond longer ago', { plans: [{}], head: tested(8 * DAY + 1) }, 'not-met'],
  ['the last test failed', { plans: [{}], head: tested(DAY, { verdict: 'failed' }) }, 'not-met'],
  ['the source was never tested', { plans: [{}] }, 'not-met'],
  [
    'a cluster of the same name was tested, and deleted since',
    { plans: [{}], head: tested(DAY, { source: { ...source, clusterId: 'old' } }) },
    'not-met',
  ],
  [
    'the source is exempt',
    { plans: [{}], findings: [exempt({ check: 'restore-test', resource: { ...source }, summary: 'cluster deleted' })] },
    'not-watched',
  ],
]);

const drilled = (ago: number, verdict: 'passed' | 'failed' = 'passed'): Partial<Head> =>
  recovery({ drills: { ...NO_DRILLS, ended: [{ id: 'd1', scenario: 'breach', plan: 'monthly', at: NOW - ago, verdict, summary: '' }] } });
const MONTHLY: Config = { drills: [{ name: 'monthly', scenario: 'breach', target: { project: 'shop', cluster: 'sandbox' } }] };

states('recovery-procedures', [
  ['nothing was done', {}, 'not-met'],
  ['a restore test passed just within 90 days', { head: tested(90 * DAY) }, 'met'],
  ['a restore test passed a millisecond longer ago', { head: tested(90 * DAY + 1) }, 'not-met'],
  ['a restore test failed', { head: tested(DAY, { verdict: 'failed' }) }, 'not-met'],
  ['a drill passed', { head: drilled(DAY) }, 'met'],
  ['a drill failed', { head: drilled(DAY, 'failed') }, 'not-met'],
  ['a restore by hand ended', { head: recovery({ byHand: [{ clusterId: 'orders', endedAt: NOW - DAY, restore: HOUR }] }) }, 'met'],
]);

states('dr-drill-scheduled', [
  ['none is planned', { head: drilled(DAY) }, 'not-met'],
  ['the drill was held exactly a month and its grace ago', { config: MONTHLY, head: drilled(33 * DAY) }, 'met'],
  ['the drill was held a millisecond longer ago', { config: MONTHLY, head: drilled(33 * DAY + 1) }, 'not-met'],
  ['the plan is new', { config: MONTHLY, head: recovery({ seen: { monthly: NOW - DAY } }) }, 'met'],
  ['the plan was seen too long ago', { config: MONTHLY, head: recovery({ seen: { monthly: NOW - 34 * DAY } }) }, 'not-met'],
  ['the last drill failed, which the check `drill` reports', { config: MONTHLY, head: drilled(DAY, 'failed') }, 'met'],
]);

function proven(ago: number, verdict: AlertProof['verdict'] = 'passed'): Partial<Head> {
  return { proof: { startedAt: NOW - ago, endedAt: NOW - ago, incidents: [], verdict, detail: 'accepted by sms' } };
}

states('alert-path-proven', [
  ['never', {}, 'not-met'],
  ['exactly 30 days ago', { head: proven(30 * DAY) }, 'met'],
  ['a millisecond longer ago', { head: proven(30 * DAY + 1) }, 'not-met'],
  ['failed', { head: proven(DAY, 'failed') }, 'not-met'],
  ['under way', { head: proven(0, 'running') }, 'unknown'],
]);

const taken = (channel: string, changes: Parameters<typeof delivery>[2] = {}) =>
  delivery(channel, ['i'], { attempts: 1, state: 'accepted', acceptedAt: NOW, ...changes });
const BOTH = [taken('pagerduty'), taken('email')];

states('monitoring-alerts', [
  ['no message was ever sent', {}, 'unknown'],
  ['a channel of each priority took its last message', { head: { deliveries: BOTH } }, 'met'],
  ['P2’s only channel had no message', { head: { deliveries: [taken('pagerduty'), taken('slack')] } }, 'unknown'],
  [
    'P2’s only channel refused its last message',
    { head: { deliveries: [taken('pagerduty'), taken('email', { state: 'rejected' })] } },
    'not-met',
  ],
  [
    'one recipient refused it, and another took it',
    { head: { deliveries: [...BOTH, taken('email', { recipient: 1, state: 'rejected' })] } },
    'met',
  ],
  [
    'a later message was refused',
    { head: { deliveries: [...BOTH, taken('email', { createdAt: NOW + 1, state: 'rejected' })] } },
    'not-met',
  ],
  ['a later message was not tried so far', { head: { deliveries: [...BOTH, delivery('email', ['j'], { createdAt: NOW + 1 })] } }, 'met'],
]);

const ROLES = ['Database Lead', 'DevOps Lead', 'CTO', 'Security'].map((role) => ({ role, contact: 'dana@example.com' }));

states('contacts', [
  ['the plan’s TBDs', {}, 'not-met'],
  ['all four are filled', { config: { people: ROLES } }, 'met'],
  ['one is missing', { config: { people: ROLES.slice(1) } }, 'not-met'],
]);

test('the roles that are filled are named without their contacts, which a page that anybody may see would show, and link to where they stand', () => {
  const people = ROLES.map(({ role }) => ({ role, contact: 'Dana, 0170 1234567' }));
  const { evidence } = item('contacts', { config: { people } });
  expect(evidence[0]).toEqual({ text: 'Database Lead: has a contact', href: '/runbooks/contacts' });
  expect(JSON.stringify(evidence)).not.toMatch(/Dana|0170/);
});

const OWN: Config = { checklist: [{ id: 'sizes', title: 'Sizes are watched', check: 'snapshot-size' }] };
const size = { check: 'snapshot-size', resource: { ...source } };

states('sizes', [
  ['nothing was evaluated', { config: OWN }, 'unknown'],
  ['it is ok', { config: OWN, findings: [ok({ ...size, summary: 'fine' })] }, 'met'],
  ['it fails', { config: OWN, findings: [failing({ ...size, severity: 'warning', summary: 'smaller', action: '' })] }, 'not-met'],
  ['it is exempt', { config: OWN, findings: [exempt({ ...size, summary: 'paused' })] }, 'not-watched'],
]);

test('a line of the user’s own whose check has no finding claims neither that it is met nor that there was nothing to look at', () => {
  const { evidence } = item('sizes', { config: OWN });
  expect(evidence.map(({ text }) => text)).toEqual(['the last check says nothing about snapshot-size, not even that all is well']);
});

describe('an item', () => {
  const on = { rows: [clusterRow('orders', { pitr: 'on' })] };
  const off = { rows: [clusterRow('orders', { pitr: 'off' })] };
  /** The start of each of these looks, an hour apart. */
  function since(...looks: readonly Look[]): number | undefined {
    const last = looks.reduce<Head>((before, look, index) => looked({ ...look, head: before, at: NOW + index * HOUR }), head());
    return last.checklist?.items.find(({ id }) => id === 'continuous-backup')?.since;
  }

  test('keeps since when it is in its state', () => expect(since(on, on, on)).toBe(NOW));
  test('is in another state since the check that first saw it', () => expect(since(on, on, off, off)).toBe(NOW + 2 * HOUR));
  test('that was mended is met since then, and not since it was met before', () => expect(since(on, off, on)).toBe(NOW + 2 * HOUR));

  test('keeps what the last complete check found if a check is cut off', () =>
    expect(since(on, { ...off, run: { complete: false } })).toBe(NOW));

  test('is never met without evidence', () => {
    const all = looked({ ...on, head: { ...tested(DAY), ...proven(DAY), deliveries: BOTH }, plans: [{}], config: { people: ROLES } });
    const met = all.checklist?.items.filter(({ state }) => state === 'met') ?? [];
    expect(met.length).toBeGreaterThan(5);
    expect(met.filter(({ evidence }) => evidence.length === 0 || evidence.some(({ text }) => text === ''))).toEqual([]);
  });

  test('names five clusters and counts the rest, so that the head stays small', () => {
    const rows = Array.from({ length: 6_250 }, (_, index) => clusterRow(`c${index}`, { pitr: 'off' }));
    expect(item('continuous-backup', { rows }).evidence.map(({ text }) => text)).toMatchObject({ length: 6, 5: 'and 6245 more' });
  });

  test('links to the open incident that says so', () => {
    const rows = [row({ 'backup-policy': 'ok', 'backup-age': 'failing' })];
    const open = { ...incident('i1'), resource: { ...source } };
    expect(item('daily-snapshots', { rows, head: { incidents: [open] } }).evidence[0]?.href).toBe('/#i1');
  });

  test('links to the record of a restore test', () =>
    expect(item('pitr-tested', { rows: wanted, head: tested(DAY, { id: 'restore test/1' }) }).evidence[0]?.href).toBe(
      '/records/restore%20test%2F1',
    ));

  test('remembers a message that the head has forgotten', () => {
    const before = looked({ head: { deliveries: BOTH } });
    expect(item('monitoring-alerts', { head: { ...before, deliveries: [] }, at: NOW + 30 * DAY }).state).toBe('met');
  });
});
