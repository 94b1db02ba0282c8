import { z } from 'zod';
import type { Snapshot } from '../../domain/facts/facts.ts';
import type { RecoveryAtlas, OutageState, RestoreJob, RestoreRequest } from '../../domain/recovery/atlas-recovery.ts';
import type { Located } from '../../domain/recovery/restore-test.ts';
import type { SearchIndex } from '../../domain/recovery/search-index.ts';
import { iso, SECOND, type Instant } from '../../domain/time.ts';
import { AtlasError, isRefusal, unusable, type RequestLabel } from '../client/atlas-error.ts';
import type { Credentials } from '../client/auth.ts';
import { createAtlasClient, type AtlasClientOptions, type Body } from '../client/client.ts';
import type { OperationName, PathParams, WriteName } from '../client/operations.ts';
import { surelyNotTaken } from '../client/retry.ts';
import { readSnapshots } from '../read-snapshots.ts';
import { readEntries } from '../schema/answer-fields.ts';
import { parseEvent } from '../schema/events.ts';
import { parseRestoreJob } from '../schema/restore-jobs.ts';
import { parseFlexSnapshot, parseSnapshot } from '../schema/snapshots.ts';
import { findCluster, placeOf, type RecoveryContext } from './find-cluster.ts';

/** The second service account (ATLAS_RESTORE_*): an API key is only ever read with. */
type RecoveryAtlasOptions = Omit<AtlasClientOptions, 'credentials'> & {
  readonly credentials: Extract<Credentials, { kind: 'serviceAccount' }>;
};

/** Recovery's side of the Admin API. */
export function createRecoveryAtlas(options: RecoveryAtlasOptions): RecoveryAtlas {
  const context = { client: createAtlasClient(options), clock: options.clock ?? Date.now };
  return { ...readsOf(context), ...writesOf(context), refusalOf };
}

type Writes = Pick<RecoveryAtlas, 'requestRestore' | 'requestSnapshot' | 'pause' | 'restartPrimaries' | 'startOutage' | 'endOutage'>;

function readsOf(context: RecoveryContext): Omit<RecoveryAtlas, keyof Writes | 'refusalOf'> {
  const { client, clock } = context;
  const read = async <T>(operation: OperationName, cluster: Located, part: PathParams, answer: Answer<T>, deadline: Instant): Promise<T> =>
    answer({ operation, resource: cluster.name }, await client.get(operation, { ...placeOf(cluster), ...part }, {}, { deadline }), clock());
  return {
    findCluster: (project, cluster, deadline) => findCluster(context, project, cluster, deadline),
    snapshots: (cluster, deadline) => readSnapshots({ client, until: { deadline } }, cluster),
    snapshot: (cluster, snapshotId, deadline) =>
      read(ONE_SNAPSHOT[cluster.kind], cluster, { snapshotId }, cluster.kind === 'flex' ? flexSnapshotIn : snapshotIn, deadline),
    async restoreJobs(source, deadline) {
      const entries = await client.list('listRestoreJobs', placeOf(source), {}, { deadline });
      // Leaving a job out could hide one that was requested already, and request it twice.
      return entries.map((entry) => restoreJobIn({ operation: 'listRestoreJobs', resource: source.name }, entry));
    },
    restoreJob: (source, restoreJobId, deadline) => read('getRestoreJob', source, { restoreJobId }, restoreJobIn, deadline),
    searchIndexes: (cluster, deadline) => read('listSearchIndexes', cluster, {}, searchIndexesIn, deadline).catch(nullIfRefused),
    outage: (cluster, deadline) => read('getOutage', cluster, {}, outageIn, deadline).catch(nullWithoutOutage),
    /** Asks by the cluster's name, since events of restores carry no cluster (docs/facts/atlas.md §6). */
    async events(cluster, since, deadline) {
      const query = { clusterNames: cluster.name, minDate: iso(since) };
      const entries = await client.list('listEvents', { groupId: cluster.projectId }, query, { deadline });
      const { values } = readEntries(entries, (entry) => parseEvent(entry, clock()));
      return values.map(({ type, at }) => ({ type, at })).toSorted((a, b) => a.at - b.at);
    },
  };
}

function writesOf({ client, clock }: RecoveryContext): Writes {
  const write = async <T>(operation: WriteName, cluster: Located, body: Body | null, answer: Answer<T>, deadline: Instant): Promise<T> =>
    answer({ operation, resource: cluster.name }, await client.send(operation, placeOf(cluster), body, { deadline }), clock());
  return {
    async requestRestore(request, deadline) {
      refuseOwnSource(request);
      return write('createRestoreJob', request.source, restoreBody(request), restoreJobIn, deadline);
    },
    requestSnapshot: (cluster, { description, retentionDays }, deadline) =>
      write('takeSnapshot', cluster, { description, retentionInDays: retentionDays }, snapshotIn, deadline),
    pause: (cluster, paused, deadline) => write('updateCluster', cluster, { paused }, nothingIn, deadline),
    restartPrimaries: (cluster, deadline) => write('restartPrimaries', cluster, null, nothingIn, deadline),
    startOutage: (cluster, { provider, region }, deadline) => {
      const filter = { cloudProvider: provider, regionName: region, type: 'REGION' };
      return write('startOutage', cluster, { outageFilters: [filter] }, outageIn, deadline);
    },
    endOutage: (cluster, deadline) => write('endOutage', cluster, null, outageIn, deadline),
  };
}

