import { openWindow } from './config/maintenance.ts';
import type { Head, StoredWindow } from './domain/head.ts';
import type { GeneralPolicy, MaintenanceWindow } from './domain/policy.ts';

const opened = new WeakMap<StoredWindow, MaintenanceWindow>();

/** Pure: the windows of policy and those that people made, of which each is opened once. */
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
  try {
    const made = { ...openWindow({ ...match, cron, timeZone, minutes, why }), made: { id, by } };
    // Croner throws for a time zone only when it is asked.
    made.nextStart(0);
    opened.set(window, made);
    return made;
  } catch {
    // A time zone that this machine does not know any more: a run that told nobody anything for it would be worse.
    return null;
  }
}
