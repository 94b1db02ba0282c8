import { DAY, HOUR, iso, type Instant } from '../../lib/domain/time.ts';
import { QUEUED_FOR, type EmulatedCluster, type EmulatedKey, type EmulatedProject, type EmulatedSnapshot } from './atlas-model.ts';

export type Json = Readonly<Record<string, unknown>>;

export const ORGANISATION = '60c4fd418ebe251047c50554';

type Status = 'queued' | 'inProgress' | 'completed' | 'failed';

function statusOf(snapshot: EmulatedSnapshot, now: Instant): Status {
  if (now < snapshot.requestedAt + QUEUED_FOR) return 'queued';
  return now < snapshot.completedAt ? 'inProgress' : snapshot.outcome;
}

/** An id that is the same at each call, as those of Atlas's sub-documents are. */
function partId(cluster: EmulatedCluster, part: number): string {
  return cluster.id.slice(0, 22) + part.toString(16).padStart(2, '0');
}

export function projectJson(project: EmulatedProject): Json {
  const { id, name, createdAt, clusters } = project;
  return {
    id,
    name,
    orgId: ORGANISATION,
    created: iso(createdAt),
    clusterCount: clusters.length,
    tags: [],
    links: [],
    withDefaultAlertsSettings: true,
  };
}

export function clusterJson(cluster: EmulatedCluster, projectId: string): Json {
  const { id, name, kind, paused, backup, pit } = cluster;
  const host = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 23);
  const shards = Array.from({ length: cluster.shards }, (_, index) => shardJson(cluster, index));
  return {
    id,
    name,
    groupId: projectId,
    createDate: iso(cluster.createdAt),
    clusterType: kind === 'sharded' ? 'SHARDED' : 'REPLICASET',
    stateName: cluster.stateName,
    paused,
    backupEnabled: backup,
    pitEnabled: pit,
    retainBackups: false,
    terminationProtectionEnabled: cluster.terminationProtection,
    encryptionAtRestProvider: 'NONE',
    mongoDBVersion: cluster.mongoDBVersion,
    mongoDBMajorVersion: majorOf(cluster),
    featureCompatibilityVersion: majorOf(cluster),
    versionReleaseSystem: 'LTS',
    internalClusterRole: cluster.role,
    labels: [],
    links: [],
    tags: Object.entries(cluster.tags).map(([key, value]) => ({ key, value })),
    connectionStrings: {
      standardSrv: `mongodb+srv://${host}.ab1cd.mongodb.net`,
      ...(cluster.mongo === null ? {} : { standard: `mongodb://${hostsOf(cluster.mongo.uri)}/?replicaSet=atlas-abc123-shard-0` }),
    },
    replicationSpecs: shards,
    effectiveReplicationSpecs: shards,
    ...(kind === 'sharded' ? { configServerType: cluster.configServerType } : {}),
  };
}

function majorOf({ mongoDBVersion }: EmulatedCluster): string {
  return mongoDBVersion.split('.').slice(0, 2).join('.');
}

/** Atlas never puts a user into its connection strings. */
function hostsOf(uri: string): string {
  return /^mongodb(?:\+srv)?:\/\/(?:[^/@]*@)?([^/?]+)/.exec(uri)?.[1] ?? '';
}

function shardJson(cluster: EmulatedCluster, index: number): Json {
  const specs = { instanceSize: cluster.tier, nodeCount: cluster.nodes, diskSizeGB: 200, diskIOPS: 3000, ebsVolumeType: 'STANDARD' };
  const own = cluster.regions.map(({ provider, region }, rank) => ({
    providerName: provider,
    regionName: region,
    priority: 7 - rank,
    electableSpecs: specs,
  }));
  const shared = {
    providerName: 'TENANT',
    backingProviderName: 'AWS',
    regionName: 'US_EAST_1',
    priority: 7,
    electableSpecs: { instanceSize: 'M0' },
  };
  const regionConfigs = cluster.kind === 'free' ? [shared] : own;
  return { id: partId(cluster, index + 1), zoneId: partId(cluster, 100), zoneName: 'Zone 1', regionConfigs };
}

