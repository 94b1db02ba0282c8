import { z } from 'zod';
import type { CompliancePolicy } from '../../domain/facts/daily-facts.ts';
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
