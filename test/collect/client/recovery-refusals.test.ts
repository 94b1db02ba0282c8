import { describe, expect, test } from 'vitest';
import { DAY, HOUR, SECOND } from '../../../lib/domain/time.ts';
import { createAtlasClient } from '../../../lib/collect/client/client.ts';
import { createRecoveryAtlas } from '../../../lib/collect/recovery/atlas-recovery-client.ts';
import { surelyNotTaken } from '../../../lib/collect/client/retry.ts';
import type { RecoveryAtlas, RestoreRequest } from '../../../lib/domain/recovery/atlas-recovery.ts';
import { errorOf, START } from '../harness.ts';
import { countOf, liveOf, newestOf, placeOf, POSTED, startRecovery, type RecoveryHarness } from '../recovery/recovery-harness.ts';

type Case = {
  readonly name: string;
  readonly arrange?: (harness: RecoveryHarness) => void;
  readonly request?: (harness: RecoveryHarness) => RestoreRequest;
  readonly message: RegExp;
};

const at =
  (moment: number) =>
  (harness: RecoveryHarness): RestoreRequest => ({ ...newestOf(harness), point: { kind: 'moment', at: moment } });
const BAD_MOMENT =
  /^createRestoreJob orders: 400 INVALID_PIT_RESTORE_TIME \(Please provide a valid UTC time or an operation time \(ts\)\.\)$/;

