import type { AuditEntry } from '../domain/audit/audit-entry.ts';
import type { Framework } from '../domain/evidence/controls.ts';
import { incidentsAbout, recordsAbout } from '../domain/evidence/evidence-report.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import type { PastIncident } from '../domain/incidents/past-incident.ts';
import type { LogRecord } from '../domain/recovery/log-record.ts';
import { type Instant, SECOND } from '../domain/time.ts';
import type { Ports } from '../ports/ports.ts';
import { TRAIL_START, tipAfter } from '../record/audit-chain.ts';
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

/** So much is read and held at most, where somebody waits for an answer in a process that others use too. */
export type EvidenceBound = {
  /** Entries of the log that are read: from the newest back to the beginning of the period. */
  readonly entries: number;
  /** Characters of the log, of the records, and of the incidents, each. */
  readonly characters: number;
};

/** More than the bound allows; the message says of what. */
export class TooMuchEvidence extends Error {
  override readonly name = 'TooMuchEvidence';
}

type Period = Pick<EvidenceRequest, 'from' | 'to'>;
type Reads = Pick<Ports, 'store'>;

/** Entries, records and incidents that are read at once. */
const ENTRIES_AT_ONCE = 1_000;
const RECORDS_AT_ONCE = 50;
const INCIDENTS_AT_ONCE = 1_000;

/** Everything that an export of a period is made of; `bound`: null for as much as there is. Throws `StoreError` and `TooMuchEvidence`. */
export async function gatherEvidence(
  { store, now }: Pick<Ports, 'store' | 'now'>,
  request: EvidenceRequest,
  bound: EvidenceBound | null = null,
): Promise<Evidence> {
  const { cluster, framework } = request;
  const period = wholeSeconds(request);
  const newest = await store.trail({ limit: 1, before: null });
  const log = await logOf({ store }, period, bound);
  const records = await recordsOf({ store }, period, bound);
  const incidents = await incidentsOf(store, period, bound);
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
    incidents: incidentsAbout(incidents, cluster),
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
async function logOf({ store }: Reads, { from, to }: Period, bound: EvidenceBound | null): Promise<readonly AuditEntry[]> {
  let [read, count]: [AuditEntry[], number] = [[], 0];
  for (let before: number | null = null; ;) {
    const some: readonly AuditEntry[] = await store.trail({ limit: ENTRIES_AT_ONCE, before });
    count += some.length;
    if (bound !== null && count > bound.entries)
      throw new TooMuchEvidence(`the log has more than ${bound.entries} entries since the period began`);
    const start = some.findIndex((entry) => listsAll(entry) && Date.parse(entry.at) <= from);
    read.push(...(start === -1 ? some : some.slice(0, start + 1)));
    const last = some.at(-1);
    if (start !== -1 || last === undefined || last.number === 1) break;
    before = last.number;
    read = withoutLater(read, to);
    holdTo(bound, 'the log', read, ({ data = '' }) => data.length + ENTRY_LENGTH);
  }
  const log = read.toReversed();
  const end = log.findLastIndex(({ at }) => Date.parse(at) <= to);
  const next = log.findIndex(({ what }, index) => index > end && what === 'run');
  return log.slice(0, Math.max(end, next) + 1);
}

/** An entry without its data: hashes and details, some 600 characters. */
const ENTRY_LENGTH = 600;

/** Of what was written after the period, newest first, from its first check on: the others are not needed, and may be years. */
function withoutLater(read: AuditEntry[], to: Instant): AuditEntry[] {
  const isAllLater = read.every(({ at }) => Date.parse(at) > to);
  return isAllLater
    ? read.slice(
        Math.max(
          0,
          read.findLastIndex(({ what }) => what === 'run'),
        ),
      )
    : read;
}

function holdTo<One>(bound: EvidenceBound | null, what: string, all: readonly One[], lengthOf: (one: One) => number): void {
  if (bound === null || all.reduce((sum, one) => sum + lengthOf(one), 0) <= bound.characters) return;
  throw new TooMuchEvidence(`${what} of the period would have more than ${bound.characters / 1e6} million characters`);
}

function lengthAsJson(value: unknown): number {
  return JSON.stringify(value).length;
}

async function recordsOf(ports: Reads, within: Period, bound: EvidenceBound | null): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  for (let before: string | null = null; ;) {
    const { records, next }: Awaited<ReturnType<typeof recordsToExport>> = await recordsToExport(ports, {
      limit: RECORDS_AT_ONCE,
      before,
      within,
    });
    found.push(...records);
    holdTo(bound, 'the records', found, lengthAsJson);
    if (next === null) return found.toReversed();
    before = next;
  }
}

/** Open at some moment of the period, by when they began. */
async function incidentsOf(store: Store, period: Period, bound: EvidenceBound | null): Promise<readonly Incident[]> {
  const { from, to } = period;
  const { head } = await store.readHead();
  const all = new Map([...(await pastIncidentsOf(store, period)), ...(head?.incidents ?? [])].map((incident) => [incident.id, incident]));
  const open = [...all.values()].filter(({ openedAt, resolvedAt }) => openedAt <= to && (resolvedAt ?? Number.POSITIVE_INFINITY) >= from);
  holdTo(bound, 'the incidents', open, lengthAsJson);
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
