import { z } from 'zod';
import type { AlertConfigFacts } from '../../domain/facts/daily-facts.ts';
import type { AlertFacts } from '../../domain/facts/facts.ts';
import { DAY, HOUR, MINUTE, SECOND, type Duration, type Instant } from '../../domain/time.ts';
import { flag, happened, instantOf, lenient, objectId, resourceName, type Entry } from './answer-fields.ts';

const alert = z.object({
  id: objectId,
  created: z.string().transform(instantOf),
  clusterId: lenient(objectId),
  clusterName: lenient(resourceName),
});
const alertType = z.object({ eventTypeName: z.string().startsWith('CPS_') });

/** An alert about backups. Alerts of other kinds are left out. */
export function parseAlert(entry: unknown, now: Instant): Entry<AlertFacts> {
  const type = alertType.safeParse(entry).data?.eventTypeName;
  if (type === undefined) return { kind: 'leftOut' };
  const fields = alert.safeParse(entry).data;
  const openedAt = happened(fields?.created ?? null, now);
  if (fields === undefined || openedAt === null)
    return { kind: 'unreadable', sentence: `Atlas lists an alert ${type} without a usable id or time` };
  const { id, clusterId, clusterName } = fields;
  return { kind: 'usable', value: { id, type, openedAt, clusterId, clusterName } };
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
