import { describe, expect, test } from 'vitest';
import { policyOf } from '../../../lib/config/policy/define-config.ts';
import { emptyHead, type Head } from '../../../lib/domain/incidents/head.ts';
import { NO_RECOVERY } from '../../../lib/domain/recovery/restore-test.ts';
import { DAY, HOUR, iso, MINUTE, SECOND } from '../../../lib/domain/time.ts';
import { startAndFollow } from '../../../lib/recovery/by-hand/follow-manual-restore.ts';
import type { LogRecord } from '../../../lib/domain/recovery/log-record.ts';
import type { ClusterRow, RecordedView } from '../../../lib/domain/findings/recorded-view.ts';
import { beginDrill, changeDrill } from '../../../lib/recovery/state/drills-in-head.ts';
import { planRestore, type RestoreAsked } from '../../../lib/recovery/by-hand/manual-restore.ts';
import { onDemandSnapshot } from '../../../lib/recovery/by-hand/on-demand-snapshot.ts';
import type { Ports } from '../../../lib/ports/ports.ts';
import { planned as planFromStore } from '../../../lib/recovery/by-hand/manual-restore.ts';
import { START } from '../../collect/harness.ts';
import { meetRestore, startRecovery, type RecoveryHarness } from '../../collect/recovery/recovery-harness.ts';
import { proof } from '../../support/recovery.ts';
import { clusterRow } from '../../support/rows.ts';

const ASKED: RestoreAsked = { source: { project: 'shop', cluster: 'orders' }, target: { project: 'shop', cluster: 'sandbox' }, to: '' };
const WINDOW = { from: START - 6 * DAY, to: START, breaks: [{ from: START - 3 * HOUR, to: START - 2 * HOUR, cause: 'oplog behind' }] };

function viewOf(...rows: readonly Partial<ClusterRow>[]): RecordedView {
  const clusters = rows.map((one) => clusterRow('orders', { projectId: 'p', clusterId: 'c', newestRecoveryPoint: null, ...one }, START));
  return { runId: 'run-1', clusters, wider: [] };
}

const VIEW = viewOf({ window: WINDOW }, { name: 'sandbox', verdict: 'exempt' });

/** As after a check that began then. */
function headAt(startedAt: number): Head {
  const head = emptyHead(START);
  // What a plan reads of a run is when it began.
  return { ...head, lastRun: { runId: 'run-1', startedAt } as NonNullable<Head['lastRun']>, recovery: NO_RECOVERY };
}

type Known = { readonly head?: Head; readonly view?: RecordedView | null };

async function planned(harness: RecoveryHarness, to: string, asked: Partial<RestoreAsked> = {}, known: Known = {}) {
  const head = { ...emptyHead(START), recovery: { ...NO_RECOVERY, proofs: [proof({ source: harness.source })] } };
  const sources = [{ project: 'shop', cluster: 'orders' }];
  return planRestore(
    { ...ASKED, to, ...asked },
    { atlas: harness.recovery, head, view: VIEW, sources, sourceAddresses: [], now: START, deadline: harness.deadline, ...known },
  );
}

