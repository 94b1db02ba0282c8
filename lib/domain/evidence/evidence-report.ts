import type { Incident } from '../incidents/incident.ts';
import { erasureOf } from '../recovery/erasure.ts';
import type { LogRecord } from '../recovery/log-record.ts';
import type { Duration, Instant } from '../time.ts';
import { type CheckedAt, type RpoShare, rpoShares, type Unwatched } from './rpo-shares.ts';

/** What a report is made of; all of it is in the evidence file, so that a reader can make the report again. */
export type ReportInput = {
  readonly period: { readonly from: Instant; readonly to: Instant };
  /** A cluster's name or id; null for all. */
  readonly cluster: string | null;
  readonly checks: readonly CheckedAt[];
  readonly unwatched: readonly Unwatched[];
  readonly policies: readonly PolicyInForce[];
  readonly records: readonly LogRecord[];
  readonly incidents: readonly Incident[];
};

export type PolicyInForce = { readonly since: Instant; readonly digest: string; readonly stated: string };

/** A restore test, a drill or another record, with the spans that were measured, in milliseconds. */
export type ReportedRecord = Pick<
  LogRecord,
  'id' | 'kind' | 'startedAt' | 'endedAt' | 'subject' | 'by' | 'verdict' | 'summary' | 'measured'
> & {
  /** Of a restore test: what it proves depends on what its plan restores into. Null of other records. */
  readonly plan: string | null;
};

export type ReportedIncident = Pick<Incident, 'id' | 'check' | 'severity' | 'openedAt' | 'resolvedAt'> & {
  readonly cluster: string;
  readonly project: string | null;
  readonly acknowledgedBy: string | null;
  /** From the opening to the first acknowledgement; null where nobody acknowledged it. */
  readonly timeToAcknowledge: Duration | null;
};

export type EvidenceReport = {
  readonly rpo: readonly RpoShare[];
  readonly restoreTests: readonly ReportedRecord[];
  readonly drills: readonly ReportedRecord[];
  readonly otherRecords: readonly ReportedRecord[];
  readonly incidents: readonly ReportedIncident[];
  readonly policies: readonly PolicyInForce[];
  readonly unwatched: readonly Unwatched[];
  readonly checks: { readonly recorded: number; readonly first: Instant | null; readonly last: Instant | null };
};

/** Pure: what the log, the records and the incidents show of a period. */
export function evidenceReport(input: ReportInput): EvidenceReport {
  const { period, cluster, checks, unwatched, records, incidents } = input;
  const inPeriod = checks.filter(({ startedAt }) => startedAt >= period.from && startedAt <= period.to);
  const shares = rpoShares(checks, unwatched, period);
  const about = recordsAbout(records, cluster, checks).map(reported);
  return {
    rpo: shares.filter((one) => cluster === null || one.cluster === cluster || one.clusterId === cluster),
    restoreTests: about.filter(({ kind }) => kind === 'restore-test'),
    drills: about.filter(({ kind }) => kind === 'drill'),
    otherRecords: about.filter(({ kind }) => kind !== 'restore-test' && kind !== 'drill'),
    incidents: incidentsAbout(incidents, cluster).map(ofIncident),
    policies: inForce(input),
    unwatched: unwatched.filter(({ from, to }) => to >= period.from && from <= period.to),
    checks: { recorded: inPeriod.length, first: inPeriod[0]?.startedAt ?? null, last: inPeriod.at(-1)?.startedAt ?? null },
  };
}

/** Pure: the incidents of a cluster, by its name or id; null for all. A project, too, may have that name. */
export function incidentsAbout(incidents: readonly Incident[], cluster: string | null): readonly Incident[] {
  return incidents.filter(
    ({ resource }) => cluster === null || (resource.clusterId !== null && [resource.name, resource.clusterId].includes(cluster)),
  );
}

/**
 * Pure: the records about a cluster, by its name or id; null for all. Records name clusters as "orders (project shop)", so that an id is looked up in what
 * was checked.
 */
export function recordsAbout(records: readonly LogRecord[], cluster: string | null, checks: ReportInput['checks']): readonly LogRecord[] {
  if (cluster === null) return records;
  const listed = checks.flatMap(({ verdicts }) => verdicts.clusters.filter(({ id }) => id === cluster));
  const names = new Set([cluster, ...listed.map(({ name }) => name)]);
  const isNamed = ({ subject }: LogRecord): boolean =>
    [...names].some((name) => subject === name || subject.startsWith(`${name} (project `));
  const erased = new Set(records.flatMap((record) => (isErasedFrom(record, cluster) ? [record.subject] : [])));
  return records.filter((record) => isNamed(record) || (record.kind === 'erasure' && erased.has(record.subject)));
}

/** An erasure has its ticket as its subject, and so has what confirms it. */
function isErasedFrom(record: LogRecord, cluster: string): boolean {
  return erasureOf(record)?.clusters.some((from) => from.cluster === cluster || from.clusterId === cluster) === true;
}

function reported({ id, kind, startedAt, endedAt, subject, by, verdict, summary, measured, details }: LogRecord): ReportedRecord {
  return { id, kind, startedAt, endedAt, subject, by, verdict, summary, measured, plan: details['plan'] ?? null };
}

function ofIncident({ id, check, severity, openedAt, resolvedAt, resource, trail, acknowledgement }: Incident): ReportedIncident {
  const first = trail?.[0] ?? acknowledgement;
  return {
    id,
    check,
    severity,
    openedAt,
    resolvedAt,
    cluster: resource.name,
    project: resource.projectName,
    acknowledgedBy: first?.by ?? null,
    timeToAcknowledge: first === null ? null : Math.max(0, first.at - openedAt),
  };
}

/** The policy in force when the period began, and each that followed. */
function inForce({ policies, period }: ReportInput): readonly PolicyInForce[] {
  const before = policies.findLast(({ since }) => since <= period.from);
  const within = policies.filter(({ since }) => since > period.from && since <= period.to);
  return [...(before ? [before] : []), ...within];
}
