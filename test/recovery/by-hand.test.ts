import { describe, expect, test } from 'vitest';
import { emptyHead } from '../../lib/domain/head.ts';
import { NO_RECOVERY } from '../../lib/domain/restore-test.ts';
import { DAY, HOUR, iso, MINUTE } from '../../lib/domain/time.ts';
import { startAndFollow } from '../../lib/recovery/follow-restore.ts';
import { planRestore, type RestoreAsked } from '../../lib/recovery/manual-restore.ts';
import { onDemandSnapshot } from '../../lib/recovery/on-demand.ts';
import { START } from '../atlas/harness.ts';
import { startRecovery, type RecoveryHarness } from '../atlas/recovery-harness.ts';
import { proof } from '../support/recovery.ts';

const ASKED: RestoreAsked = { source: { project: 'shop', cluster: 'orders' }, target: { project: 'shop', cluster: 'sandbox' }, to: '' };
const WINDOW = { from: START - 6 * DAY, to: START, breaks: [{ from: START - 3 * HOUR, to: START - 2 * HOUR, cause: 'oplog behind' }] };

async function planned(harness: RecoveryHarness, to: string, asked: Partial<RestoreAsked> = {}) {
  const head = { ...emptyHead(START), recovery: { ...NO_RECOVERY, proofs: [proof({ source: harness.source })] } };
  const sources = [{ project: 'shop', cluster: 'orders' }];
  return planRestore(
    { ...ASKED, to, ...asked },
    { atlas: harness.recovery, head, window: WINDOW, sources, now: START, deadline: harness.deadline },
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
    expect(text).toMatch(/the last 1 restore\(s\) took 4 min/);
  });

  test.for([
    ['a moment without its zone', '2026-11-22T10:00:00', /write a moment with its zone/],
    ['no moment at all', 'yesterday', /write a moment with its zone/],
    ['a day that does not exist', '2026-13-40T10:00:00Z', /write a moment with its zone/],
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

describe('a restore by hand', () => {
  async function follow(stopAfter: number, faults: readonly 'job-fails'[] = []) {
    const harness = await startRecovery();
    for (const fault of faults) harness.atlas.recovery.faults.add(fault);
    const newest = harness.orders.snapshots.at(-1)?.id ?? '';
    const plan = await planned(harness, newest);
    const said: string[] = [];
    const { time, recovery } = harness;
    const record = await startAndFollow({
      atlas: recovery,
      asked: { ...ASKED, to: newest },
      planned: plan,
      id: 'restore-1',
      by: 'alice',
      now: time.clock,
      pause: async (span) => void (time.now += span),
      say: (words) => void said.push(words),
      stopped: () => said.length > stopAfter,
    });
    return { harness, record, said };
  }

  test('is followed to its end and recorded with how long it took', async () => {
    const { record, said } = await follow(1_000);
    expect(record).toMatchObject({ kind: 'restore', verdict: 'passed', by: 'alice', details: { target: 'sandbox (project shop)' } });
    expect(record.measured['restore']).toBeGreaterThan(3 * MINUTE);
    expect(said[0]).toMatch(/restore job \w+ has begun/);
  });
  test('that fails says so', async () => expect((await follow(1_000, ['job-fails'])).record).toMatchObject({ verdict: 'failed' }));
  test('that nobody waits for goes on in Atlas, and the record says it', async () =>
    expect((await follow(2)).record).toMatchObject({ verdict: 'interrupted', summary: expect.stringMatching(/goes on in Atlas/) }));
  test('that is refused is never asked for', async () => {
    const harness = await startRecovery({ target: { tags: {} } });
    const plan = await planned(harness, iso(START - HOUR));
    const nobody = { id: 'r', by: 'a', now: harness.time.clock, pause: async () => undefined, say: () => undefined, stopped: () => false };
    await expect(startAndFollow({ atlas: harness.recovery, asked: ASKED, planned: plan, ...nobody })).rejects.toThrow(/refused: .*tag/);
    expect(harness.atlas.recovery.jobs).toEqual([]);
  });
});

describe('a snapshot on demand', () => {
  async function take(harness: RecoveryHarness, cluster = 'orders', patience = HOUR) {
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
  test('that takes too long is not called done', async () =>
    expect(await take(await startRecovery(), 'orders', MINUTE)).toMatchObject({
      verdict: 'could-not-verify',
      summary: expect.stringMatching(/not completed within 1 min/),
    }));
  test('while another one is unfinished is Atlas’s refusal, in its words', async () => {
    const harness = await startRecovery();
    await harness.recovery.requestSnapshot(harness.source, { description: 'first', retentionDays: 1 }, harness.deadline);
    await expect(take(harness)).rejects.toThrow(/UNFINISHED_ON_DEMAND_SNAPSHOT/);
  });
});
