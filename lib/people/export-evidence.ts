import type { AuditEntry } from '../domain/audit/audit-entry.ts';
import type { Framework } from '../domain/evidence/controls.ts';
import { recordsAbout } from '../domain/evidence/evidence-report.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import type { PastIncident } from '../domain/incidents/past-incident.ts';
import type { LogRecord } from '../domain/recovery/log-record.ts';
import { type Instant, SECOND } from '../domain/time.ts';
import type { Ports } from '../ports/ports.ts';
import { TRAIL_START, tipAfter } from '../record/trail/audit-chain.ts';
import { checksIn, incidentsIn, listsAll, recordedIn } from '../record/evidence/logged.ts';
import type { Evidence } from '../record/evidence/statement.ts';
import { placeOf } from '../record/incident-history.ts';
import type { Store } from '../record/store.ts';
import { recordsToExport } from './export-records.ts';

export type EvidenceRequest = {
  readonly from: Instant;
  readonly to: Instant;
  readonly cluster: string | null;
  readonly framework: Framework | null;
};

type Period = Pick<EvidenceRequest, 'from' | 'to'>;
type Reads = Pick<Ports, 'store'>;

/** Entries, records and incidents that are read at once. */
const ENTRIES_AT_ONCE = 1_000;
const RECORDS_AT_ONCE = 50;
const INCIDENTS_AT_ONCE = 1_000;

/** Everything that an export of a period is made of. Throws `StoreError`. */
export async function gatherEvidence({ store, now }: Pick<Ports, 'store' | 'now'>, request: EvidenceRequest): Promise<Evidence> {
  const { cluster, framework } = request;
  const period = wholeSeconds(request);
  const newest = await store.trail({ limit: 1, before: null });
  const log = await logOf({ store }, period);
  const records = await recordsOf({ store }, period);
  const incidents = await incidentsOf(store, period);
  const held = new Set([...records, ...incidents].map(({ id }) => id));
  const named = [...recordedIn(log, period), ...incidentsIn(log, period)].map(({ id }) => id);
  return {
    madeAt: now(),
    period,
    cluster,
    framework,
    root: tipAfter(TRAIL_START, newest),
    log,
    records: recordsAbout(records, cluster, checksIn(log)),
    incidents: incidents.filter(({ resource }) => cluster === null || resource.name === cluster || resource.clusterId === cluster),
    notHeld: [...new Set(named)].filter((id) => !held.has(id)),
  };
}

/** From the beginning of the first second to the end of the last one: the log and the file name seconds, and all of each has to be in or out. */
function wholeSeconds({ from, to }: Period): Period {
  return { from: Math.floor(from / SECOND) * SECOND, to: Math.floor(to / SECOND) * SECOND + SECOND - 1 };
}

/**
 * The log, oldest first, from the last list of all verdicts before the period (else from its beginning) to the first check after it, which ends what the
 * last check of the period found. Read from the newest entry on: numbers are in order, times need not be where a clock was set.
 */
async function logOf({ store }: Reads, { from, to }: Period): Promise<readonly AuditEntry[]> {
  const read: AuditEntry[] = [];
  for (let before: number | null = null; ;) {
    const some: readonly AuditEntry[] = await store.trail({ limit: ENTRIES_AT_ONCE, before });
    const start = some.findIndex((entry) => listsAll(entry) && Date.parse(entry.at) <= from);
    read.push(...(start === -1 ? some : some.slice(0, start + 1)));
    const last = some.at(-1);
    if (start !== -1 || last === undefined || last.number === 1) break;
    before = last.number;
  }
  const log = read.toReversed();
  const end = log.findLastIndex(({ at }) => Date.parse(at) <= to);
  const next = log.findIndex(({ what }, index) => index > end && what === 'run');
  return log.slice(0, Math.max(end, next) + 1);
}

async function recordsOf(ports: Reads, { from, to }: Period): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  for (let before: string | null = null; ;) {
    const { records, next }: Awaited<ReturnType<typeof recordsToExport>> = await recordsToExport(ports, { limit: RECORDS_AT_ONCE, before });
    found.push(...records.filter(({ endedAt }) => endedAt >= from && endedAt <= to));
    const isOver = (records.at(-1)?.endedAt ?? 0) < from;
    if (next === null || isOver) return found.toReversed();
    before = next;
  }
}

/** Open at some moment of the period, by when they began. */
async function incidentsOf(store: Store, period: Period): Promise<readonly Incident[]> {
  const { from, to } = period;
  const { head } = await store.readHead();
  const all = new Map([...(await pastIncidentsOf(store, period)), ...(head?.incidents ?? [])].map((incident) => [incident.id, incident]));
  const open = [...all.values()].filter(({ openedAt, resolvedAt }) => openedAt <= to && (resolvedAt ?? Number.POSITIVE_INFINITY) >= from);
  return open.toSorted((a, b) => a.openedAt - b.openedAt);
}

async function pastIncidentsOf(store: Store, period: Period): Promise<readonly Incident[]> {
  const found: Incident[] = [];
  for (let before: string | null = null; ;) {
    const some: readonly PastIncident[] = await store.pastIncidents({ ...period, before, limit: INCIDENTS_AT_ONCE });
    found.push(...some.map(({ incident }) => incident));
    const last = some.at(-1);
    if (last === undefined || some.length < INCIDENTS_AT_ONCE) return found;
    before = placeOf(last.incident);
  }
}
