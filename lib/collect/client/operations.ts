/** One operation of the Admin API. The version is the operation's own: any other may be refused (docs/facts/atlas.md §1). */
export type Operation = {
  readonly version: string;
  readonly path: string;
  /** The endpoint set whose token bucket it spends (docs/facts/atlas.md §9). */
  readonly bucket: string;
  /** False where Atlas documents no paging parameters. */
  readonly paged: boolean;
  /** True if it answers a bare array, which the client hands on as `{ results }`. */
  readonly bare?: true;
  /** GET if absent. */
  readonly method?: 'POST' | 'PATCH' | 'DELETE';
};

const GROUP = '/groups/{groupId}';
const CLUSTER = `${GROUP}/clusters/{clusterName}`;
const BACKUP = `${CLUSTER}/backup`;
const FLEX = `${GROUP}/flexClusters/{clusterName}`;
const OUTAGE = `${CLUSTER}/outageSimulation`;

/** What checks read. */
export const OPERATIONS = {
  listProjects: { version: '2023-01-01', path: '/groups', bucket: 'groups', paged: true },
  getProject: { version: '2023-01-01', path: GROUP, bucket: 'groups', paged: false },
  listClusters: { version: '2024-08-05', path: `${GROUP}/clusters`, bucket: 'clusters', paged: true },
  listFlexClusters: { version: '2024-11-13', path: `${GROUP}/flexClusters`, bucket: 'flex', paged: true },
  getSchedule: { version: '2024-08-05', path: `${BACKUP}/schedule`, bucket: 'backup', paged: false },
  listClusterSnapshots: { version: '2023-01-01', path: `${BACKUP}/snapshots`, bucket: 'backup', paged: true },
  listShardedSnapshots: { version: '2023-01-01', path: `${BACKUP}/snapshots/shardedClusters`, bucket: 'backup', paged: false },
  listFlexSnapshots: { version: '2024-11-13', path: `${FLEX}/backup/snapshots`, bucket: 'flex', paged: true },
  listEvents: { version: '2023-01-01', path: `${GROUP}/events`, bucket: 'events', paged: true },
  listAlerts: { version: '2023-01-01', path: `${GROUP}/alerts`, bucket: 'alerts', paged: true },
  listAlertConfigs: { version: '2023-01-01', path: `${GROUP}/alertConfigs`, bucket: 'alertConfigs', paged: true },
  getEncryptionAtRest: { version: '2023-01-01', path: `${GROUP}/encryptionAtRest`, bucket: 'encryptionAtRest', paged: false },
  getAuditLog: { version: '2023-01-01', path: `${GROUP}/auditLog`, bucket: 'auditing', paged: false },
  listExportBuckets: { version: '2024-05-30', path: `${GROUP}/backup/exportBuckets`, bucket: 'backup', paged: true },
  getCompliancePolicy: { version: '2023-10-01', path: `${GROUP}/backupCompliancePolicy`, bucket: 'backup', paged: false },
  getProjectServiceAccount: { version: '2024-08-05', path: `${GROUP}/serviceAccounts/{clientId}`, bucket: 'serviceAccounts', paged: false },
  getOrgServiceAccount: {
    version: '2024-08-05',
    path: '/orgs/{orgId}/serviceAccounts/{clientId}',
    bucket: 'serviceAccounts',
    paged: false,
  },
  listEventTypes: { version: '2023-01-01', path: '/eventTypes', bucket: 'eventTypes', paged: true },
} satisfies Readonly<Record<string, Operation>>;

/** What restore tests and drills read as well. */
export const RECOVERY_READS = {
  getCluster: { version: '2024-08-05', path: CLUSTER, bucket: 'clusters', paged: false },
  getFlexCluster: { version: '2024-11-13', path: FLEX, bucket: 'flex', paged: false },
  getClusterSnapshot: { version: '2023-01-01', path: `${BACKUP}/snapshots/{snapshotId}`, bucket: 'backup', paged: false },
  getShardedSnapshot: { version: '2023-01-01', path: `${BACKUP}/snapshots/shardedCluster/{snapshotId}`, bucket: 'backup', paged: false },
  getFlexSnapshot: { version: '2024-11-13', path: `${FLEX}/backup/snapshots/{snapshotId}`, bucket: 'flex', paged: false },
  listRestoreJobs: { version: '2023-01-01', path: `${BACKUP}/restoreJobs`, bucket: 'backup', paged: true },
  getRestoreJob: { version: '2023-01-01', path: `${BACKUP}/restoreJobs/{restoreJobId}`, bucket: 'backup', paged: false },
  listSearchIndexes: { version: '2024-05-30', path: `${CLUSTER}/search/indexes`, bucket: 'search', paged: false, bare: true },
  getOutage: { version: '2023-01-01', path: OUTAGE, bucket: 'outage', paged: false },
} satisfies Readonly<Record<string, Operation>>;

/** What restore tests and drills change. */
export const WRITES = {
  takeSnapshot: { version: '2023-01-01', path: `${BACKUP}/snapshots`, bucket: 'backup', paged: false, method: 'POST' },
  createRestoreJob: { version: '2023-01-01', path: `${BACKUP}/restoreJobs`, bucket: 'backup', paged: false, method: 'POST' },
  updateCluster: { version: '2024-10-23', path: CLUSTER, bucket: 'clusters', paged: false, method: 'PATCH' },
  restartPrimaries: { version: '2023-02-01', path: `${CLUSTER}/restartPrimaries`, bucket: 'clusters', paged: false, method: 'POST' },
  startOutage: { version: '2023-01-01', path: OUTAGE, bucket: 'outage', paged: false, method: 'POST' },
  endOutage: { version: '2023-01-01', path: OUTAGE, bucket: 'outage', paged: false, method: 'DELETE' },
} satisfies Readonly<Record<string, Operation>>;

const ALL = { ...OPERATIONS, ...RECOVERY_READS, ...WRITES };

export type OperationName = keyof typeof OPERATIONS | keyof typeof RECOVERY_READS;
export type WriteName = keyof typeof WRITES;
export type PathParams = Readonly<Record<string, string>>;
export type Query = Readonly<Record<string, string | readonly string[]>>;

export function operationOf(name: OperationName | WriteName): Operation {
  return ALL[name];
}

/** The address of one request. Throws if a path parameter is missing or would change the path. */
export function addressOf(baseUrl: string, name: OperationName | WriteName, params: PathParams, query: Query): URL {
  const path = operationOf(name).path.replace(/\{(\w+)\}/g, (_, key: string) => segment(name, key, params[key]));
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/api/atlas/v2${path}`);
  for (const [key, value] of Object.entries(query)) {
    for (const one of typeof value === 'string' ? [value] : value) url.searchParams.append(key, one);
  }
  return url;
}

/** encodeURIComponent leaves dots as they are, and URL would resolve a segment of two dots as the parent. */
function segment(name: OperationName | WriteName, key: string, value: string | undefined): string {
  if (value === undefined || value === '' || value === '.' || value === '..') throw new Error(`${name}: path parameter ${key} is unusable`);
  return encodeURIComponent(value);
}

/** What the request is about, for messages: the cluster's name, else the project's id, else nothing. */
export function resourceOf(params: PathParams): string {
  return params['clusterName'] ?? params['groupId'] ?? '';
}
