import { cleanAll, cleanLines, oneLine } from '../text.ts';
import { type EvidenceLine, notVerified } from './evidence.ts';
import type { Duration, Instant } from '../time.ts';

export const RECORD_KINDS = [
  'restore-test',
  'drill',
  'backup',
  'snapshot',
  'restore',
  'integrity',
  'erasure',
  'correction',
  'note',
] as const;

/** What was done to prove or use backups, for the auditor. A record is written once and never changed; a correction is a record of its own. */
export type LogRecord = {
  /** Unique for ever; a second record of the same id is ignored. */
  readonly id: string;
  readonly kind: (typeof RECORD_KINDS)[number];
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** "orders (project shop)", a directory, a database: what it was about, for people. Never an address with credentials. */
  readonly subject: string;
  /** Who: "cron", or a name. */
  readonly by: string;
  readonly verdict: 'passed' | 'failed' | 'could-not-verify' | 'refused' | 'interrupted' | 'noted';
  /** One sentence. */
  readonly summary: string;
  /** Measured spans in milliseconds, by name: "rto", "rpo", "restore", "validate". */
  readonly measured: Readonly<Record<string, Duration>>;
  readonly evidence: readonly EvidenceLine[];
  /** What else belongs to it, as flat text: point, target, manifest checksum. */
  readonly details: Readonly<Record<string, string>>;
  /** The record that this one corrects. */
  readonly corrects?: string;
};

/** What says which erasure a record is about. */
export type ListedDetails = Pick<LogRecord, 'kind' | 'by' | 'details'>;

/** A record is listed with its details; the evidence has all of it. */
const SHOWN = 20;

/** Pure: the detail of a record that says what its verdict does not cover; none where it covers everything. */
export function notVerifiedIn(evidence: readonly EvidenceLine[]): LogRecord['details'] {
  const open = notVerified(evidence);
  const more = open.length > SHOWN ? [`and ${open.length - SHOWN} more`] : [];
  return open.length === 0 ? {} : { 'not verified': [...open.slice(0, SHOWN), ...more].join('\n') };
}

/** Without the spans that are null, which were not measured. */
export function measuredSpans(spans: Readonly<Record<string, Duration | null | undefined>>): LogRecord['measured'] {
  return Object.fromEntries(
    Object.entries(spans).flatMap(([name, span]) => (span === null || span === undefined ? [] : [[name, span] as const])),
  );
}

/** The record with each text in it made safe to show, on one line; a detail keeps its line ends, since a timeline has several lines. */
export function safeRecord<T extends Pick<LogRecord, 'details'>>(record: T): T {
  const { details, ...rest } = record;
  const safe = Object.entries(details).map(([name, text]) => [oneLine(name), cleanLines(text)] as const);
  // Proof: the same members, of the same types; only texts differ.
  return { ...cleanAll(rest, oneLine), details: Object.fromEntries(safe) } as T;
}
