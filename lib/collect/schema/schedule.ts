import { z } from 'zod';
import type { CopySetting, PolicyItem, Schedule } from '../../domain/facts/facts.ts';
import { DAY } from '../../domain/time.ts';
import { lenient, moment } from './answer-fields.ts';

const frequencyType = z.enum(['hourly', 'daily', 'weekly', 'monthly', 'yearly', 'ondemand']);
const retention = {
  retentionUnit: lenient(z.enum(['days', 'weeks', 'months', 'years'])),
  retentionValue: lenient(z.number().nonnegative()),
};

const item = z.object({ frequencyType, frequencyInterval: z.number().positive(), ...retention });

/** Exactly one of the three last fields is given (docs/facts/atlas.md §4); `frequencies` are upper-case. */
const copySetting = z.object({
  regionName: z.string().min(1),
  frequencies: z
    .array(z.string().transform((kind) => kind.toLowerCase().replace('_', '')))
    .pipe(z.array(frequencyType))
    .optional(),
  copyPolicyItems: z.array(z.object({ frequencyType, ...retention })).optional(),
  lastNumberOfSnapshots: lenient(z.number()),
});

const schedule = z.object({
  policies: z.array(z.object({ policyItems: z.array(item) })),
  // Absent if there are no items (docs/facts/atlas.md §4).
  nextSnapshot: moment,
  restoreWindowDays: lenient(z.number().nonnegative()),
  copySettings: lenient(z.array(copySetting)),
});

const DAYS_IN = { days: 1, weeks: 7, months: 30, years: 365 } as const;

/** The schedule; null if it or one item is malformed: to leave that item out would promise fewer snapshots than were configured. */
export function parseSchedule(body: unknown): Schedule | null {
  const parsed = schedule.safeParse(body);
  if (!parsed.success) return null;
  const { policies, nextSnapshot: nextSnapshotAt, restoreWindowDays, copySettings } = parsed.data;
  const items = policies.flatMap((policy) => policy.policyItems.map(toItem));
  const read: Schedule = { items, nextSnapshotAt, restoreWindowDays };
  return copySettings?.length === 0 ? read : { ...read, copies: copySettings?.map(toCopySetting) ?? null };
}

function toCopySetting({ regionName: region, frequencies = [], copyPolicyItems = [] }: z.infer<typeof copySetting>): CopySetting {
  const deprecated = frequencies.map((frequency) => ({ frequency, kept: null }));
  const items = copyPolicyItems.map((one) => {
    const days = daysOf(one);
    return { frequency: one.frequencyType, kept: days === null ? null : days * DAY };
  });
  return { region, kinds: [...deprecated, ...items] };
}

function toItem(one: z.infer<typeof item>): PolicyItem {
  return { frequency: one.frequencyType, interval: one.frequencyInterval, retentionDays: daysOf(one) };
}

function daysOf({ retentionUnit, retentionValue }: Pick<z.infer<typeof item>, 'retentionUnit' | 'retentionValue'>): number | null {
  return retentionUnit !== null && retentionValue !== null ? retentionValue * DAYS_IN[retentionUnit] : null;
}
