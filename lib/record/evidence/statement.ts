import { createHash } from 'node:crypto';
import type { AuditEntry, TrailTip } from '../../domain/audit/audit-entry.ts';
import { type Control, controlsOf, type Framework, NO_CLAIM } from '../../domain/evidence/controls.ts';
import { type EvidenceReport, evidenceReport } from '../../domain/evidence/evidence-report.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import type { LogRecord } from '../../domain/recovery/log-record.ts';
import { type Instant, iso } from '../../domain/time.ts';
import { canonicalJson } from '../audit-chain.ts';
import { checksIn, policiesIn, unwatchedIn } from './logged.ts';

/** What an export was made of. */
export type Evidence = {
  readonly madeAt: Instant;
  readonly period: { readonly from: Instant; readonly to: Instant };
  /** A cluster's name or id; null for all. */
  readonly cluster: string | null;
  readonly framework: Framework | null;
  /** The newest entry of the log when the export was made. */
  readonly root: TrailTip;
  /** Oldest first, from a list of all verdicts before the period (or the beginning of the log) to the first check after it. */
  readonly log: readonly AuditEntry[];
  readonly records: readonly LogRecord[];
  readonly incidents: readonly Incident[];
  /** Ids of records and incidents that the log names and the store holds no longer. */
  readonly notHeld: readonly string[];
};

/** The parts of the predicate that are digested one by one, so that a reader learns which of them was changed. */
export const SECTIONS = ['about', 'log', 'records', 'incidents', 'report', 'controls'] as const;
export type Section = (typeof SECTIONS)[number];

export type Predicate = {
  readonly about: {
    readonly format: 1;
    readonly product: 'restorewatch';
    readonly madeAt: string;
    readonly from: string;
    readonly to: string;
    readonly cluster: string | null;
    readonly framework: Framework | null;
    readonly root: TrailTip;
    readonly notHeld: readonly string[];
    readonly noClaim: string;
  };
  readonly log: readonly AuditEntry[];
  readonly records: readonly LogRecord[];
  readonly incidents: readonly Incident[];
  readonly report: EvidenceReport;
  readonly controls: readonly Control[];
};

type Subject = { readonly name: string; readonly digest: { readonly sha256: string } };

/** An in-toto statement (https://github.com/in-toto/attestation, spec/v1/statement.md). */
export type Statement = {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly Subject[];
  readonly predicateType: typeof PREDICATE_TYPE;
  readonly predicate: Predicate;
};

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** Names the form of the predicate; nothing is to be found there. A reserved name (RFC 2606), since this product has no address of its own. */
export const PREDICATE_TYPE = 'https://restorewatch.invalid/evidence/v1';

export function predicateOf(evidence: Evidence): Predicate {
  const { madeAt, cluster, framework, root, log, records, incidents, notHeld } = evidence;
  const { from, to } = { from: iso(evidence.period.from), to: iso(evidence.period.to) };
  // The file has whole seconds, and a verification makes the report again from those.
  const period = { from: Date.parse(from), to: Date.parse(to) };
  return {
    about: { format: 1, product: 'restorewatch', madeAt: iso(madeAt), from, to, cluster, framework, root, notHeld, noClaim: NO_CLAIM },
    log,
    records,
    incidents,
    report: reportOf({ ...evidence, period }),
    controls: controlsOf(framework),
  };
}

/** The report that follows from the log, the records and the incidents; a verification makes it again. */
export function reportOf({
  period,
  cluster,
  log,
  records,
  incidents,
}: Pick<Evidence, 'period' | 'cluster' | 'log' | 'records' | 'incidents'>): EvidenceReport {
  const [checks, unwatched, policies] = [checksIn(log), unwatchedIn(log), policiesIn(log)];
  return evidenceReport({ period, cluster, checks, unwatched, policies, records, incidents });
}

/** The statement about the predicate and the files beside it (CSV, HTML), each by the SHA-256 of its bytes. */
export function statementOf(predicate: Predicate, files: Readonly<Record<string, string>>): Statement {
  const subject = [
    ...SECTIONS.map((name) => ({ name, digest: { sha256: digestOfSection(predicate[name]) } })),
    ...Object.entries(files).map(([name, text]) => ({ name, digest: { sha256: sha256(text) } })),
  ];
  return { _type: STATEMENT_TYPE, subject, predicateType: PREDICATE_TYPE, predicate };
}

/** SHA-256 in hex over the section's canonical JSON (RFC 8785). */
export function digestOfSection(section: unknown): string {
  return sha256(canonicalJson(section));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
