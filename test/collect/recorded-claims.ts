import { expect } from 'vitest';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { createRedactor } from '../../lib/domain/redact.ts';
import { refusal } from '../../lib/collect/client/atlas-error.ts';
import { parseAlert, parseAlertConfig } from '../../lib/collect/schema/alerts.ts';
import { parseCluster, parseFlexCluster } from '../../lib/collect/schema/clusters.ts';
import { parseEvent } from '../../lib/collect/schema/events.ts';
import { readEntries } from '../../lib/collect/schema/answer-fields.ts';
import { parseProject } from '../../lib/collect/schema/projects.ts';
import { parseSchedule } from '../../lib/collect/schema/schedule.ts';
import { parseFlexSnapshot, parseSnapshot } from '../../lib/collect/schema/snapshots.ts';

/** The day of the recordings. */
const NOW = Date.UTC(2026, 7, 10, 12);

type Recording = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };
export type Claim = { readonly files: string; readonly says: string; readonly holds: (recording: Recording) => void };

function resultsOf({ body }: Recording): readonly unknown[] {
  if (Array.isArray(body['results'])) return body['results'];
  throw new Error('the recording has no results');
}

function at(text: string): number {
  return Date.parse(text);
}

function refuses(code: string): Claim['holds'] {
  return ({ status, body }) => {
    const error = refusal({ operation: 'x', resource: '' }, status, JSON.stringify(body), null, createRedactor([]));
    expect(error.failure).toMatchObject({ status, code, patience: 'once', detail: body['detail'] });
  };
}

function usableCluster(body: unknown): unknown {
  const entry = parseCluster(body, NOW);
  return entry.kind === 'usable' ? entry.value : entry;
}

const DEFAULT_ITEMS = [
  { frequency: 'hourly', interval: 6, retentionDays: 7, retention: { unit: 'days', value: 7 } },
  { frequency: 'daily', interval: 1, retentionDays: 7, retention: { unit: 'days', value: 7 } },
  { frequency: 'weekly', interval: 6, retentionDays: 28, retention: { unit: 'weeks', value: 4 } },
  { frequency: 'monthly', interval: 40, retentionDays: 360, retention: { unit: 'months', value: 12 } },
  { frequency: 'yearly', interval: 12, retentionDays: 365, retention: { unit: 'years', value: 1 } },
];

const SNAPSHOT = { id: '6a7943462c88faeba59ccf5f', type: 'onDemand' };

