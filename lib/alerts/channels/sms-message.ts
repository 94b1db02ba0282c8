import type { Letter } from './channel.ts';
import { compose, type Message } from '../message.ts';
import { cut } from '../plain.ts';
import { iso } from '../../domain/time.ts';

/** One segment of GSM-7: https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding */
const SEGMENT = 160;
const NAME_MOST = 60;
const LINK_MOST = 80;
const SPELT: Readonly<Record<string, string>> = {
  '…': '..',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '`': "'",
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  '×': 'x',
};

/** What, where, since when and the link, in one segment: the summary gives way first, then the link's anchor, then the names. */
export function smsText(letter: Letter): string {
  const message = compose(letter);
  const head = gsm(`${message.short.mark} ${cut(message.short.place, NAME_MOST, '..')}`);
  const tail = gsm(`, ${message.short.since.word} ${minutes(iso(message.short.since.at))}${linkOf(letter, message)}`);
  const room = SEGMENT - units(head) - units(tail) - 2;
  const summary = gsm(message.short.summary);
  return room < 8 ? shorten(`${head}${tail}`, SEGMENT) : `${head}: ${shorten(summary, room)}${tail}`;
}

/** "22 Nov 10:04Z" out of the ISO form. */
function minutes(moment: string): string {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  return `${Number(moment.slice(8, 10))} ${months[Number(moment.slice(5, 7)) - 1]} ${moment.slice(11, 16)}Z`;
}

function linkOf(letter: Letter, message: Message): string {
  const exact = message.links.find(({ text }) => text === 'Status page')?.href ?? '';
  const href = exact.length <= LINK_MOST ? exact : (letter.statusUrl ?? '');
  return href === '' || href.length > LINK_MOST ? '' : ` ${href}`;
}

/** Only characters of GSM-7: one of any other alphabet would cut a segment from 160 to 70 characters. */
export function gsm(text: string): string {
  const spelt = Array.from(text, (character) => SPELT[character] ?? character).join('');
  return spelt
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x5f\x61-\x7e]/gu, '?');
}

/** Length in GSM-7 units; the characters of its extension take two. */
export function units(text: string): number {
  return text.length + (text.match(/[\^{}\\[\]~|]/g)?.length ?? 0);
}

function shorten(text: string, most: number): string {
  let left = text;
  while (units(left) > most) left = `${left.slice(0, left.endsWith('..') ? -3 : -2)}..`;
  return left;
}
