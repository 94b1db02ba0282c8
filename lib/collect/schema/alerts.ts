import { z } from 'zod';
import type { AlertConfigFacts } from '../../domain/facts/daily-facts.ts';
import type { AlertFacts, ClusterFacts } from '../../domain/facts/facts.ts';
import { DAY, HOUR, MINUTE, SECOND, type Duration, type Instant } from '../../domain/time.ts';
import { flag, happened, instantOf, lenient, objectId, resourceName, text, type Entry } from './answer-fields.ts';

/** An alert as Atlas lists it: it names its cluster by id, by name, or only by the name of the replica set (docs/facts/atlas.md §6). */
export type ListedAlert = AlertFacts & { readonly replicaSetName: string | null };

const alert = z.object({
  id: objectId,
  created: z.string().transform(instantOf),
  clusterId: lenient(objectId),
  clusterName: lenient(resourceName),
  replicaSetName: text,
});
/** Those about backups, and two about replica sets, which stand beside backups between a failure and a loss of data (docs/facts/atlas.md §6). */
const READ = /^(CPS_\w+|NO_PRIMARY|REPLICATION_OPLOG_WINDOW_RUNNING_OUT)$/;
const alertType = z.object({ eventTypeName: z.string().regex(READ) });

/** An alert of a type that is read. Others are left out. */
export function parseAlert(entry: unknown, now: Instant): Entry<ListedAlert> {
  const type = alertType.safeParse(entry).data?.eventTypeName;
  if (type === undefined) return { kind: 'leftOut' };
  const fields = alert.safeParse(entry).data;
  const openedAt = happened(fields?.created ?? null, now);
  if (fields === undefined || openedAt === null)
    return { kind: 'unreadable', sentence: `Atlas lists an alert ${type} without a usable id or time` };
  const { id, clusterId, clusterName, replicaSetName } = fields;
  return { kind: 'usable', value: { id, type, openedAt, clusterId, clusterName, replicaSetName } };
}

/** The alerts with their clusters: one that names only a replica set is about the listed cluster of that replica set, if there is one. */
export function withClusters(
  alerts: readonly ListedAlert[],
  clusters: readonly Pick<ClusterFacts, 'id' | 'replicaSetName'>[],
): readonly AlertFacts[] {
  return alerts.map(({ replicaSetName, ...alert }) => {
    if (alert.clusterId !== null || alert.clusterName !== null || replicaSetName === null) return alert;
    const owner = clusters.find((cluster) => cluster.replicaSetName === replicaSetName);
    return owner === undefined ? alert : { ...alert, clusterId: owner.id };
  });
}

/** Alert configurations that concern backups and have a threshold in time (docs/facts/atlas.md §6). */
const CONFIG_TYPES = ['CPS_OPLOG_BEHIND', 'CPS_SNAPSHOT_BEHIND', 'CPS_PREV_SNAPSHOT_OLD'] as const;

const LENGTH = { MILLISECONDS: 1, SECONDS: SECOND, MINUTES: MINUTE, HOURS: HOUR, DAYS: DAY } as const;

const alertConfig = z.object({
  eventTypeName: z.enum(CONFIG_TYPES),
  enabled: flag,
  threshold: lenient(
    z.object({ threshold: z.number().nonnegative(), units: z.enum(['MILLISECONDS', 'SECONDS', 'MINUTES', 'HOURS', 'DAYS']) }),
  ),
});

/** An alert configuration about backups; null for others. One that does not say that it is enabled counts as disabled. */
export function parseAlertConfig(entry: unknown): AlertConfigFacts | null {
  const parsed = alertConfig.safeParse(entry);
  if (!parsed.success) return null;
  const { eventTypeName, enabled, threshold } = parsed.data;
  const length: Duration | null = threshold ? threshold.threshold * LENGTH[threshold.units] : null;
  return { type: eventTypeName, enabled: enabled === true, threshold: length };
}
