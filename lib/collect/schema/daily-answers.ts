import { z } from 'zod';
import type { AuditLog, CompliancePolicy, CustomerKey, ExportBucket, KeyProvider } from '../../domain/facts/daily-facts.ts';
import { retentionFields, retentionOf } from './schedule.ts';

const item = z.object(retentionFields);

const policy = z.object({
  // A policy that is being disabled still forbids what it forbids.
  state: z.enum(['ACTIVE', 'ENABLING', 'UPDATING', 'DISABLING']),
  scheduledPolicyItems: z.array(item),
  onDemandPolicyItem: item.nullish(),
});

/** The project's Backup Compliance Policy; null if the answer does not say what it keeps. */
export function parseCompliancePolicy(body: unknown): CompliancePolicy | null {
  const { data } = policy.safeParse(body);
  if (data === undefined) return null;
  const items = [...data.scheduledPolicyItems, ...(data.onDemandPolicyItem ? [data.onDemandPolicyItem] : [])];
  const kept = items.map((one) => retentionOf(one));
  // One that cannot be read would make the policy look weaker than it is.
  if (kept.includes(null)) return null;
  return { kept: kept.filter((one) => one !== null) };
}

const key = z.union([z.object({ enabled: z.literal(false) }), z.object({ enabled: z.literal(true), valid: z.boolean() })]).optional();
const encryption = z.object({ awsKms: key, azureKeyVault: key, googleCloudKms: key });

/** The customer's keys that are enabled; null if one does not say whether it is enabled, or an enabled one not whether it is valid. */
export function parseCustomerKeys(body: unknown): readonly CustomerKey[] | null {
  const { data } = encryption.safeParse(body);
  if (data === undefined) return null;
  const keys: readonly (readonly [KeyProvider, z.infer<typeof key>])[] = [
    ['AWS', data.awsKms],
    ['AZURE', data.azureKeyVault],
    ['GCP', data.googleCloudKms],
  ];
  return keys.flatMap(([provider, said]) => (said?.enabled ? [{ provider, valid: said.valid }] : []));
}

const auditLog = z.object({ enabled: z.boolean() });

/** The project's database auditing; null if the answer does not say whether it is enabled. */
export function parseAuditLog(body: unknown): AuditLog | null {
  const { data } = auditLog.safeParse(body);
  return data === undefined ? null : { enabled: data.enabled };
}

const bucket = z.object({ bucketName: z.string().min(1).max(200), cloudProvider: z.enum(['AWS', 'AZURE', 'GCP']) });

/** A bucket that snapshots can be exported to; null if the entry does not name it. */
export function parseExportBucket(entry: unknown): ExportBucket | null {
  const { data } = bucket.safeParse(entry);
  return data === undefined ? null : { name: data.bucketName, provider: data.cloudProvider };
}
