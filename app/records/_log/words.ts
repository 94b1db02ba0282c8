import { type Duration, MINUTE, SECOND } from '../../../lib/domain/time.ts';
import type { RECORD_KINDS } from '../../../lib/wire-records.ts';

type Kind = (typeof RECORD_KINDS)[number];

export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  'restore-test': 'Restore test',
  drill: 'DR drill',
  backup: 'Backup',
  snapshot: 'Snapshot',
  restore: 'Restore',
  integrity: 'Data integrity',
  correction: 'Correction',
  note: 'Note',
};

export const VERDICT_WORDS = {
  passed: 'Passed',
  failed: 'Failed',
  'could-not-verify': 'Could not verify',
  refused: 'Refused',
  interrupted: 'Interrupted',
  noted: 'Noted',
} as const;

/** The look that a verdict has on the status page: what proves nothing is never green. */
export const LOOK = {
  passed: 'ok',
  failed: 'failing',
  'could-not-verify': 'unknown',
  refused: 'unknown',
  interrupted: 'unknown',
  noted: 'exempt',
} as const satisfies Readonly<Record<keyof typeof VERDICT_WORDS, string>>;

/** "0.85 s", "3 h 12 min 4 s": to the millisecond below a minute, then to the second, so that what missed its target by little never reads like it. */
export function span(duration: Duration): string {
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

export function recordPath(id: string): string {
  return `/records/${encodeURIComponent(id)}`;
}
