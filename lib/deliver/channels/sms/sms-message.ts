import anyAscii from 'any-ascii';
import type { Notification } from '../../attempt/channel.ts';
import { compose } from '../../message/compose.ts';
import type { Short } from '../../message/message.ts';
import { shortPlace } from '../../message/place.ts';

/** One segment of GSM-7: https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding */
const SEGMENT = 160;

/**
 * How urgent, where, what is wrong, what to go back to and the link, in one segment. What does not fit gives way as a whole: first who has it, then the
 * longer words, then the link, then what to go back to; what is wrong is never cut.
 */
export function smsText(notification: Notification): string {
  const { short } = compose(notification);
  const start = gsm(`${short.mark} ${placeIn(short)}`);
  const found = candidates(short)
    .map(({ text, link }) => `${start}${text === '' ? '' : `: ${gsm(text)}`}${link}`)
    .find((text) => units(text) <= SEGMENT);
  const shortest = short.consequences.at(-1);
  return found ?? shorten(shortest === undefined ? start : `${start}: ${gsm(shortest)}`);
}

function placeIn({ place }: Short): string {
  if (typeof place === 'string') return place;
  // Before it is shortened, because another alphabet's letters may become several.
  return shortPlace({ name: gsm(place.name), project: place.project === null ? null : gsm(place.project) });
}

type Candidate = { readonly text: string; readonly link: string };

/** The texts that say it, the one that says most first. */
function candidates(short: Short): readonly Candidate[] {
  const links = short.link === null ? [''] : [` ${short.link}`, ''];
  const consequences = short.consequences.length === 0 ? [''] : short.consequences;
  const handlings = short.handling === '' ? [''] : [short.handling, ''];
  const within = (reaches: readonly string[]): readonly Candidate[] =>
    links.flatMap((link) =>
      reaches.flatMap((reach) =>
        consequences
          .filter((consequence, index) => index === consequences.length - 1 || !hasSameTime(consequence, reach))
          .flatMap((consequence) => handlings.map((handling): Candidate => ({ text: sentences(consequence, reach, handling), link }))),
      ),
    );
  // What to go back to gives way after the link, and before what is wrong.
  return [...within(short.reaches), ...within([''])];
}

function hasSameTime(one: string, other: string): boolean {
  const times: readonly string[] = one.match(/\d\d:\d\dZ/g) ?? [];
  return times.some((time) => other.includes(time));
}

function sentences(...texts: readonly string[]): string {
  return texts
    .filter((text) => text !== '')
    .map((text) => (text.endsWith('.') ? text : `${text}.`))
    .join(' ');
}

/** Only characters of GSM-7: one of any other would cut a segment from 160 to 70. What is written in other alphabets is written in Latin letters. */
export function gsm(text: string): string {
  return anyAscii(text)
    .replaceAll('`', "'")
    .replaceAll('...', '..')
    .replace(/[^\x20-\x7e]/g, '?');
}

/** Length in GSM-7 units; the characters of its extension take two. */
export function units(text: string): number {
  return text.length + (text.match(/[\^{}\\[\]~|]/g)?.length ?? 0);
}

/** Only what has no parts is cut: the first line of a digest. */
function shorten(text: string): string {
  let left = text;
  while (units(left) > SEGMENT) left = `${left.slice(0, left.endsWith('..') ? -3 : -2)}..`;
  return left;
}
