import type { AuditEntry, TrailTip } from '../../domain/audit/audit-entry.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import type { LogRecord } from '../../domain/recovery/log-record.ts';
import { clean } from '../../domain/text.ts';
import { canonicalJson, digestOfJson, entryWith } from '../audit-chain.ts';
import { verifyTrail } from '../trail/verify-trail.ts';
import type { ReadStatement } from './evidence-shape.ts';
import { incidentsIn, recordedIn } from './logged.ts';
import { reportOf, type Section } from './statement.ts';

/** What is wrong with an evidence file: where, and in words. */
export type EvidenceFault = {
  readonly where: 'file' | 'envelope' | 'signature' | 'payload' | 'root' | Section;
  readonly words: string;
};

/**
 * Pure: what the parts of a statement say against each other: the chain of the log, its root, the digests that it has of records and incidents, and the
 * report, which is made again.
 */
export function insideFaults({ predicate }: ReadStatement, root: TrailTip | undefined): readonly EvidenceFault[] {
  const log = entriesOf(predicate.log);
  if ('fault' in log) return [log.fault];
  const { about, records, incidents } = predicate;
  const trail = verifyTrail(log.value, { after: null });
  const period = { from: Date.parse(about.from), to: Date.parse(about.to) };
  const again = reportOf({ period, cluster: about.cluster, log: log.value, records, incidents });
  return [
    ...trail.faults.map(({ words }): EvidenceFault => ({ where: 'log', words })),
    ...rootFaults(log.value, about.root, 'the root of the export'),
    ...(root ? rootFaults(log.value, root, 'the root that was kept', true) : []),
    ...unanchored(log.value, 'recorded', records, 'records'),
    ...unanchored(
      log.value,
      'incident',
      incidents.filter(({ resolvedAt }) => resolvedAt !== null),
      'incidents',
    ),
    ...leftOut(log.value, predicate),
    ...(canonicalJson(again) === canonicalJson(predicate.report) ? [] : [NO_REPORT]),
  ];
}

const NO_REPORT: EvidenceFault = {
  where: 'report',
  words: 'the report is not what follows from the log, the records and the incidents of the file',
};

type Entries = { readonly value: readonly AuditEntry[] } | { readonly fault: EvidenceFault };

function entriesOf(entries: readonly unknown[]): Entries {
  const read: AuditEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    try {
      read.push(entryWith(entry));
    } catch {
      return { fault: { where: 'log', words: `entry ${index + 1} of those in the file is damaged` } };
    }
  }
  return { value: read };
}

/** A root that lies beyond the log's end says nothing about this file; `must`: then the file does not reach it, which whoever kept it has to know. */
function rootFaults(log: readonly AuditEntry[], { number, hash }: TrailTip, name: string, must = false): readonly EvidenceFault[] {
  const entry = log.find((one) => one.number === number);
  if (entry === undefined) return must ? [{ where: 'root', words: `entry ${number}, ${name}, is not in the file` }] : [];
  return entry.hash === hash ? [] : [{ where: 'root', words: `entry ${number} does not have the hash of ${name}` }];
}

/** What was written while the log reaches has its digest there; one that has another was changed. What is older than the log's first entry has none. */
function unanchored(
  log: readonly AuditEntry[],
  what: 'recorded' | 'incident',
  given: readonly (LogRecord | Incident)[],
  where: 'records' | 'incidents',
): readonly EvidenceFault[] {
  const digests = Map.groupBy(
    log.filter((entry) => entry.what === what),
    ({ about }) => about,
  );
  return given.flatMap((one) => {
    const entries = digests.get(one.id);
    if (entries === undefined) return [];
    const digest = digestOfJson(one);
    if (entries.some(({ details }) => details['sha256'] === digest)) return [];
    return [{ where, words: `${clean(one.id)} does not have the digest that entry ${entries[0]?.number} of the log gives it` }];
  });
}

/** Every record and every incident of the period that the log names is in the file, or is named as one that the store held no longer. */
function leftOut(log: readonly AuditEntry[], { about, records, incidents }: ReadStatement['predicate']): readonly EvidenceFault[] {
  if (about.cluster !== null) return [];
  const period = { from: Date.parse(about.from), to: Date.parse(about.to) };
  const notHeld = new Set(about.notHeld);
  const missing = (named: ReturnType<typeof recordedIn>, given: readonly { readonly id: string }[], where: 'records' | 'incidents') => {
    const held = new Set(given.map(({ id }) => id));
    return named
      .filter(({ id }) => !held.has(id) && !notHeld.has(id))
      .map(({ id, number }): EvidenceFault => ({ where, words: `${clean(id)}, which entry ${number} of the log names, is missing` }));
  };
  return [...missing(recordedIn(log, period), records, 'records'), ...missing(incidentsIn(log, period), incidents, 'incidents')];
}
