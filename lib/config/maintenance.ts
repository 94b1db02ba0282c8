import { Cron } from 'croner';
import { z } from 'zod';
import { CHECK_IDS, type MaintenanceWindow, PRIORITIES } from '../domain/policy.ts';
import { type Instant, MINUTE, spell } from '../domain/time.ts';

/** Croner reads cron expressions in a time zone, over changes of daylight saving time, which are easy to get wrong. */
export const maintenanceWindow = z
  .strictObject({
    project: z.string().min(1).optional(),
    cluster: z.string().min(1).optional(),
    check: z.enum(CHECK_IDS).optional(),
    priority: z.enum(PRIORITIES).optional(),
    /** When it begins: minute hour day month weekday. */
    cron: z.string().refine((expression) => isCron(expression), 'is no cron expression (minute hour day month weekday)'),
    timeZone: z.string().refine((zone) => isZone(zone), 'is no time zone; write it as Europe/Berlin or UTC'),
    minutes: z
      .number()
      .int()
      .positive()
      .max(7 * 24 * 60),
    why: z.string().trim().min(3, 'say why, in words'),
  })
  .refine(
    ({ project, cluster, check, priority }) => [project, cluster, check, priority].some((field) => field !== undefined),
    'name a project, cluster, check or priority',
  );

/** Times at which the alert path is proven. */
export const proofTimes = z.strictObject({
  cron: z.string().refine((expression) => isCron(expression), 'is no cron expression (minute hour day month weekday)'),
  timeZone: z.string().refine((zone) => isZone(zone), 'is no time zone; write it as Europe/Berlin or UTC'),
});

/** The first of those times after a moment. */
export function openProofTimes({ cron, timeZone }: z.input<typeof proofTimes>): (after: Instant) => Instant | null {
  const times = new Cron(cron, { timezone: timeZone, paused: true });
  return (after) => times.nextRun(new Date(after))?.getTime() ?? null;
}

type WindowConfig = z.input<typeof maintenanceWindow>;

/** A window that can be asked whether it holds. */
export function openWindow({ cron, timeZone, minutes, why, ...match }: WindowConfig): MaintenanceWindow {
  const starts = new Cron(cron, { timezone: timeZone, paused: true });
  const endAt = (now: Instant): Instant | null => {
    // The first start after this is the one whose window may hold now. Croner looks strictly after the moment it is given.
    const start = starts.nextRun(new Date(now - minutes * MINUTE))?.getTime();
    return start !== undefined && start <= now ? start + minutes * MINUTE : null;
  };
  // Thousands of incidents ask about one moment; reading a cron expression takes a tenth of a millisecond.
  let last: { readonly now: Instant; readonly end: Instant | null } | null = null;
  const activeUntil = (now: Instant): Instant | null => {
    last = last?.now === now ? last : { now, end: endAt(now) };
    return last.end;
  };
  const named = Object.fromEntries(Object.entries(match).filter(([, value]) => value !== undefined));
  const nextStart = (now: Instant): Instant | null => starts.nextRun(new Date(now))?.getTime() ?? null;
  return { match: named, why, times: `${cron} (${timeZone}), ${spell(minutes * MINUTE)}`, activeUntil, nextStart };
}

function isCron(expression: string): boolean {
  try {
    return new Cron(expression, { paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
