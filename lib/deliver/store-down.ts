import type { Incident } from '../domain/incidents/incident.ts';
import { ORGANISATION } from '../domain/memory/cluster-subject.ts';
import { DAY, type Instant, iso } from '../domain/time.ts';
import { monitor } from '../evaluate/checks/monitor.ts';

const PREFIX = 'monitor-store-';

/**
 * The P0 for a store that is down, which is sent without the store (docs/contract.md, clause 7). Its id, which is PagerDuty's key, is the same for
 * one UTC day, so that all runs of the day make one page.
 */
export function storeDownIncident(now: Instant, reason: string): Incident {
  return {
    ...storeIncident(`${PREFIX}${dayOf(now)}`, now),
    summary: `Restorewatch cannot read or write its own state: ${reason}`,
  };
}

/** After a longer outage a person closes the older pages in PagerDuty. */
const DAYS_AT_MOST = 31;

/**
 * The keys that the first run with a working store resolves: one for every day since the state was last written, always today's and yesterday's.
 * `since`: when the state was last written; null if that is not known.
 */
export function storeDownKeys(now: Instant, since: Instant | null = null): readonly string[] {
  const days = since === null ? 0 : Math.ceil((now - since) / DAY) + 1;
  const first = dayOf(since ?? now);
  const all = Array.from({ length: Math.min(DAYS_AT_MOST, Math.max(2, days)) }, (_, back) => dayOf(now - back * DAY));
  return all.filter((day, back) => back < 2 || day >= first).map((day) => `${PREFIX}${day}`);
}

function dayOf(at: Instant): string {
  return iso(at).slice(0, 10);
}

/** The resolved incident for such a key, for the resolve message; null for any other id. */
export function resolvedStoreIncident(id: string, now: Instant): Incident | null {
  return id.startsWith(PREFIX)
    ? { ...storeIncident(id, now), state: 'resolved', resolvedAt: now, resolution: 'recovered: state can be read and written again' }
    : null;
}

function storeIncident(id: string, now: Instant): Incident {
  return {
    id,
    check: monitor.id,
    resource: ORGANISATION,
    severity: 'critical',
    priority: 'P0',
    state: 'open',
    openedAt: now,
    resolvedAt: null,
    resolution: null,
    summary: 'Restorewatch could not read or write its own state',
    evidence: [['what it means', 'backups are not being watched, and no other alert can be sent']],
    action:
      'Look at the store (Upstash console: status, limits, budget; or the disk that STATE_PATH is on) and at KV_REST_API_URL and KV_REST_API_TOKEN.',
    startedAt: null,
    acknowledgement: null,
  };
}
