import { randomUUID } from 'node:crypto';
import { type EvidenceLine, notVerified, verdictOf } from '../../lib/domain/recovery/evidence.ts';
import { type LogRecord, measuredSpans, notVerifiedIn } from '../../lib/domain/recovery/log-record.ts';
import { cut } from '../../lib/domain/text.ts';
import { spell } from '../../lib/domain/time.ts';
import { BackupError, Interrupted, isKeptFrom } from '../../lib/recovery/dump/dump-error.ts';
import type { Backup } from '../../lib/recovery/dump/read/read-backup.ts';
import { NoBackup } from '../../lib/recovery/dump/read/archive-file.ts';
import { RestoreError } from '../../lib/recovery/dump/restore/restore-backup.ts';
import { UnfinishedBackup } from '../../lib/recovery/dump/disk/unfinished.ts';
import { table } from '../terminal/table.ts';
import { wordsOf } from '../terminal/words.ts';
import { Refused, type Validated } from './restore-and-validate.ts';

/** What a validation came to, or why it did not come to an end. */
export type Outcome = (Validated & { readonly backup: Backup }) | { readonly verdict: LogRecord['verdict']; readonly why: string };

/** What an error says of the backup; its words begin with the verdict. */
export function outcomeOf(error: unknown): Outcome {
  const [verdict, words] = [verdictOfError(error), wordsOf(error, 'an unknown error')];
  return { verdict, why: words.startsWith(verdict) ? words : `${verdict}: ${words}` };
}

function verdictOfError(error: unknown): LogRecord['verdict'] {
  if ([Refused, UnfinishedBackup, NoBackup].some((kind) => error instanceof kind)) return 'refused';
  if (error instanceof Interrupted) return 'interrupted';
  // A target that is away or full says nothing about the backup; a backup that cannot be read, or that no server takes, has failed.
  if (error instanceof RestoreError) return error.blame === 'backup' ? 'failed' : 'could-not-verify';
  return error instanceof BackupError && !isKeptFrom(error) ? 'failed' : 'could-not-verify';
}

/** The record of a validation. It names all that was not verified, so that its verdict is not read as more than it is. */
export function recordOf(outcome: Outcome, about: Pick<LogRecord, 'subject' | 'by' | 'startedAt'>): LogRecord {
  const base = { id: `validation-${randomUUID()}`, kind: 'restore-test', ...about, endedAt: Date.now() } as const;
  if ('why' in outcome)
    return { ...base, verdict: outcome.verdict, summary: `validate: ${outcome.why}`, measured: {}, evidence: [], details: {} };
  const { lines, restore, validate, backup } = outcome;
  const verdict = verdictOf(lines);
  return {
    ...base,
    verdict,
    summary: `validate: ${verdict}: ${summaryOf(outcome)}`,
    measured: measuredSpans({ restore, validate, rto: restore === null ? null : restore + validate }),
    evidence: lines,
    details: {
      folder: backup.folder,
      takenAt: backup.manifest?.startedAt ?? 'not known',
      tool: backup.manifest?.tool ?? 'not known',
      ...notVerifiedIn(lines),
    },
  };
}

function summaryOf({ lines, restore, validate }: Validated): string {
  const failures = lines.filter((line) => line.verdict === 'failed').length;
  const times = restore === null ? `compared in ${spell(validate)}` : `restored in ${spell(restore)}, validated in ${spell(validate)}`;
  const [first, ...more] = notVerified(lines.filter((line) => line.verdict === 'could-not-verify'));
  const open = first === undefined ? '' : `; not verified: ${first}${more.length > 0 ? ` (and ${more.length} more)` : ''}`;
  return `${lines.length} lines of evidence, ${failures} failed; ${times}${open}`;
}

const ORDER: readonly EvidenceLine['verdict'][] = ['failed', 'could-not-verify', 'noted', 'passed'];
const WIDEST = 60;

/** Evidence as a table for a terminal: what went wrong first. Pure. */
export function evidenceTable(lines: readonly EvidenceLine[]): readonly string[] {
  const sorted = lines.toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  const rows = sorted.map(({ verdict, what, namespace, expected, found }) => [
    verdict,
    what,
    namespace ?? '',
    cut(expected, WIDEST),
    found,
  ]);
  return table(['verdict', 'what', 'namespace', 'expected', 'found'], rows);
}
