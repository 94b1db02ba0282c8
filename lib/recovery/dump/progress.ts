import { type Duration, SECOND, spell } from '../../domain/time.ts';

/** How far a backup or restore has come. */
export type Progress = {
  /** What is being read or written. */
  readonly namespace: string;
  /** "building the index total_1 (2 of 5)"; left out while documents pass. */
  readonly doing?: string | undefined;
  readonly documents: number;
  readonly bytes: number;
  /** About how many documents there will be; null where that is not known. */
  readonly expected: number | null;
  /** Collections that are written; left out where they are not counted. */
  readonly collections?: { readonly done: number; readonly of: number } | undefined;
  /** Since the start. */
  readonly elapsed: Duration;
};

const MB = 1e6;
/** Before that, a rate says nothing. */
const RATE_AFTER = SECOND;

/** What a stall is told of by: "shop.orders, building the index total_1 (2 of 5)". Pure. */
export function placeOf({ namespace, doing }: Pick<Progress, 'namespace' | 'doing'>): string {
  return doing === undefined ? namespace : `${namespace}, ${doing}`;
}

/** "shop.orders · 120,000 of about 1,000,000 documents · 42.1 MB, 10.5 MB/s · 1 min 20 s left". Pure. */
export function progressLine({ documents, bytes, expected, elapsed, collections, ...place }: Progress): string {
  const count = documents.toLocaleString('en');
  const known = expected !== null && expected > 0;
  const of = known ? `${count} of about ${expected.toLocaleString('en')} documents` : `${count} documents`;
  const rated = elapsed >= RATE_AFTER;
  const size = `${(bytes / MB).toFixed(1)} MB${rated ? `, ${(bytes / MB / (elapsed / SECOND)).toFixed(1)} MB/s` : ''}`;
  const left = known && rated && documents > 0 && documents < expected ? (elapsed / documents) * (expected - documents) : null;
  const written = collections ? [`${collections.done.toLocaleString('en')} of ${collections.of.toLocaleString('en')} collections`] : [];
  return [placeOf(place), ...written, of, size, ...(left === null ? [] : [`${spell(left)} left`])].join(' · ');
}
