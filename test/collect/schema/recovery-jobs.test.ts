import { describe, expect, test } from 'vitest';
import { parseRestoreJob } from '../../../lib/collect/schema/restore-jobs.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../lib/domain/time.ts';
import type { RestoreFault } from '../../emulators/atlas-restore-jobs.ts';
import { errorOf, START } from '../harness.ts';
import { liveOf, newestOf, startRecovery } from '../recovery/recovery-harness.ts';

const ID = '6a79433e2c88faeba59cc000';
const ENDED = '2026-08-10T03:30:00Z';
const NOTHING = { cancelled: false, failed: false, expired: false };

describe('the state of a restore job', () => {
  test.for([
    ['without an end', NOTHING, 'running'],
    ['with an end', { ...NOTHING, finishedAt: ENDED }, 'done'],
    ['failed', { ...NOTHING, failed: true }, 'failed'],
    ['failed, with an end', { ...NOTHING, failed: true, finishedAt: ENDED }, 'failed'],
    ['cancelled, with an end', { ...NOTHING, cancelled: true, finishedAt: ENDED }, 'cancelled'],
    ['cancelled and failed, as a dead download is', { ...NOTHING, cancelled: true, failed: true, finishedAt: ENDED }, 'failed'],
    ['expired', { ...NOTHING, expired: true }, 'expired'],
    ['expired, with an end', { ...NOTHING, expired: true, finishedAt: ENDED }, 'expired'],
    ['with nothing said', {}, 'running'],
    ['with flags of another type, and an end', { failed: 'no', finishedAt: ENDED }, 'done'],
    ['with an end that is no date', { ...NOTHING, finishedAt: 'soon' }, 'running'],
  ] as const)('%s is $2', ([, fields, state]) => {
    expect(parseRestoreJob({ id: ID, ...fields })?.state).toBe(state);
  });

  test('the id of a job holds the time of the request', () => {
    expect(parseRestoreJob({ id: ID })?.askedAt).toBe(0x6a79433e * SECOND);
  });

  test.for([{}, { id: 'x' }, { id: 7 }, { id: '000000010000000000000000' }, null, 'job', []])('%j is none', (entry) => {
    expect(parseRestoreJob(entry)).toBe(null);
  });

  test.for([
    ['seconds', { pointInTimeUTCSeconds: 1_786_000_000 }],
    ['an oplog time', { oplogTs: 1_786_000_000, oplogInc: 3 }],
    ['a date', { desiredTimestamp: { date: new Date(1_786_000_000_000).toISOString(), increment: 1 } }],
  ] as const)('the moment asked for is read from %s', ([, fields]) => {
    expect(parseRestoreJob({ id: ID, ...fields })?.desiredAt).toBe(1_786_000_000_000);
  });

  test('nulls in place of a moment are none, and the undocumented name of the target is taken where the documented one is missing', () => {
    const job = parseRestoreJob({ id: ID, desiredTimestamp: { date: null, increment: null }, targetDeploymentItemName: 'sandbox' });
    expect(job).toMatchObject({ desiredAt: null, targetClusterName: 'sandbox', deliveryType: 'unknown', snapshotId: null });
  });
});

