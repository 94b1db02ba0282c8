import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../../lib/domain/time.ts';
import { errorOf, START } from '../harness.ts';
import { liveOf, placeOf, startRecovery, type RecoveryHarness } from './recovery-harness.ts';

const WANTED = { description: 'before the move', retentionDays: 90 };

describe('a snapshot on demand', () => {
  test.for(['replicaSet', 'sharded'] as const)('of a %s is queued, runs, and is completed with its size and data time', async (kind) => {
    const harness = await startRecovery({ source: { kind } });
    const { recovery, deadline, source, time } = harness;
    const taken = await recovery.requestSnapshot(source, WANTED, deadline);
    expect(taken).toMatchObject({ status: 'queued', type: 'onDemand', requestedAt: START, createdAt: null, expiresAt: START + 90 * DAY });
    const live = await liveOf(harness, 'orders');
    time.now = START + 3 * MINUTE - 1;
    expect(await recovery.snapshot(live, taken.id, deadline)).toMatchObject({ status: 'inProgress', createdAt: null });
    time.now = START + 3 * MINUTE;
    const done = await recovery.snapshot(live, taken.id, deadline);
    expect(done).toMatchObject({ status: 'completed', createdAt: START + 90 * SECOND, sizeBytes: 100_000_000_000 });
    expect((await recovery.snapshots(live, deadline)).find(({ id }) => id === taken.id)).toEqual(done);
  });

  test('is refused in the words of Atlas while another one is unfinished, and accepted afterwards', async () => {
    const { recovery, deadline, source, time } = await startRecovery();
    await recovery.requestSnapshot(source, WANTED, deadline);
    time.now = START + 3 * MINUTE - 1;
    expect((await errorOf(recovery.requestSnapshot(source, WANTED, deadline))).message).toBe(
      'takeSnapshot orders: 400 UNFINISHED_ON_DEMAND_SNAPSHOT (Another on-demand snapshot is queued or in progress.)',
    );
    time.now = START + 3 * MINUTE;
    expect((await recovery.requestSnapshot(source, WANTED, deadline)).status).toBe('queued');
  });

  test('is refused where backups are off, and with a retention of less than a day', async () => {
    const { recovery, deadline, source } = await startRecovery({ source: { backup: false, pit: false } });
    expect((await errorOf(recovery.requestSnapshot(source, WANTED, deadline))).code).toBe('BACKUP_CONFIG_NOT_FOUND');
    const other = await startRecovery();
    const error = await errorOf(other.recovery.requestSnapshot(other.source, { ...WANTED, retentionDays: 0 }, other.deadline));
    expect(error.code).toBe('VALIDATION_ERROR');
  });
});

