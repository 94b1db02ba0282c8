import { type Instant, iso } from '../../../lib/domain/time.ts';

/** "2026-11-22 21:30" in UTC: with its year, since a log is read and printed years later. */
export function Stamp({ at }: { readonly at: Instant }) {
  const text = iso(at);
  return (
    <time dateTime={text} title={text}>
      {text.slice(0, 16).replace('T', ' ')}
    </time>
  );
}
