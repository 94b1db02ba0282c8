import type { Incident } from './incident.ts';
import { ORGANISATION } from './subject.ts';
import { DAY, type Instant, iso } from './time.ts';

const PREFIX = 'monitor-store-';

/**
 * The P0 that is raised without the store, since the store is what is down (contract, clause 7). Its id, PagerDuty's key, stays the same
 * through one UTC day, so that every run of the day adds to one page.
 */
export function storeDown(now: Instant, reason: string): Incident {
  return {
    ...storeIncident(`${PREFIX}${dayOf(now)}`, now),
    summary: `Restorable cannot read or write its own state: ${reason}`,
  };
}

/** Longer than this PagerDuty's own list is the better place to look. */
const DAYS_AT_MOST = 31;

/**
 * The keys that the first run that can write again resolves: those of every day since the state was last written, of the day before, and of
 * today. `since`: when it was last written, or null where that is not known.
 */
export function storeKeys(now: Instant, since: Instant | null = null): readonly string[] {
  const days = since === null ? 0 : Math.ceil((now - since) / DAY) + 1;
  const first = dayOf(since ?? now);
  const all = Array.from({ length: Math.min(DAYS_AT_MOST, Math.max(2, days)) }, (_, back) => dayOf(now - back * DAY));
  return all.filter((day, back) => back < 2 || day >= first).map((day) => `${PREFIX}${day}`);
}

function dayOf(at: Instant): string {
  return iso(at).slice(0, 10);
}

/** The incident behind such a key, for the message that resolves it; null for any other id. */
export function storeIncidentOf(id: string, now: Instant): Incident | null {
  return id.startsWith(PREFIX)
    ? { ...storeIncident(id, now), state: 'resolved', resolvedAt: now, resolution: 'recovered: state can be read and written again' }
    : null;
}

function storeIncident(id: string, now: Instant): Incident {
  return {
    id,
    check: 'monitor',
    resource: ORGANISATION,
    severity: 'critical',
    priority: 'P0',
    state: 'open',
    openedAt: now,
    resolvedAt: null,
    resolution: null,
    summary: 'Restorable could not read or write its own state',
    evidence: [['what it means', 'backups are not being watched, and no other alert can be sent']],
    action:
      'Look at the store (Upstash console: status, limits, budget; or the disk that STATE_PATH is on) and at KV_REST_API_URL and KV_REST_API_TOKEN.',
    startedAt: null,
    acknowledgement: null,
  };
}