describe('the plan of a restore by hand', () => {
  test('says what is lost, how long it took before, and which moments cannot be restored', async () => {
    const { refusals, lines } = await planned(await startRecovery(), iso(START - HOUR));
    expect(refusals).toEqual([]);
    const text = lines.join('\n');
    expect(text).toMatch(/target {3}sandbox \(project shop\); ALL ITS DATA IS REPLACED/);
    expect(text).toMatch(/lost: everything written in the 1 h since/);
    expect(text).toMatch(/not restorable: .* \(oplog behind\)/);
    expect(text).toMatch(/the last restore took 4 min/);
  });

  test.for([
    ['a moment without its zone', '2026-11-22T10:00:00', /write a moment with its zone/],
    ['no moment at all', 'yesterday', /write a moment with its zone/],
    ['a day that does not exist', '2026-13-40T10:00:00Z', /write a moment with its zone/],
    [
      'a day that its month does not have, which the runtime takes for the day after',
      '2026-11-31T10:00:00Z',
      /write a moment with its zone/,
    ],
    ['a moment before the window', iso(WINDOW.from - HOUR), /outside the restorable window/],
    ['a moment inside a break', iso(START - 2.5 * HOUR), /inside a break of the window.*oplog behind/],
    ['a snapshot that is not there', 'a'.repeat(24), /no completed snapshot a{24} of orders is left; the newest are/],
  ] as const)('refuses %s', async ([, to, words]) => expect((await planned(await startRecovery(), to)).refusals.join('; ')).toMatch(words));

  test.for([
    ['a target without the tag', { target: { tags: {} } }, {}, /does not carry the tag/],
    ['a source as target', {}, { target: { project: 'shop', cluster: 'orders' } }, /is a source: a restore would erase it/],
    ['a target that is not there', {}, { target: { project: 'shop', cluster: 'nowhere' } }, /no cluster nowhere/],
    ['a paused source', { source: { paused: true } }, {}, /source orders is paused/],
  ] as const)('refuses %s', async ([, clusters, asked, words]) =>
    expect((await planned(await startRecovery(clusters), iso(START - HOUR), asked)).refusals.join('; ')).toMatch(words),
  );
});

describe('restoring to a moment since the last check', () => {
  const to = START - 20 * MINUTE;
  function seen(windowTo: number, checked = START - 50 * MINUTE): Promise<Awaited<ReturnType<typeof planned>>> {
    const view = viewOf({ window: { from: START - 6 * DAY, to: windowTo, breaks: [] } }, { name: 'sandbox', verdict: 'exempt' });
    return startRecovery().then((harness) => planned(harness, iso(to), {}, { head: headAt(checked), view }));
  }

  test('is allowed where no gap was open at that check, and a line says that Atlas judges', async () => {
    const { refusals, lines } = await seen(START - 50 * MINUTE);
    expect(refusals).toEqual([]);
    expect(lines.join('\n')).toMatch(/no gap was open at the last check .* Atlas judges/);
  });
  test('is allowed where no check has run for a day', async () => expect((await seen(START - DAY, START - DAY)).refusals).toEqual([]));
  test('is refused where a gap was open at that check, however short', async () =>
    expect((await seen(START - 50 * MINUTE - 1)).refusals.join()).toMatch(/outside the restorable window/));
  test('is refused where the moment is in the future', async () => {
    const view = viewOf({ window: { ...WINDOW, to: START - HOUR } });
    const known = { head: headAt(START - HOUR), view };
    const { refusals } = await planned(await startRecovery(), iso(START + MINUTE), {}, known);
    expect(refusals.join()).toMatch(/outside the restorable window/);
  });
});

describe('the target of a restore by hand', () => {
  const to = iso(START - HOUR);
  function drilled(): Head {
    const targetName = { project: 'shop', cluster: 'sandbox', uri: null };
    return beginDrill(headAt(START), { id: 'drill-1', scenario: 'corruption', plan: null, by: 'x', targetName, now: START });
  }

  test('is refused while a drill is using it', async () => {
    const harness = await startRecovery();
    const target = await harness.recovery.findCluster('shop', 'sandbox', harness.deadline);
    const head = changeDrill(drilled(), 'drill-1', (drill) => ({ ...drill, target, phase: 'compare' }));
    expect((await planned(harness, to, {}, { head })).refusals.join()).toMatch(/drill \(drill-1, of corruption\) is using the target/);
  });
  test('is refused while a drill that has not looked it up yet is to use it', async () =>
    expect((await planned(await startRecovery(), to, {}, { head: drilled() })).refusals.join()).toMatch(/drill-1.*is using the target/));

  test.for(['ok', 'failing', 'unknown'] as const)('is refused where it is watched (%s), whatever tag it carries', async (verdict) => {
    const view = viewOf({ window: WINDOW }, { name: 'sandbox', verdict });
    const { refusals } = await planned(await startRecovery(), to, {}, { view });
    expect(refusals).toEqual([expect.stringMatching(/is watched as a cluster with data of its own: .*restorewatch-exempt/)]);
  });
  test('is not confused with a watched cluster of the same name in another project', async () => {
    const view = viewOf({ window: WINDOW }, { name: 'sandbox', projectName: 'crm', projectId: 'p2' });
    expect((await planned(await startRecovery(), to, {}, { view })).refusals).toEqual([]);
  });
});