export function flexClusterJson(cluster: EmulatedCluster, projectId: string): Json {
  return {
    id: cluster.id,
    name: cluster.name,
    groupId: projectId,
    createDate: iso(cluster.createdAt),
    clusterType: 'REPLICASET',
    stateName: 'IDLE',
    mongoDBVersion: '8.0.29',
    backupSettings: { enabled: cluster.backup },
    connectionStrings: {},
    tags: Object.entries(cluster.tags).map(([key, value]) => ({ key, value })),
    providerSettings: { backingProviderName: 'AWS', providerName: 'FLEX', regionName: 'US_EAST_1', diskSizeGB: 5 },
    terminationProtectionEnabled: true,
    versionReleaseSystem: 'LTS',
  };
}

/** What one snapshot looks like now: `createdAt` and the size appear at completion only (docs/facts/atlas.md §3). */
export function snapshotJson(snapshot: EmulatedSnapshot, cluster: EmulatedCluster, now: Instant, key: EmulatedKey | null = null): Json {
  const status = statusOf(snapshot, now);
  const done = status === 'completed';
  const { id, type, frequency, expiresAt, createdAt, sizeBytes } = snapshot;
  const common = {
    id,
    status,
    snapshotType: type,
    frequencyType: frequency,
    policyItems: [],
    expiresAt: iso(expiresAt),
    storageSizeBytes: done ? sizeBytes : 0,
    mongodVersion: cluster.mongoDBVersion,
    ...(snapshot.description === undefined ? {} : { description: snapshot.description }),
    ...(key === null ? {} : { masterKeyUUID: '5f1c0de0-0000-4000-8000-00000000cafe' }),
    links: [],
  };
  const dated = done ? { ...common, createdAt: iso(createdAt) } : common;
  if (cluster.kind !== 'sharded')
    return { ...dated, type: 'replicaSet', cloudProvider: 'AWS', copyRegions: snapshot.copies ?? [], replicaSetName: cluster.name };
  const members = Array.from({ length: cluster.shards }, (_, index) => ({
    id: partId(cluster, index + 1),
    cloudProvider: 'AWS',
    replicaSetName: `${cluster.name}-shard-${index}`,
  }));
  return {
    ...dated,
    type: 'shardedCluster',
    members,
    snapshotIds: members.map((member) => member.id),
    configServerType: cluster.configServerType,
  };
}

const FLEX_STATUS = { queued: 'QUEUED', inProgress: 'RUNNING', completed: 'COMPLETED', failed: 'FAILED' } as const;

export function flexSnapshotJson(snapshot: EmulatedSnapshot, now: Instant): Json {
  const status = statusOf(snapshot, now);
  const ended = now >= snapshot.completedAt ? { finishTime: iso(snapshot.completedAt) } : {};
  const started = status === 'queued' ? {} : { startTime: iso(snapshot.createdAt) };
  const { id, requestedAt, expiresAt } = snapshot;
  return {
    id,
    status: FLEX_STATUS[status],
    scheduledTime: iso(requestedAt),
    ...started,
    ...ended,
    expiration: iso(expiresAt),
    mongoDBVersion: '8.0.29',
  };
}

export function scheduleJson(cluster: EmulatedCluster): Json {
  const item = (part: number, frequencyType: string, frequencyInterval: number, retentionUnit: string, retentionValue: number): Json => ({
    id: partId(cluster, part),
    frequencyType,
    frequencyInterval,
    retentionUnit,
    retentionValue,
  });
  const hourly = cluster.every < DAY ? [item(1, 'hourly', cluster.every / HOUR, 'days', 7)] : [];
  const policyItems = [
    ...hourly,
    item(2, 'daily', 1, 'days', cluster.keepDaily),
    item(3, 'weekly', 6, 'weeks', 5),
    item(4, 'ondemand', 1, 'days', 90),
  ];
  const next = new Date(cluster.next);
  const copySetting = { zoneId: partId(cluster, 100), cloudProvider: 'AWS', regionName: cluster.copyTo, shouldCopyOplogs: true };
  return {
    clusterId: cluster.id,
    clusterName: cluster.name,
    policies: [{ id: partId(cluster, 50), policyItems }],
    referenceHourOfDay: next.getUTCHours(),
    referenceMinuteOfHour: next.getUTCMinutes(),
    restoreWindowDays: cluster.windowDays,
    nextSnapshot: iso(cluster.next),
    autoExportEnabled: false,
    copySettings: cluster.copyTo === null ? [] : [{ ...copySetting, frequencies: ['HOURLY', 'DAILY', 'WEEKLY'] }],
    autoCopySettingsEnabled: false,
    copyPolicyItemsEnabled: false,
    extraRetentionSettings: [],
    useOrgAndGroupNamesInExportPrefix: false,
    links: [],
  };
}
