import type { EvidenceLine } from './evidence.ts';
import type { Duration, Instant } from './time.ts';

/** What was done to prove or use backups, for the auditor: written once, never changed. A correction is a record of its own. */
export type LogRecord = {
  /** Unique for ever; a second record of the same id is ignored. */
  readonly id: string;
  readonly kind: 'restore-test' | 'drill' | 'backup' | 'snapshot' | 'restore' | 'integrity' | 'correction' | 'note';
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