test('a restore by hand is refused where the store cannot be read, with the runbook that does without it', async () => {
  const { recovery } = await startRecovery();
  const store = { readHead: () => Promise.reject(new Error('the store is down')) };
  // A plan reads nothing else of the ports.
  const ports = { store, policy: policyOf({}) } as unknown as Ports;
  const { refusals } = await planFromStore({ asked: { ...ASKED, to: iso(START - HOUR) }, ports, atlas: recovery });
  expect(refusals[0]).toMatch(/the store cannot be read, .*\(the store is down\); the runbook pitr-recovery/);
});

describe('a restore by hand', () => {
  type Meet = (harness: RecoveryHarness) => void;
  async function follow(stopAfter: number, meet: Meet = () => {}, requestTimeoutMs = 5_000) {
    const harness = await startRecovery({ client: { requestTimeoutMs } });
    meet(harness);
    const newest = harness.orders.snapshots.at(-1)?.id ?? '';
    const plan = await planned(harness, newest);
    const said: string[] = [];
    const kept: LogRecord[] = [];
    const pauses: number[] = [];
    const { time, recovery } = harness;
    const record = await startAndFollow({
      atlas: recovery,
      asked: { ...ASKED, to: newest },
      planned: plan,
      id: 'restore-1',
      by: 'alice',
      now: time.clock,
      pause: async (span) => {
        pauses.push(span);
        time.now += span;
      },
      say: (words) => void said.push(words),
      stopped: () => said.length > stopAfter,
      keep: async (one) => void kept.push(one),
    });
    return { harness, record, said, kept, pauses };
  }

  test('is followed to its end and recorded with how long it took', async () => {
    const { record, said } = await follow(1_000);
    expect(record).toMatchObject({ kind: 'restore', verdict: 'passed', by: 'alice', details: { target: 'sandbox (project shop)' } });
    expect(record.measured['restore']).toBeGreaterThan(3 * MINUTE);
    expect(said[0]).toMatch(/restore job \w+ has begun/);
  });
  test('is looked at soon at first, and every 15 s later', async () => {
    const { pauses } = await follow(1_000);
    expect(pauses.slice(0, 6)).toEqual([1, 2, 4, 8, 15, 15].map((seconds) => seconds * SECOND));
    expect(new Set(pauses.slice(6))).toEqual(new Set([15 * SECOND]));
  });
  test('that fails in Atlas is recorded as failed', async () =>
    expect((await follow(1_000, ({ atlas }) => void atlas.recovery.faults.add('job-fails'))).record).toMatchObject({ verdict: 'failed' }));
  test('that a person stops following is recorded as interrupted, and goes on in Atlas', async () =>
    expect((await follow(2)).record).toMatchObject({ verdict: 'interrupted', summary: expect.stringMatching(/goes on in Atlas/) }));
  test('leaves a record before Atlas is asked, which its end corrects', async () => {
    const { kept, record } = await follow(1_000);
    expect(kept).toEqual([expect.objectContaining({ kind: 'restore', verdict: 'noted', id: 'restore-1-begun', by: 'alice' })]);
    expect(kept[0]?.details).toEqual({
      target: 'sandbox (project shop)',
      'source id': expect.stringMatching(/^[0-9a-f]{24}\/[0-9a-f]{24}$/),
      point: expect.stringMatching(/^snapshot /),
    });
    expect(record).toMatchObject({ id: 'restore-1', corrects: 'restore-1-begun' });
  });
  test('whose answer was lost is found again among the jobs, and never asked for twice', async () => {
    const { harness, record } = await follow(1_000, (one) => meetRestore(one, { kind: 'lost' }));
    expect(record).toMatchObject({ verdict: 'passed', details: { 'restore job': harness.atlas.recovery.jobs[0]?.id } });
    expect(harness.atlas.recovery.jobs).toHaveLength(1);
  });
  test('whose answer was lost and that shows in no listing is recorded as could-not-verify', async () => {
    const { record } = await follow(1_000, (one) => meetRestore(one, { kind: 'hang' }), 300);
    expect(record).toMatchObject({
      verdict: 'could-not-verify',
      summary: expect.stringMatching(/no such job seen: look at the restore jobs/),
    });
  });
  test('that Atlas refuses is recorded as refused', async () => {
    const body = { errorCode: 'CANNOT_RESTORE', detail: 'no' };
    const { record } = await follow(1_000, (one) => meetRestore(one, { kind: 'status', status: 400, body }));
    expect(record).toMatchObject({ verdict: 'refused', summary: expect.stringMatching(/Atlas refused it/), corrects: 'restore-1-begun' });
  });
  test('that the interlock refuses is never requested', async () => {
    const harness = await startRecovery({ target: { tags: {} } });
    const plan = await planned(harness, iso(START - HOUR));
    const nobody = {
      id: 'r',
      by: 'a',
      now: harness.time.clock,
      pause: async () => undefined,
      say: () => undefined,
      stopped: () => false,
      keep: async () => undefined,
    };
    await expect(startAndFollow({ atlas: harness.recovery, asked: ASKED, planned: plan, ...nobody })).rejects.toThrow(/refused: .*tag/);
    expect(harness.atlas.recovery.jobs).toEqual([]);
  });
});