const REFUSALS: readonly Case[] = [
  {
    name: 'a paused target',
    arrange: ({ sandbox }) => (sandbox.paused = true),
    message:
      /^createRestoreJob orders: 400 CLUSTER_PAUSED_CANNOT_RESTORE \(Backup restore cannot occur on a paused cluster\. Please unpause the target cluster or choose another target cluster\.\)$/,
  },
  {
    name: 'a busy target',
    arrange: ({ sandbox }) => (sandbox.stateName = 'UPDATING'),
    message:
      /^createRestoreJob orders: 400 CLUSTER_RESTORE_IN_PROGRESS_CANNOT_UPDATE \(The update can not succeed because cluster restore is/,
  },
  { name: 'a moment to come', request: at(START + SECOND), message: BAD_MOMENT },
  { name: 'a moment before the window', request: at(START - 7 * DAY - SECOND), message: BAD_MOMENT },
  {
    name: 'a moment of a cluster without PITR',
    arrange: ({ orders }) => (orders.pit = false),
    request: at(START - HOUR),
    message: BAD_MOMENT,
  },
  {
    name: 'a moment inside a break',
    arrange: ({ orders }) => void orders.breaks.push({ from: START - 2 * HOUR, to: START - HOUR }),
    request: at(START - HOUR),
    message: BAD_MOMENT,
  },
  {
    name: 'a moment before the first snapshot',
    arrange: ({ orders }) => (orders.snapshots = [orders.snapshot(START - HOUR)]),
    request: at(START - 2 * HOUR),
    message: /404 UNABLE_T0_FIND_SNAPSHOT_PRIOR_TO_PIT_RESTORE_OPTIME \(Unable to find snapshot prior to pit restore optime\.\)$/,
  },
  {
    name: 'a snapshot that expired between choice and request',
    request(harness) {
      const { orders, time } = harness;
      const short = orders.add(orders.snapshot(time.now - HOUR, { expiresAt: time.now + SECOND }));
      time.now += SECOND;
      return { ...newestOf(harness), point: { kind: 'snapshot', snapshotId: short.id } };
    },
    message: /^createRestoreJob orders: 404 SNAPSHOT_NOT_FOUND \(No snapshot with ID [0-9a-f]{24} exists for cluster orders\.\)$/,
  },
  {
    name: 'a target that has gone by another name since',
    request: (harness) => ({ ...newestOf(harness), target: { ...harness.target, name: 'sandpit' } }),
    message: /^createRestoreJob orders: 404 CLUSTER_NOT_FOUND \(No cluster named sandpit exists in group [0-9a-f]{24}\.\)$/,
  },
  {
    name: 'a target of another topology',
    request(harness) {
      const { project } = harness;
      return { ...newestOf(harness), target: placeOf(project, project.addCluster('wide', { kind: 'sharded' })) };
    },
    message:
      /^createRestoreJob orders: 400 VALIDATION_ERROR \(The request content produced the validation error: source and target differ in topology\.\)$/,
  },
];

describe('a restore that Atlas refuses', () => {
  test.for(REFUSALS)(
    '$name is shown in the words of Atlas, and known not to be acted on',
    async ({ arrange, request = newestOf, message }) => {
      const harness = await startRecovery();
      arrange?.(harness);
      const error = await errorOf(harness.recovery.requestRestore(request(harness), harness.deadline));
      expect(error.message).toMatch(message);
      expect([surelyNotTaken(error), countOf(harness, POSTED), harness.atlas.recovery.jobs.length]).toEqual([true, 1, 0]);
    },
  );

  test.for([START, START - SECOND, START - 7 * DAY + SECOND, START - 7 * DAY])('the moment %i is inside the window', async (moment) => {
    const harness = await startRecovery();
    const job = await harness.recovery.requestRestore(at(moment)(harness), harness.deadline);
    expect(job.desiredAt).toBe(moment);
  });

  test.for([
    ['by its id', (harness: RecoveryHarness) => ({ ...harness.source, name: 'renamed' })],
    ['by its place', (harness: RecoveryHarness) => ({ ...harness.source, clusterId: harness.target.clusterId })],
  ] as const)('a target that is the source %s is never asked for', async ([, target]) => {
    const harness = await startRecovery();
    const error = await errorOf(harness.recovery.requestRestore({ ...newestOf(harness), target: target(harness) }, harness.deadline));
    expect(error.message).toBe('createRestoreJob orders: 400 (not sent: the target is the source)');
    expect(countOf(harness, POSTED)).toBe(0);
  });

  test('for a target that was renamed between two reads is refused', async () => {
    const harness = await startRecovery();
    harness.atlas.recovery.renameAfterRead(harness.sandbox, 'sandpit');
    expect(await liveOf(harness, 'sandbox')).toMatchObject({ name: 'sandbox', restoreWindowDays: 7 });
    const refused = await errorOf(harness.recovery.requestRestore(newestOf(harness), harness.deadline));
    expect(refused.code).toBe('CLUSTER_NOT_FOUND');
    expect(await harness.recovery.findCluster('shop', 'sandbox', harness.deadline)).toBe(null);
  });

  test('between two reads the tag may go', async () => {
    const harness = await startRecovery();
    harness.atlas.recovery.untagAfterRead(harness.sandbox, 2);
    const tags = [
      (await liveOf(harness, 'sandbox')).tags,
      (await liveOf(harness, 'sandbox')).tags,
      (await liveOf(harness, 'sandbox')).tags,
    ];
    expect(tags).toEqual([{ restorewatch: 'sandbox' }, { restorewatch: 'sandbox' }, {}]);
  });

  test('a restore job that Atlas does not know is refused in its words', async () => {
    const { recovery, source, deadline } = await startRecovery();
    const error = await errorOf(recovery.restoreJob(source, '0123456789abcdef01234567', deadline));
    expect(error.message).toBe(
      'getRestoreJob orders: 404 RESTORE_JOB_NOT_FOUND (No restore job with ID 0123456789abcdef01234567 exists for cluster orders.)',
    );
  });
});

/** Recovery's side of Atlas by the account that the watch uses. */
function watching({ atlas, time }: RecoveryHarness): RecoveryAtlas {
  const { clientId, clientSecret } = atlas.credentials;
  const credentials = { kind: 'serviceAccount', clientId, clientSecret } as const;
  return createRecoveryAtlas({ baseUrl: atlas.url, credentials, requestTimeoutMs: 5_000, secrets: [], ...time });
}

const FORBIDDEN: readonly (readonly [string, (harness: RecoveryHarness) => Promise<unknown>])[] = [
  ['ask for a restore', (harness) => watching(harness).requestRestore(newestOf(harness), harness.deadline)],
  [
    'take a snapshot',
    (harness) => watching(harness).requestSnapshot(harness.source, { description: 'x', retentionDays: 1 }, harness.deadline),
  ],
  ['pause', (harness) => watching(harness).pause(harness.source, true, harness.deadline)],
  ['restart primaries', (harness) => watching(harness).restartPrimaries(harness.source, harness.deadline)],
  [
    'start an outage',
    (harness) => watching(harness).startOutage(harness.source, { provider: 'AWS', region: 'US_EAST_1' }, harness.deadline),
  ],
  ['end an outage', (harness) => watching(harness).endOutage(harness.source, harness.deadline)],
  ['list restore jobs', (harness) => watching(harness).restoreJobs(harness.source, harness.deadline)],
];

describe('the service account that only watches', () => {
  test.for(FORBIDDEN)('may not %s', async ([, ask]) => {
    const harness = await startRecovery();
    expect((await errorOf(ask(harness))).message).toMatch(
      /: 403 USER_UNAUTHORIZED \(Current user is not authorized to perform this action\.\)$/,
    );
    expect([harness.atlas.recovery.jobs, harness.orders.paused, harness.atlas.refused]).toEqual([[], false, []]);
  });

  test('may read everything else', async () => {
    const harness = await startRecovery();
    const found = await watching(harness).findCluster('shop', 'orders', harness.deadline);
    expect(found).toMatchObject(harness.source);
  });

  test('an API key changes nothing: it is not even sent', async () => {
    const harness = await startRecovery();
    const { publicKey, privateKey } = harness.atlas.credentials;
    const credentials = { kind: 'apiKey', publicKey, privateKey } as const;
    const client = createAtlasClient({ baseUrl: harness.atlas.url, credentials, requestTimeoutMs: 5_000, secrets: [] });
    const { deadline, source } = harness;
    const params = { groupId: source.projectId, clusterName: source.name };
    const error = await errorOf(client.send('updateCluster', params, { paused: true }, { deadline }));
    expect(error.message).toBe(
      'updateCluster orders: 403 (not sent: only a service account (ATLAS_RESTORE_CLIENT_ID) may change anything, an API key is read with)',
    );
    expect(harness.atlas.requests).toEqual([]);
  });
});
