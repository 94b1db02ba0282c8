import type { Snapshot } from '../domain/facts.ts';
import type { Located } from '../domain/restore-test.ts';
import { iso, type Instant } from '../domain/time.ts';
import type { LiveCluster, OutageState, RecoveryAtlas, RestoreJob } from '../domain/recovery-atlas.ts';
import { AtlasError } from './error.ts';
import type { Collection } from './read.ts';
import { readSnapshots } from './read-snapshots.ts';
import type { RecoveryContext } from './recovery.ts';
import { findCluster } from './recovery-cluster.ts';
import { outageIn, restoreJobIn, snapshotIn } from './recovery-parse.ts';
import { parseEvent } from './schema/events.ts';
import { readEntries } from './schema/fields.ts';

type Reads = Pick<RecoveryAtlas, 'findCluster' | 'snapshots' | 'snapshot' | 'restoreJobs' | 'restoreJob' | 'outage' | 'events'>;

export function recoveryReads(context: RecoveryContext): Reads {
  return {
    findCluster: (project, cluster, deadline) => findCluster(context, project, cluster, deadline),
    snapshots: (cluster, deadline) => readSnapshots(collectionOf(context, deadline), cluster),
    snapshot: (cluster, snapshotId, deadline) => readSnapshot(context, cluster, snapshotId, deadline),
    restoreJobs: (source, deadline) => readRestoreJobs(context, source, deadline),
    restoreJob: (source, jobId, deadline) => readRestoreJob(context, source, jobId, deadline),
    outage: (cluster, deadline) => readOutage(context, cluster, deadline),
    events: (cluster, since, deadline) => readEvents(context, cluster, since, deadline),
  };
}

/** The path of a cluster. */
export function placeOf({ projectId, name }: Located): { readonly groupId: string; readonly clusterName: string } {
  return { groupId: projectId, clusterName: name };
}

/** The watch's way of reading snapshots, with nothing known from earlier runs. */
function collectionOf({ client, clock }: RecoveryContext, deadline: Instant): Collection {
  const nothing = { hints: { projects: {} }, cutOff: () => undefined, eventTypes: () => Promise.resolve(new Set<string>()) };
  return { client, now: clock(), until: { deadline }, ...nothing };
}

const ONE_SNAPSHOT = {
  replicaSet: 'getClusterSnapshot',
  free: 'getClusterSnapshot',
  sharded: 'getShardedSnapshot',
  flex: 'getFlexSnapshot',
} as const;

async function readSnapshot(context: RecoveryContext, cluster: LiveCluster, snapshotId: string, deadline: Instant): Promise<Snapshot> {
  const operation = ONE_SNAPSHOT[cluster.kind];
  const body = await context.client.get(operation, { ...placeOf(cluster), snapshotId }, {}, { deadline });
  return snapshotIn({ operation, resource: cluster.name }, body, cluster.kind === 'flex' ? 'flex' : 'dedicated', context.clock());
}

async function readRestoreJobs({ client }: RecoveryContext, source: Located, deadline: Instant): Promise<readonly RestoreJob[]> {
  const entries = await client.list('listRestoreJobs', placeOf(source), {}, { deadline });
  // To leave one out could hide a job that nobody remembers asking for, and ask for it twice.
  return entries.map((entry) => restoreJobIn({ operation: 'listRestoreJobs', resource: source.name }, entry));
}

async function readRestoreJob({ client }: RecoveryContext, source: Located, jobId: string, deadline: Instant): Promise<RestoreJob> {
  const body = await client.get('getRestoreJob', { ...placeOf(source), restoreJobId: jobId }, {}, { deadline });
  return restoreJobIn({ operation: 'getRestoreJob', resource: source.name }, body);
}

/** Null where Atlas knows of none; the code of that 404 is not documented. */
async function readOutage({ client }: RecoveryContext, cluster: Located, deadline: Instant): Promise<OutageState | null> {
  try {
    return outageIn({ operation: 'getOutage', resource: cluster.name }, await client.get('getOutage', placeOf(cluster), {}, { deadline }));
  } catch (error) {
    const place = error instanceof AtlasError && (error.code === 'CLUSTER_NOT_FOUND' || error.code === 'GROUP_NOT_FOUND');
    if (error instanceof AtlasError && error.status === 404 && error.code !== null && !place) return null;
    throw error;
  }
}

type Happened = { readonly type: string; readonly at: Instant };

/** By the cluster's name: events of restores carry no cluster of their own (facts/atlas-api §6). */
async function readEvents(
  { client, clock }: RecoveryContext,
  cluster: Located,
  since: Instant,
  deadline: Instant,
): Promise<readonly Happened[]> {
  const query = { clusterNames: cluster.name, minDate: iso(since) };
  const entries = await client.list('listEvents', { groupId: cluster.projectId }, query, { deadline });
  const { values } = readEntries(entries, (entry) => parseEvent(entry, clock()));
  return values.map(({ type, at }) => ({ type, at })).toSorted((a, b) => a.at - b.at);
}
