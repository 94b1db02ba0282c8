import { type Duration, SECOND, spell } from '../../domain/time.ts';

/** How far a backup or restore has come. */
export type Progress = {
  /** What is being read or written. */
  readonly namespace: string;
  readonly documents: number;
  readonly bytes: number;
  /** Documents there will be, about; null: not known. */
  readonly expected: number | null;
  /** Since the start. */
  readonly elapsed: Duration;
};

const MB = 1e6;
/** Before that, a rate says nothing. */
const RATE_AFTER = SECOND;

/** "shop.orders · 120,000 of about 1,000,000 documents · 42.1 MB, 10.5 MB/s · 1 min 20 s left". Pure. */
export function progressLine({ namespace, documents, bytes, expected, elapsed }: Progress): string {
  const count = documents.toLocaleString('en');
  const known = expected !== null && expected > 0;
  const of = known ? `${count} of about ${expected.toLocaleString('en')} documents` : `${count} documents`;
  const rated = elapsed >= RATE_AFTER;
  const size = `${(bytes / MB).toFixed(1)} MB${rated ? `, ${(bytes / MB / (elapsed / SECOND)).toFixed(1)} MB/s` : ''}`;
  const left = known && rated && documents > 0 && documents < expected ? (elapsed / documents) * (expected - documents) : null;
  return [namespace, of, size, ...(left === null ? [] : [`${spell(left)} left`])].join(' · ');
}
