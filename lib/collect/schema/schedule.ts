import { z } from 'zod';
import type { CopySetting, PolicyItem, Retention, Schedule } from '../../domain/facts/facts.ts';
import { DAY, HOUR, MINUTE } from '../../domain/time.ts';
import { lenient, moment } from './answer-fields.ts';

const FREQUENCIES = ['hourly', 'daily', 'weekly', 'monthly', 'yearly', 'ondemand'] as const;
const frequencyType = z.enum(FREQUENCIES);
/** How long something is kept, as schedules and compliance policies word it. */
export const retentionFields = {
  retentionUnit: lenient(z.enum(['days', 'weeks', 'months', 'years'])),
  // More than a century, in whatever unit, is a mistake, and so unknown; the calendar would end.
  retentionValue: lenient(z.number().nonnegative().max(36_600)),
};

const item = z.object({ frequencyType, frequencyInterval: z.number().positive(), ...retentionFields });

/** Exactly one of the three last fields is given (docs/facts/atlas.md §4); `frequencies` are upper-case. */
const copySetting = z.object({
  regionName: z.string().min(1),
  frequencies: z.array(z.string().transform(kindOf)).pipe(z.array(frequencyType)).optional(),
  copyPolicyItems: z.array(z.object({ frequencyType, ...retentionFields })).optional(),
  lastNumberOfSnapshots: lenient(z.number()),
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
  copySettings: lenient(z.array(copySetting)),
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
    copySettings,
  } = parsed.data;
  const extraRetention = (parsed.data.extraRetentionSettings ?? []).flatMap((extra) => toExtraRetention(extra) ?? []);
  return {
    items: policies.flatMap((policy) => policy.policyItems.map(toItem)),
    nextSnapshotAt,
    restoreWindowDays,
    ...(hour !== null && minute !== null && { takenAt: hour * HOUR + minute * MINUTE }),
    ...(extraRetention.length > 0 && { extraRetention }),
    ...(copySettings?.length !== 0 && { copies: copySettings?.map(toCopySetting) ?? null }),
  };
}

function toCopySetting({ regionName: region, frequencies = [], copyPolicyItems = [] }: z.infer<typeof copySetting>): CopySetting {
  const deprecated = frequencies.map((frequency) => ({ frequency, kept: null }));
  const items = copyPolicyItems.map((one) => {
    const retention = retentionOf(one);
    const days = daysOf(retention);
    return { frequency: one.frequencyType, kept: days === null ? null : days * DAY, ...(retention && { retention }) };
  });
  return { region, kinds: [...deprecated, ...items] };
}

function toItem(one: z.infer<typeof item>): PolicyItem {
  const kept = retentionOf(one);
  return { frequency: one.frequencyType, interval: one.frequencyInterval, retentionDays: daysOf(kept), retention: kept };
}

/** Null if it is not told. */
export function retentionOf({
  retentionUnit: unit,
  retentionValue: value,
}: Pick<z.infer<typeof item>, 'retentionUnit' | 'retentionValue'>): Retention | null {
  return unit !== null && value !== null ? { unit, value } : null;
}

function daysOf(kept: Retention | null): number | null {
  return kept && kept.value * DAYS_IN[kept.unit];
}

function toExtraRetention(
  extra: { readonly frequencyType: string; readonly retentionDays: number } | null,
): NonNullable<Schedule['extraRetention']>[number] | null {
  const frequency = FREQUENCIES.find((one) => extra !== null && one === kindOf(extra.frequencyType));
  return extra === null || frequency === undefined ? null : { frequency, days: extra.retentionDays };
}

/** Atlas writes the kinds of these settings in capitals, and on-demand with an underscore (docs/facts/atlas.md §4). */
function kindOf(type: string): string {
  return type.toLowerCase().replace('_', '');
}