/** Every recorded response is claimed by exactly one of these. */
export const CLAIMS: readonly Claim[] = [
  {
    files: 'getAllGroups-200-1',
    says: 'every project has id and name',
    holds: (recording) => expect(readEntries(resultsOf(recording), parseProject)).toMatchObject({ unreadable: [], values: { length: 37 } }),
  },
  {
    files: 'getGroup-200-1',
    says: 'a project',
    holds: ({ body }) => expect(parseProject(body)).toMatchObject({ kind: 'usable', value: { id: body['id'] } }),
  },
  {
    files: 'getAllClusters-200-1',
    says: 'a replica set with backups off and a tag',
    holds: (recording) =>
      expect(usableCluster(resultsOf(recording)[0])).toEqual({
        id: '6a799f06c0eb9e7a177d81e7',
        name: 'cluster-712',
        kind: { known: true, value: 'replicaSet', asOf: NOW },
        createdAt: { known: true, value: at('2026-08-10T09:51:02Z'), asOf: NOW },
        paused: { known: true, value: false, asOf: NOW },
        backupEnabled: { known: true, value: false, asOf: NOW },
        pitEnabled: { known: true, value: false, asOf: NOW },
        replicaSetName: 'atlas-wkiyww-shard-0',
        electable: { known: true, value: [{ 'AWS US_EAST_1': 3 }], asOf: NOW },
        terminationProtection: { known: true, value: true, asOf: NOW },
        tags: { env: 'test' },
        topology: { known: true, value: 'REPLICASET/1', asOf: NOW },
        tier: 'M10',
        server: { majorVersion: '7.0', customerKey: false, configServer: null },
      }),
  },
  {
    files: 'getAllClusters-200-2|getCluster-200-\\d',
    says: 'a cluster of any version of the resource',
    holds: (recording) => {
      const body = 'results' in recording.body ? resultsOf(recording)[0] : recording.body;
      expect(usableCluster(body)).toMatchObject({
        kind: { known: true },
        createdAt: { known: true },
        paused: { known: true },
        backupEnabled: { known: true },
        pitEnabled: { known: true },
        electable: { known: true },
        terminationProtection: { known: true },
        topology: { known: true },
      });
    },
  },
  {
    files: 'getAllFlexClusters-200-1',
    says: 'four flex clusters with backups',
    holds: (recording) => {
      const { values, unreadable } = readEntries(resultsOf(recording), (entry) => parseFlexCluster(entry, NOW));
      expect(unreadable).toEqual([]);
      expect(
        values.map(({ backupEnabled, pitEnabled, tier }) => [
          backupEnabled.known && backupEnabled.value,
          pitEnabled.known && pitEnabled.value,
          tier,
        ]),
      ).toEqual(Array(4).fill([true, false, 'FLEX']));
    },
  },
  {
    files: 'getFlexCluster-200-1',
    says: 'a flex cluster',
    holds: ({ body }) => expect(parseFlexCluster(body, NOW)).toMatchObject({ kind: 'usable', value: { name: 'cluster-833' } }),
  },
  {
    files: 'getSnapshotSchedule-200-1',
    says: 'the default schedule',
    holds: ({ body }) =>
      expect(parseSchedule(body)).toEqual({
        items: DEFAULT_ITEMS,
        nextSnapshotAt: at('2026-08-10T09:16:07Z'),
        restoreWindowDays: 7,
        takenAt: 3 * HOUR + 16 * MINUTE,
      }),
  },
  {
    files: 'patchSnapshotSchedule-200-1',
    says: 'a schedule after a change',
    holds: ({ body }) => expect(parseSchedule(body)).toMatchObject({ restoreWindowDays: body['restoreWindowDays'] }),
  },
  {
    files: 'getSnapshots-200-1',
    says: 'eight daily flex snapshots without sizes',
    holds: (recording) => {
      const snapshots = resultsOf(recording).map((entry) => parseFlexSnapshot(entry));
      expect(snapshots).toHaveLength(8);
      expect(snapshots[0]).toEqual({
        id: '6a6f78e0cab84da5c4476b25',
        status: 'completed',
        type: 'scheduled',
        requestedAt: at('2026-08-02T17:05:10Z'),
        createdAt: at('2026-08-02T17:05:37Z'),
        expiresAt: at('2026-08-10T17:05:10Z'),
        sizeBytes: null,
      });
    },
  },
  {
    files: 'getSnapshots-200-2',
    says: 'one snapshot of a dedicated cluster',
    holds: (recording) =>
      expect(resultsOf(recording).map((entry) => parseSnapshot(entry))).toMatchObject([{ status: 'completed', type: 'onDemand' }]),
  },
  {
    files: 'getSnapshot-200-\\d|onDemandSnapshot-200-1',
    says: 'a snapshot at each step: without a data time before it is completed',
    holds: ({ body }) => {
      const snapshot = parseSnapshot(body);
      expect(snapshot).toMatchObject({ ...SNAPSHOT, status: body['status'], expiresAt: at(String(body['expiresAt'])) });
      const isCompleted = body['status'] === 'completed';
      expect(snapshot?.createdAt === null).toBe(!isCompleted);
      expect(snapshot?.requestedAt).toBe(isCompleted ? null : at('2026-08-10T03:19:34Z'));
    },
  },
  {
    files: 'getAllEvents-200-\\d',
    says: 'events of every kind, also those that nobody reads',
    holds: (recording) => {
      const results = resultsOf(recording);
      const { values, unreadable } = readEntries(results, (entry) => parseEvent(entry, NOW));
      expect(unreadable).toEqual([]);
      expect(values).toHaveLength(results.length);
      const deleted = values.find(({ type }) => type === 'CLUSTER_DELETE_SUBMITTED');
      if (deleted !== undefined)
        expect(deleted).toMatchObject({
          clusterId: null,
          clusterName: 'cluster-833',
          actor: 'API key redacted, 203.0.113.7',
          at: at('2026-08-10T03:06:04Z'),
        });
    },
  },
  {
    files: 'getAllAlerts-200-1',
    says: 'a hundred alerts, none about backups and 23 about the oplog window, each with its cluster and its replica set',
    holds: (recording) => {
      const { values, unreadable } = readEntries(resultsOf(recording), (entry) => parseAlert(entry, NOW));
      expect(unreadable).toEqual([]);
      expect(values).toHaveLength(23);
      for (const { type, clusterId, replicaSetName } of values)
        expect([type, clusterId, replicaSetName]).toEqual([
          'REPLICATION_OPLOG_WINDOW_RUNNING_OUT',
          expect.stringMatching(/^[0-9a-f]{24}$/),
          expect.stringMatching(/^atlas-\w+-shard-0$/),
        ]);
    },
  },
  {
    files: 'getCluster-400-\\d',
    says: 'a flex cluster asked for as a dedicated one',
    holds: refuses('CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API'),
  },
  {
    files: 'get(Snapshot|Snapshots|RestoreJob|RestoreJobs)-400-\\d',
    says: 'a dedicated cluster asked for as a flex one',
    holds: refuses('CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API'),
  },
  { files: 'get(Flex)?Cluster-404-\\d', says: 'a cluster that is not there', holds: refuses('CLUSTER_NOT_FOUND') },
  {
    // The product asks for none of these yet: they only may not be taken for something else.
    files:
      '(createRestoreJob|getAllAtlasProcesses|getAuditLog|patchAuditLog|getDataProtectionSettings|getHostMeasurements|getRestoreJobs?)-20\\d-\\d',
    says: 'nothing that this part reads, and nothing that it would take for a snapshot, an alert or an alert configuration',
    holds: ({ body }) => {
      const entries: readonly unknown[] = Array.isArray(body['results']) ? body['results'] : [body];
      expect(entries.map((entry) => [parseAlert(entry, NOW).kind, parseAlertConfig(entry), parseSchedule(entry)])).toEqual(
        entries.map(() => ['leftOut', null, null]),
      );
    },
  },
];
