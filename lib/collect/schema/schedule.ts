import { z } from 'zod';
import type { PolicyItem, Schedule } from '../../domain/facts/facts.ts';
import { HOUR, MINUTE } from '../../domain/time.ts';
import { lenient, moment } from './answer-fields.ts';

const FREQUENCIES = ['hourly', 'daily', 'weekly', 'monthly', 'yearly', 'ondemand'] as const;

const item = z.object({
  frequencyType: z.enum(FREQUENCIES),
  frequencyInterval: z.number().positive(),
  retentionUnit: lenient(z.enum(['days', 'weeks', 'months', 'years'])),
  // More than a century, in whatever unit, is a mistake, and so unknown; the calendar would end.
  retentionValue: lenient(z.number().nonnegative().max(36_600)),
});

const schedule = z.object({
  policies: z.array(z.object({ policyItems: z.array(item) })),
  // Absent if there are no items (docs/facts/atlas.md §4).
  nextSnapshot: moment,
  restoreWindowDays: lenient(z.number().nonnegative()),
  referenceHourOfDay: lenient(z.number().int().min(0).max(23)),
  referenceMinuteOfHour: lenient(z.number().int().min(0).max(59)),
  extraRetentionSettings: lenient(
    z.array(lenient(z.object({ frequencyType: z.string(), retentionDays: z.number().positive().max(36_600) }))),
  ),
});

const DAYS_IN = { days: 1, weeks: 7, months: 30, years: 365 } as const;

/** The schedule; null if it or one item is malformed: to leave that item out would promise fewer snapshots than were configured. */
export function parseSchedule(body: unknown): Schedule | null {
  const parsed = schedule.safeParse(body);
  if (!parsed.success) return null;
  const {
    policies,
    nextSnapshot: nextSnapshotAt,
    restoreWindowDays,
    referenceHourOfDay: hour,
    referenceMinuteOfHour: minute,
  } = parsed.data;
  const extraRetention = (parsed.data.extraRetentionSettings ?? []).flatMap((extra) => toExtraRetention(extra) ?? []);
  return {
    items: policies.flatMap((policy) => policy.policyItems.map(toItem)),
    nextSnapshotAt,
    restoreWindowDays,
    ...(hour !== null && minute !== null && { takenAt: hour * HOUR + minute * MINUTE }),
    ...(extraRetention.length > 0 && { extraRetention }),
  };
}

function toItem({ frequencyType, frequencyInterval, retentionUnit: unit, retentionValue: value }: z.infer<typeof item>): PolicyItem {
  const kept = unit !== null && value !== null ? { unit, value } : null;
  const retentionDays = kept && kept.value * DAYS_IN[kept.unit];
  return { frequency: frequencyType, interval: frequencyInterval, retentionDays, retention: kept };
}

/** Atlas writes the kinds of these settings in capitals, and on-demand with an underscore (docs/facts/atlas.md §4). */
function toExtraRetention(
  extra: { readonly frequencyType: string; readonly retentionDays: number } | null,
): NonNullable<Schedule['extraRetention']>[number] | null {
  const frequency = FREQUENCIES.find((one) => one === extra?.frequencyType.toLowerCase().replace('_', ''));
  return extra === null || frequency === undefined ? null : { frequency, days: extra.retentionDays };
}