describe('a snapshot on demand', () => {
  async function take(harness: RecoveryHarness, cluster = 'orders', patience = HOUR, stopped = false) {
    const { recovery, time } = harness;
    const said: string[] = [];
    const pause = async (span: number): Promise<void> => void (time.now += span);
    return onDemandSnapshot({
      atlas: recovery,
      project: 'shop',
      cluster,
      by: 'alice',
      patience,
      now: time.clock,
      pause,
      say: (words) => void said.push(words),
      stopped: () => stopped,
      id: 'snapshot-1',
    });
  }

  test('is kept for 90 days, waited for, and recorded', async () => {
    const harness = await startRecovery();
    const record = await take(harness);
    expect(record).toMatchObject({ kind: 'snapshot', verdict: 'passed', subject: 'orders (project shop)' });
    const taken = harness.orders.snapshots.at(-1);
    expect(taken?.type).toBe('onDemand');
    expect(Math.round(((taken?.expiresAt ?? 0) - harness.time.now) / DAY)).toBe(90);
  });
  test('of a cluster that is not there is refused by name', async () =>
    expect(await take(await startRecovery(), 'nowhere')).toMatchObject({
      verdict: 'refused',
      summary: expect.stringMatching(/no cluster nowhere/),
    }));
  test('that takes too long is not recorded as passed', async () =>
    expect(await take(await startRecovery(), 'orders', MINUTE)).toMatchObject({
      verdict: 'could-not-verify',
      summary: expect.stringMatching(/not completed within 1 min/),
    }));
  test('is still followed after one failed look', async () => {
    const harness = await startRecovery();
    harness.atlas.fault(/^GET .*\/backup\/snapshots\/[0-9a-f]{24}/, { kind: 'status', status: 400 }, 2);
    expect(await take(harness)).toMatchObject({ verdict: 'passed' });
  });
  test('that Atlas no longer shows is not recorded as passed', async () => {
    const harness = await startRecovery();
    harness.atlas.fault(/^GET .*\/backup\/snapshots\/[0-9a-f]{24}/, { kind: 'status', status: 400 }, 100);
    expect(await take(harness)).toMatchObject({ verdict: 'could-not-verify', summary: expect.stringMatching(/no longer tells/) });
  });
  test('that a person stops following is recorded as interrupted, and goes on in Atlas', async () =>
    expect(await take(await startRecovery(), 'orders', HOUR, true)).toMatchObject({
      verdict: 'interrupted',
      summary: expect.stringMatching(/goes on in Atlas/),
    }));
  test('is refused in Atlas’s words while another snapshot is unfinished', async () => {
    const harness = await startRecovery();
    await harness.recovery.requestSnapshot(harness.source, { description: 'first', retentionDays: 1 }, harness.deadline);
    await expect(take(harness)).rejects.toThrow(/UNFINISHED_ON_DEMAND_SNAPSHOT/);
  });
});
