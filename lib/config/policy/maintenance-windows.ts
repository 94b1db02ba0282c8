import { Cron } from 'croner';
import { z } from 'zod';
import type { Head, StoredWindow } from '../../domain/incidents/head.ts';
import { type GeneralPolicy, type MaintenanceWindow, PRIORITIES } from '../../domain/policy/policy.ts';
import { CHECK_IDS } from '../../evaluate/checks/registry.ts';
import { type Instant, MINUTE, spell } from '../../domain/time.ts';
import { anyGiven, nonEmpty } from './policy-fields.ts';
import { override } from './override.ts';

/** Croner reads cron expressions in a time zone, with changes to and from daylight saving time, which are easy to get wrong. */
const when = {
  /** When it begins: minute hour day month weekday. */
  cron: z.string().refine((expression) => isCron(expression), 'is no cron expression (minute hour day month weekday)'),
  timeZone: z.string().refine((zone) => isZone(zone), 'is no time zone; write it as Europe/Berlin or UTC'),
};

export const maintenanceWindow = z
  .strictObject({
    project: nonEmpty.optional(),
    cluster: nonEmpty.optional(),
    check: z.enum(CHECK_IDS).optional(),
    priority: z.enum(PRIORITIES).optional(),
    ...when,
    minutes: z
      .number()
      .int()
      .positive()
      .max(7 * 24 * 60),
    why: z.string().trim().min(3, 'say why, in words'),
  })
  .refine(
    ({ project, cluster, check, priority }) => anyGiven([project, cluster, check, priority]),
    'name a project, cluster, check or priority',
  );

/** Times at which the alert path is proven. */
export const proofTimes = z.strictObject(when);

/** Gives the first of the times after a moment; null if there is none. */
export function openTimes({ cron, timeZone }: z.input<typeof proofTimes>): (after: Instant) => Instant | null {
  const times = new Cron(cron, { timezone: timeZone, paused: true });
  return (after) => times.nextRun(new Date(after))?.getTime() ?? null;
}

type WindowConfig = z.input<typeof maintenanceWindow>;

/** A window that can be asked whether it is active. */
export function openWindow({ cron, timeZone, minutes, why, ...match }: WindowConfig): MaintenanceWindow {
  const length = minutes * MINUTE;
  const nextStart = openTimes({ cron, timeZone });
  const endAt = (now: Instant): Instant | null => {
    // Croner looks strictly after the moment that it is given, so that this is the one start whose window may be active now.
    const start = nextStart(now - length);
    return start !== null && start <= now ? start + length : null;
  };
  // Thousands of incidents ask about the same moment, and evaluating a cron expression takes a tenth of a millisecond.
  let last: { readonly now: Instant; readonly end: Instant | null } | null = null;
  const activeUntil = (now: Instant): Instant | null => {
    last = last?.now === now ? last : { now, end: endAt(now) };
    return last.end;
  };
  return {
    match: override<MaintenanceWindow['match']>({}, match),
    why,
    times: `${cron} (${timeZone}), ${spell(length)}`,
    activeUntil,
    nextStart,
  };
}

function isCron(expression: string): boolean {
  return valueOf(() => new Cron(expression, { paused: true }).nextRun()) !== null;
}

function isZone(zone: string): boolean {
  return valueOf(() => new Intl.DateTimeFormat('en', { timeZone: zone })) !== null;
}

/** Null if it throws, as Croner and Intl do for what they cannot read. */
function valueOf<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null;
  }
}

const opened = new WeakMap<StoredWindow, MaintenanceWindow>();

/** The windows of the policy and those that people made, each of which is opened once. */
export function maintenanceOf(
  head: Pick<Head, 'windows'> | null,
  { maintenance }: Pick<GeneralPolicy, 'maintenance'>,
): readonly MaintenanceWindow[] {
  const made = head?.windows ?? [];
  return made.length === 0 ? maintenance : [...maintenance, ...made.flatMap((window) => openedOnce(window) ?? [])];
}

function openedOnce(window: StoredWindow): MaintenanceWindow | null {
  const known = opened.get(window);
  if (known) return known;
  const { match, cron, timeZone, minutes, why, id, by } = window;
  // A time zone that this machine no longer knows must not stop a run from notifying. Croner checks it only when it is asked for a time.
  return valueOf(() => {
    const made = { ...openWindow({ ...match, cron, timeZone, minutes, why }), made: { id, by } };
    made.nextStart(0);
    opened.set(window, made);
    return made;
  });
}
