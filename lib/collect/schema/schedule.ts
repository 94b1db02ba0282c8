import { z } from 'zod';
import type { PolicyItem, Schedule } from '../../domain/facts/facts.ts';
import { lenient, moment } from './answer-fields.ts';

const item = z.object({
  frequencyType: z.enum(['hourly', 'daily', 'weekly', 'monthly', 'yearly', 'ondemand']),
  frequencyInterval: z.number().positive(),
  retentionUnit: lenient(z.enum(['days', 'weeks', 'months', 'years'])),
  retentionValue: lenient(z.number().nonnegative()),
});

const schedule = z.object({
  policies: z.array(z.object({ policyItems: z.array(item) })),
  // Absent if there are no items (docs/facts/atlas.md §4).
  nextSnapshot: moment,
  restoreWindowDays: lenient(z.number().nonnegative()),
});

const DAYS_IN = { days: 1, weeks: 7, months: 30, years: 365 } as const;

/** The schedule; null if it or one item is malformed: to leave that item out would promise fewer snapshots than were configured. */
export function parseSchedule(body: unknown): Schedule | null {
  const parsed = schedule.safeParse(body);
  if (!parsed.success) return null;
  const { policies, nextSnapshot: nextSnapshotAt, restoreWindowDays } = parsed.data;
  return { items: policies.flatMap((policy) => policy.policyItems.map(toItem)), nextSnapshotAt, restoreWindowDays };
}

function toItem({ frequencyType, frequencyInterval, retentionUnit: unit, retentionValue: value }: z.infer<typeof item>): PolicyItem {
  const kept = unit !== null && value !== null ? { unit, value } : null;
  const retentionDays = kept && kept.value * DAYS_IN[kept.unit];
  return { frequency: frequencyType, interval: frequencyInterval, retentionDays, retention: kept };
}
