import { inShort, type Instant, iso, short, spellMinutes } from '../../lib/domain/time.ts';
import { isolated } from './right-to-left.tsx';

/** Two moments in ISO 8601, UTC. */
type Times = { readonly at: string; readonly now: string };

/** `before`: the words before the moment. Where there is no moment, nothing is shown. */
type Shown = { readonly before?: string; readonly at: string | null; readonly now: string };

/** "3 h 12 min ago", "in 20 min". */
function distance({ at, now }: Times): string {
  const gone = Date.parse(now) - Date.parse(at);
  return gone >= 0 ? `${spellMinutes(gone)} ago` : `in ${spellMinutes(-gone)}`;
}

/** A moment as people and machines read it: "13:42Z", with the date if it is not today. */
export function Moment({ before, at, now }: Shown) {
  return at !== null && stamped(before, { at, words: short(Date.parse(at), Date.parse(now)) });
}

/** How long ago a moment was, or how far ahead it is. */
export function Ago({ before, at, now }: Shown) {
  return at !== null && stamped(before, { at, words: distance({ at, now }) });
}

/** "2026-11-22 21:30" in UTC: with its year, since a log is read and printed years later. */
export function Stamp({ at }: { readonly at: Instant }) {
  const text = iso(at);
  return (
    <time dateTime={text} title={text}>
      {text.slice(0, 16).replace('T', ' ')}
    </time>
  );
}

/** Recorded text, with its ISO moments as `Moment` shows them, and names that are written from right to left isolated. */
export function TimedText({ text, now }: { readonly text: string; readonly now: string }) {
  // Parts never move: a text that changes is another text.
  return inShort(text, Date.parse(now)).map((part, index) => {
    if (typeof part === 'string') return isolated(part);
    const at = iso(part.at);
    return (
      <time key={index} dateTime={at} title={at}>
        {part.words}
      </time>
    );
  });
}

/** No component of its own: a list has hundreds of moments, and each component takes its time. */
function stamped(before: string | undefined, { at, words }: { readonly at: string; readonly words: string }) {
  const time = (
    <time dateTime={at} title={at}>
      {words}
    </time>
  );
  if (before === undefined) return time;
  return (
    <>
      {before}
      {time}
    </>
  );
}
