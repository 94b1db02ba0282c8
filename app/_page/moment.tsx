import { type Duration, MINUTE, spell } from '../../lib/domain/time.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Two moments in ISO 8601, UTC. */
type Times = { readonly at: string; readonly now: string };

/** "22 Nov 21:30", in UTC; with the year where it is not this one. */
export function shortTime({ at, now }: Times): string {
  const year = at.slice(0, 4) === now.slice(0, 4) ? '' : ` ${at.slice(0, 4)}`;
  return `${Number(at.slice(8, 10))} ${MONTHS[Number(at.slice(5, 7)) - 1] ?? ''}${year} ${at.slice(11, 16)}`;
}

/** "3 h 12 min ago", "in 20 min". */
export function distance({ at, now }: Times): string {
  const gone = Date.parse(now) - Date.parse(at);
  return gone >= 0 ? `${length(gone)} ago` : `in ${length(-gone)}`;
}

/** From one minute on in whole minutes: nobody needs the seconds, and they would differ at each reading. */
export function length(duration: Duration): string {
  return spell(duration < MINUTE ? duration : Math.floor(duration / MINUTE) * MINUTE);
}

/** A moment as people and machines read it. */
export function Moment({ at, now }: Times) {
  return (
    <time dateTime={at} title={at}>
      {shortTime({ at, now })}
    </time>
  );
}

/** How long ago a moment was, or how far ahead it is. */
export function Ago({ at, now }: Times) {
  return (
    <time dateTime={at} title={at}>
      {distance({ at, now })}
    </time>
  );
}
