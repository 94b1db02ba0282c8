import type { Snapshot } from '../domain/facts.ts';
import type { Located } from '../domain/restore-test.ts';
import { SECOND, type Instant } from '../domain/time.ts';
import type { OutageState, RecoveryAtlas, RestoreJob, RestoreRequest } from '../domain/recovery-atlas.ts';
import { AtlasError } from './error.ts';
import type { RecoveryContext } from './recovery.ts';
import { outageIn, restoreJobIn, snapshotIn } from './recovery-parse.ts';
import { placeOf } from './recovery-reads.ts';

type Writes = Pick<RecoveryAtlas, 'requestRestore' | 'requestSnapshot' | 'pause' | 'restartPrimaries' | 'startOutage' | 'endOutage'>;

export function recoveryWrites(context: RecoveryContext): Writes {
  const { client } = context;
  return {
    requestRestore: (request, deadline) => requestRestore(context, request, deadline),
    requestSnapshot: (cluster, wanted, deadline) => requestSnapshot(context, cluster, wanted, deadline),
    async pause(cluster, paused, deadline) {
      await client.send('updateCluster', placeOf(cluster), { paused }, { deadline });
    },
    async restartPrimaries(cluster, deadline) {
      await client.send('restartPrimaries', placeOf(cluster), null, { deadline });
    },
    startOutage: (cluster, region, deadline) => startOutage(context, cluster, region, deadline),
    async endOutage(cluster, deadline) {
      const body = await client.send('endOutage', placeOf(cluster), null, { deadline });
      return outageIn({ operation: 'endOutage', resource: cluster.name }, body);
    },
  };
}

async function requestRestore({ client }: RecoveryContext, request: RestoreRequest, deadline: Instant): Promise<RestoreJob> {
  const { source, target } = request;
  const told = { operation: 'createRestoreJob', resource: source.name };
  // The last guard: whatever asks, a source is never restored onto itself from here, but where that is what is meant.
  const isSame = source.clusterId === target.clusterId || (source.projectId === target.projectId && source.name === target.name);
  if (isSame && request.inPlace !== true) {
    throw new AtlasError({ ...told, kind: 'refused', status: 400, detail: 'not sent: the target is the source', patience: 'once' });
  }
  const body = await client.send('createRestoreJob', placeOf(source), restoreBody(request), { deadline });
  return restoreJobIn(told, body);
}

function restoreBody({ target, point }: RestoreRequest): Readonly<Record<string, unknown>> {
  const place = { targetGroupId: target.projectId, targetClusterName: target.name };
  if (point.kind === 'snapshot') return { deliveryType: 'automated', snapshotId: point.snapshotId, ...place };
  // Whole seconds, down: a second later could lie behind what is to be undone.
  return { deliveryType: 'pointInTime', pointInTimeUTCSeconds: Math.floor(point.at / SECOND), ...place };
}

type Wanted = Parameters<RecoveryAtlas['requestSnapshot']>[1];

async function requestSnapshot(context: RecoveryContext, cluster: Located, wanted: Wanted, deadline: Instant): Promise<Snapshot> {
  const wish = { description: wanted.description, retentionInDays: wanted.retentionDays };
  const body = await context.client.send('takeSnapshot', placeOf(cluster), wish, { deadline });
  return snapshotIn({ operation: 'takeSnapshot', resource: cluster.name }, body, 'dedicated', context.clock());
}

type Region = Parameters<RecoveryAtlas['startOutage']>[1];

async function startOutage({ client }: RecoveryContext, cluster: Located, region: Region, deadline: Instant): Promise<OutageState> {
  const filter = { cloudProvider: region.provider, regionName: region.region, type: 'REGION' };
  const body = await client.send('startOutage', placeOf(cluster), { outageFilters: [filter] }, { deadline });
  return outageIn({ operation: 'startOutage', resource: cluster.name }, body);
}