describe('snapshots', () => {
  test.for(['replicaSet', 'sharded', 'flex'] as const)('of a %s are read one by one as they are listed', async (kind) => {
    const harness = await startRecovery({ source: { kind } });
    const live = await liveOf(harness, 'orders');
    const [newest] = await harness.recovery.snapshots(live, harness.deadline);
    expect(newest?.status).toBe('completed');
    expect(await harness.recovery.snapshot(live, newest?.id ?? '', harness.deadline)).toEqual(newest);
  });

  test('one that has expired is refused in the words of Atlas', async () => {
    const harness = await startRecovery();
    const live = await liveOf(harness, 'orders');
    const [newest] = await harness.recovery.snapshots(live, harness.deadline);
    harness.time.now = START + 40 * DAY;
    const error = await errorOf(harness.recovery.snapshot(live, newest?.id ?? '', harness.time.now + MINUTE));
    expect(error.message).toMatch(/^getClusterSnapshot orders: 404 SNAPSHOT_NOT_FOUND \(No snapshot with ID /);
  });
});

describe('pausing', () => {
  test('pauses and resumes, and changes nothing else', async () => {
    const harness = await startRecovery();
    const { recovery, deadline, target } = harness;
    const before = await liveOf(harness, 'sandbox');
    await recovery.pause(target, true, deadline);
    expect(await liveOf(harness, 'sandbox')).toEqual({ ...before, paused: true });
    await recovery.pause(target, false, deadline);
    expect(await liveOf(harness, 'sandbox')).toEqual(before);
  });

  test('is refused while something is restored', async () => {
    const { recovery, deadline, target, sandbox } = await startRecovery();
    sandbox.stateName = 'UPDATING';
    expect((await errorOf(recovery.pause(target, true, deadline))).message).toMatch(
      /^updateCluster sandbox: 400 CLUSTER_RESTORE_IN_PROGRESS_CANNOT_UPDATE \(The update can not succeed because cluster restore is in progress/,
    );
  });
});

describe('a restart of the primaries', () => {
  test('is answered with nothing, reported to whoever listens, and shows in the events', async () => {
    const { recovery, target, atlas, time, sandbox } = await startRecovery();
    const restarted: unknown[] = [];
    atlas.recovery.onRestart = (cluster) => restarted.push(cluster);
    await recovery.restartPrimaries(target, time.now + MINUTE);
    expect(restarted).toEqual([sandbox]);
    time.now += MINUTE;
    expect(await recovery.events(target, START, time.now + MINUTE)).toEqual([
      { type: 'TEST_FAILOVER_REQUESTED', at: START },
      { type: 'PRIMARY_ELECTED', at: START + 5 * SECOND },
    ]);
    await recovery.restartPrimaries(target, time.now + MINUTE);
  });

  const words = async (arrange: (harness: RecoveryHarness) => void | Promise<void>, options = {}): Promise<string> => {
    const harness = await startRecovery({ target: options });
    await arrange(harness);
    return (await errorOf(harness.recovery.restartPrimaries(harness.target, harness.deadline))).message;
  };

  test('is refused while another one runs', async () => {
    const twice = await words(({ recovery, target, deadline }) => recovery.restartPrimaries(target, deadline));
    expect(twice).toBe('restartPrimaries sandbox: 400 CLUSTER_RESTART_IN_PROGRESS (A failover test is already in progress.)');
  });

  test('is refused where a server is not healthy, and on tenants', async () => {
    const detail = 'The failover test cannot begin, as not all servers in this cluster are in a healthy state.';
    expect(await words(({ sandbox }) => void (sandbox.stateName = 'REPAIRING'))).toBe(
      `restartPrimaries sandbox: 400 CLUSTER_RESTART_INVALID (${detail})`,
    );
    expect(await words(() => undefined, { kind: 'free' })).toBe(
      'restartPrimaries sandbox: 400 TENANT_CLUSTER_TEST_FAILOVER_NOT_SUPPORTED (Test failover not supported on tenant clusters.)',
    );
  });
});

const REGIONS = [
  { provider: 'AWS', region: 'EU_WEST_1' },
  { provider: 'AWS', region: 'EU_CENTRAL_1' },
] as const;

describe('an outage of a region', () => {
  test('goes through every state, one step each side, and shows in the events', async () => {
    const { recovery, target, time } = await startRecovery({ target: { regions: REGIONS } });
    const seen: unknown[] = [];
    const look = async (after: number): Promise<void> => {
      time.now = after;
      seen.push(await recovery.outage(target, time.now + MINUTE));
    };
    seen.push(await recovery.outage(target, time.now + MINUTE));
    seen.push(await recovery.startOutage(target, REGIONS[0], time.now + MINUTE));
    await look(START + 10 * SECOND - 1);
    await look(START + 10 * SECOND);
    await look(START + 5 * MINUTE + 10 * SECOND - 1);
    await look(START + 5 * MINUTE + 10 * SECOND);
    const ended = START + HOUR;
    time.now = ended;
    seen.push(await recovery.endOutage(target, time.now + MINUTE));
    await look(ended + 10 * SECOND);
    await look(ended + 5 * MINUTE + 10 * SECOND);
    expect(seen).toEqual([
      null,
      'START_REQUESTED',
      'START_REQUESTED',
      'STARTING',
      'STARTING',
      'SIMULATING',
      'RECOVERY_REQUESTED',
      'RECOVERING',
      'COMPLETE',
    ]);
    expect((await recovery.events(target, START, time.now + MINUTE)).map(({ type }) => type)).toEqual([
      'CLUSTER_REGIONAL_OUTAGE_SIMULATION_STARTED',
      'CLUSTER_REGIONAL_OUTAGE_SIMULATION_END_REQUESTED',
      'CLUSTER_REGIONAL_OUTAGE_SIMULATION_COMPLETED',
    ]);
  });

  test.for([
    ['a cluster in one region', [REGIONS[0]], REGIONS[0]],
    ['a region that the cluster is not in', REGIONS, { provider: 'AWS', region: 'US_EAST_1' }],
    ['another provider', REGIONS, { provider: 'GCP', region: 'EU_WEST_1' }],
  ] as const)('%s is refused', async ([, regions, region]) => {
    const { recovery, deadline, target } = await startRecovery({ target: { regions } });
    expect((await errorOf(recovery.startOutage(target, region, deadline))).code).toBe('VALIDATION_ERROR');
  });

  test('a cluster that is gone is no missing outage, and neither is a 404 that is not Atlas’s', async () => {
    const { recovery, deadline, target, atlas, project } = await startRecovery();
    const gone = { ...placeOf(project, project.addCluster('x')), name: 'y' };
    expect((await errorOf(recovery.outage(gone, deadline))).code).toBe('CLUSTER_NOT_FOUND');
    atlas.fault(/outageSimulation/, { kind: 'html', status: 404 });
    expect((await errorOf(recovery.outage(target, deadline))).status).toBe(404);
  });

  test('a state that nobody knows is refused', async () => {
    const { recovery, deadline, target, atlas } = await startRecovery();
    atlas.fault(/outageSimulation/, { kind: 'status', status: 200, body: { state: 'ON_FIRE' } });
    expect((await errorOf(recovery.outage(target, deadline))).message).toBe(
      'getOutage sandbox: answered an outage simulation without a usable state',
    );
  });
});

describe('events', () => {
  test('are those since then of this cluster, oldest first; one that cannot be read is left out', async () => {
    const { recovery, deadline, target, project } = await startRecovery();
    project.addEvent('CLUSTER_UPDATE_COMPLETED', MINUTE, { clusterName: 'sandbox' });
    project.addEvent('CLUSTER_UPDATE_SUBMITTED', 2 * MINUTE, { clusterName: 'sandbox' });
    project.addEvent('CLUSTER_CREATED', HOUR, { clusterName: 'sandbox' });
    project.addEvent('CLUSTER_UPDATE_COMPLETED', MINUTE, { clusterName: 'orders' });
    project.addEvent('CLUSTER_UPDATE_COMPLETED', MINUTE, { clusterName: 'sandbox', id: 'no id' });
    expect(await recovery.events(target, START - 2 * MINUTE, deadline)).toEqual([
      { type: 'CLUSTER_UPDATE_SUBMITTED', at: START - 2 * MINUTE },
      { type: 'CLUSTER_UPDATE_COMPLETED', at: START - MINUTE },
    ]);
  });
});
