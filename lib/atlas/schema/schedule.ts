import { z } from 'zod';
import type { PolicyItem, Schedule } from '../../domain/facts.ts';
import { lenient, moment } from './fields.ts';

const item = z.object({
  frequencyType: z.enum(['hourly', 'daily', 'weekly', 'monthly', 'yearly', 'ondemand']),
  frequencyInterval: z.number().positive(),
  retentionUnit: lenient(z.enum(['days', 'weeks', 'months', 'years'])),
  retentionValue: lenient(z.number().nonnegative()),
});

const schedule = z.object({
  policies: z.array(z.object({ policyItems: z.array(item) })),
  nextSnapshot: moment,
  restoreWindowDays: lenient(z.number().nonnegative()),
});

const DAYS_IN = { days: 1, weeks: 7, months: 30, years: 365 } as const;

/**
 * The schedule; null where its policies are malformed. One item that cannot be read spoils the whole: to leave it out would promise
 * fewer snapshots than were asked for. `nextSnapshot` is absent where no items are left (facts/atlas-api §4).
 */
export function parseSchedule(body: unknown): Schedule | null {
  const parsed = schedule.safeParse(body);
  if (!parsed.success) return null;
  const { policies, nextSnapshot, restoreWindowDays } = parsed.data;
  return {
    items: policies.flatMap((policy) => policy.policyItems.map(toItem)),
    nextSnapshotAt: nextSnapshot ?? null,
    restoreWindowDays: restoreWindowDays ?? null,
  };
}

function toItem({ frequencyType, frequencyInterval, retentionUnit, retentionValue }: z.infer<typeof item>): PolicyItem {
  const kept = retentionUnit && typeof retentionValue === 'number' ? retentionValue * DAYS_IN[retentionUnit] : null;
  return { frequency: frequencyType, interval: frequencyInterval, retentionDays: kept };
}