function refusalOf(error: unknown): ReturnType<RecoveryAtlas['refusalOf']> {
  if (!(error instanceof AtlasError) || error.failure.status === 429 || error.failure.status === null || !surelyNotTaken(error))
    return null;
  return { code: error.failure.code, message: error.message };
}

const ONE_SNAPSHOT = {
  replicaSet: 'getClusterSnapshot',
  free: 'getClusterSnapshot',
  sharded: 'getShardedSnapshot',
  flex: 'getFlexSnapshot',
} as const;

/** Reads what an answer holds. Throws `AtlasError` if that cannot be used. */
type Answer<T> = (label: RequestLabel, body: unknown, now: Instant) => T;

function restoreJobIn(label: RequestLabel, body: unknown): RestoreJob {
  return parseRestoreJob(body) ?? lacks(label, 'a restore job without a usable id');
}

function snapshotIn(label: RequestLabel, body: unknown): Snapshot {
  return parseSnapshot(body) ?? lacks(label, 'a snapshot without a usable id');
}

function flexSnapshotIn(label: RequestLabel, body: unknown): Snapshot {
  return parseFlexSnapshot(body) ?? lacks(label, 'a snapshot without a usable id');
}

const OUTAGE = z.object({ state: z.enum(['START_REQUESTED', 'STARTING', 'SIMULATING', 'RECOVERY_REQUESTED', 'RECOVERING', 'COMPLETE']) });

function outageIn(label: RequestLabel, body: unknown): OutageState {
  return OUTAGE.safeParse(body).data?.state ?? lacks(label, 'an outage simulation without a usable state');
}

const SEARCH_INDEXES = z.object({
  results: z.array(
    z.object({
      database: z.string(),
      collectionName: z.string(),
      name: z.string(),
      type: z.string().default('search'),
      status: z.string().default('unknown'),
      queryable: z.boolean().default(false),
    }),
  ),
});

function searchIndexesIn(label: RequestLabel, body: unknown): readonly SearchIndex[] {
  const { results } = SEARCH_INDEXES.safeParse(body).data ?? lacks(label, 'search indexes without usable names');
  return results.map(({ database, collectionName, ...index }) => ({ ...index, namespace: `${database}.${collectionName}` }));
}

function nothingIn(): void {}

function lacks(label: RequestLabel, what: string): never {
  throw unusable(label, `answered ${what}`);
}

/** Without the role, or for a kind of cluster that has no such list. A 403 about the caller's address stays an error (docs/contract.md, clause 5). */
function nullIfRefused(error: unknown): null {
  const isOther =
    isRefusal(error, 403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST') || isRefusal(error, 404, '', 'CLUSTER_NOT_FOUND', 'GROUP_NOT_FOUND');
  if (!isOther && [400, 403, 404].some((status) => isRefusal(error, status))) return null;
  throw error;
}

/** If there is no outage Atlas answers 404 with a code that is not documented. A 404 without a code, or about the cluster itself, stays an error. */
function nullWithoutOutage(error: unknown): null {
  if (isRefusal(error, 404) && !isRefusal(error, 404, '', 'CLUSTER_NOT_FOUND', 'GROUP_NOT_FOUND')) return null;
  throw error;
}

/** The last guard: no source is restored onto itself unless the request says that this is intended. */
function refuseOwnSource({ source, target, inPlace }: RestoreRequest): void {
  const isSame = source.clusterId === target.clusterId || (source.projectId === target.projectId && source.name === target.name);
  if (!isSame || inPlace === true) return;
  const label = { operation: 'createRestoreJob', resource: source.name };
  throw new AtlasError({ ...label, kind: 'refused', status: 400, detail: 'not sent: the target is the source', patience: 'once' });
}

function restoreBody({ target, point }: RestoreRequest): Body {
  const place = { targetGroupId: target.projectId, targetClusterName: target.name };
  if (point.kind === 'snapshot') return { deliveryType: 'automated', snapshotId: point.snapshotId, ...place };
  // Rounded down to whole seconds, since a second later could already include what is to be undone.
  return { deliveryType: 'pointInTime', pointInTimeUTCSeconds: Math.floor(point.at / SECOND), ...place };
}