describe('a restore', () => {
  test('of a snapshot runs, keeps its target busy, and is done after its time', async () => {
    const harness = await startRecovery();
    const { recovery, deadline, time, source, target, atlas, project } = harness;
    const asked = newestOf(harness);
    const job = await recovery.requestRestore(asked, deadline);
    const snapshotId = asked.point.kind === 'snapshot' ? asked.point.snapshotId : '';
    expect(job).toMatchObject({
      state: 'running',
      askedAt: START,
      deliveryType: 'automated',
      snapshotId,
      finishedAt: null,
      desiredAt: null,
    });
    expect(job).toMatchObject({ targetProjectId: project.id, targetClusterName: target.name });
    expect((await liveOf(harness, 'sandbox')).stateName).toBe('UPDATING');
    time.now = START + 230 * SECOND - 1;
    expect((await recovery.restoreJob(source, job.id, deadline)).state).toBe('running');
    time.now = START + 230 * SECOND;
    expect(await recovery.restoreJob(source, job.id, deadline)).toMatchObject({ state: 'done', finishedAt: START + 230 * SECOND });
    expect((await liveOf(harness, 'sandbox')).stateName).toBe('IDLE');
    expect(atlas.refused).toEqual([]);
  });

  test('of a moment asks for whole seconds, never a later one', async () => {
    const { recovery, deadline, source, target } = await startRecovery();
    const at = START - HOUR + 999;
    const job = await recovery.requestRestore({ source, target, point: { kind: 'moment', at } }, deadline);
    expect(job).toMatchObject({ deliveryType: 'pointInTime', desiredAt: START - HOUR, snapshotId: null });
  });

  test('is listed under its source alone, newest first, over all pages', async () => {
    const harness = await startRecovery();
    const { recovery, deadline, source, target, atlas, time } = harness;
    atlas.recovery.restoreTakes = SECOND;
    for (let made = 0; made < 3; made += 1) {
      await recovery.requestRestore(newestOf(harness), deadline);
      time.now += MINUTE;
    }
    const jobs = await recovery.restoreJobs(source, deadline);
    expect(jobs.map(({ askedAt }) => askedAt)).toEqual([START + 2 * MINUTE, START + MINUTE, START]);
    expect(await recovery.restoreJobs(target, deadline)).toEqual([]);
  });

  test('a listing with a job that cannot be read is refused: it could be the one that is looked for', async () => {
    const { recovery, deadline, source, atlas } = await startRecovery();
    atlas.fault(/restoreJobs/, { kind: 'status', status: 200, body: { links: [], results: [{ id: 'x' }] } });
    const error = await errorOf(recovery.restoreJobs(source, deadline));
    expect(error.message).toBe('listRestoreJobs orders: answered a restore job without a usable id');
  });

  test.for([
    ['job-fails', 'failed', 'IDLE', ['CPS_RESTORE_REQUESTED_AUDIT', 'CPS_RESTORE_FAILED']],
    ['job-expires', 'expired', 'IDLE', ['CPS_RESTORE_REQUESTED_AUDIT']],
    ['job-never-ends', 'running', 'UPDATING', ['CPS_RESTORE_REQUESTED_AUDIT']],
    [null, 'done', 'IDLE', ['CPS_RESTORE_REQUESTED_AUDIT', 'CPS_RESTORE_SUCCESSFUL']],
  ] as const)('with the fault %s ends %s, its target %s, with its events', async ([fault, state, stateName, types]) => {
    const harness = await startRecovery();
    const { recovery, deadline, source, target, atlas, time } = harness;
    if (fault !== null) atlas.recovery.faults.add(fault satisfies RestoreFault);
    const job = await recovery.requestRestore(newestOf(harness), deadline);
    time.now = START + DAY;
    const late = time.now + MINUTE;
    expect((await recovery.restoreJob(source, job.id, late)).state).toBe(state);
    expect((await recovery.findCluster('shop', 'sandbox', late))?.stateName).toBe(stateName);
    expect(
      (await recovery.events(target, START - MINUTE, late)).filter(({ type }) => type.startsWith('CPS_RESTORE')).map(({ type }) => type),
    ).toEqual(types);
  });

  test('its events carry their times, oldest first, and are the target’s, not the source’s', async () => {
    const harness = await startRecovery();
    const { recovery, source, target, time } = harness;
    await recovery.requestRestore(newestOf(harness), time.now + MINUTE);
    time.now += HOUR;
    const restores = (all: readonly { readonly type: string }[]): readonly unknown[] =>
      all.filter(({ type }) => type.startsWith('CPS_RESTORE'));
    expect(restores(await recovery.events(target, START - MINUTE, time.now + MINUTE))).toEqual([
      { type: 'CPS_RESTORE_REQUESTED_AUDIT', at: START },
      { type: 'CPS_RESTORE_SUCCESSFUL', at: START + 230 * SECOND },
    ]);
    expect(restores(await recovery.events(source, START - MINUTE, time.now + MINUTE))).toEqual([]);
  });
});
