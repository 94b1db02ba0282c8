import { type Duration, MINUTE, SECOND } from '../../../lib/domain/time.ts';
import type { LogRecord } from '../../../lib/domain/recovery/log-record.ts';

type Kind = LogRecord['kind'];

export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  'restore-test': 'Restore test',
  drill: 'DR drill',
  backup: 'Backup',
  snapshot: 'Snapshot',
  restore: 'Restore',
  integrity: 'Data integrity',
  erasure: 'Erasure',
  correction: 'Correction',
  note: 'Note',
};

/** Each verdict in words, and its style on the status page. Only what proves something is green. */
export const VERDICTS = {
  passed: { words: 'Passed', style: 'ok' },
  failed: { words: 'Failed', style: 'failing' },
  'could-not-verify': { words: 'Could not verify', style: 'unknown' },
  refused: { words: 'Refused', style: 'unknown' },
  interrupted: { words: 'Interrupted', style: 'unknown' },
  noted: { words: 'Noted', style: 'exempt' },
} as const;

/** "0.85 s", "3 h 12 min 4 s": to the millisecond below a minute, then to the second, so that a target missed by little does not look met. */
export function exactSpan(duration: Duration): string {
  if (duration < MINUTE) return `${Math.round(duration) / SECOND} s`;
  const left = Math.floor(duration / SECOND);
  const parts = [
    [Math.floor(left / 86_400), 'd'],
    [Math.floor((left % 86_400) / 3_600), 'h'],
    [Math.floor((left % 3_600) / 60), 'min'],
    [left % 60, 's'],
  ] as const;
  return parts.flatMap(([count, unit]) => (count > 0 ? [`${count} ${unit}`] : [])).join(' ');
}

/** A verdict in words, in its style. */
export function Verdict({ verdict }: { readonly verdict: keyof typeof VERDICTS }) {
  const { words, style } = VERDICTS[verdict];
  return (
    <span className="verdict" data-verdict={style}>
      {words}
    </span>
  );
}
