import type { Letter } from './channel.ts';
import type { Link } from '../links.ts';
import { compose, type Message } from '../message.ts';
import { cut, fit } from '../plain.ts';

type Plain = { readonly type: 'plain_text'; readonly text: string; readonly emoji: false };
type Marked = { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true };
type Button = {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: Plain;
  readonly value: string;
  readonly style: 'primary';
};
export type Block =
  | { readonly type: 'header'; readonly text: Plain }
  | { readonly type: 'section'; readonly text: Plain | Marked }
  | { readonly type: 'section'; readonly fields: Plain[] }
  | { readonly type: 'context'; readonly elements: Marked[] }
  | { readonly type: 'actions'; readonly elements: Button[] };
export type SlackMessage = { readonly text: string; readonly blocks: Block[] };

/**
 * Limits: header 150, section 3,000, field 2,000, ten fields, button value 2,000 characters (a key is shorter) (docs.slack.dev/reference/block-kit/blocks);
 * and, undocumented, some 13,200 for all blocks (slackapi/bolt-js#2509). What is cut here adds up to less than 12,000: what lists several
 * incidents has no fields.
 */
const [HEADER, TEXT, LINE, LIST, SECTION, FIELD, FIELDS] = [150, 2_000, 300, 5_600, 2_800, 300, 8];

/**
 * The message that stands in the channel and is kept up to date: struck through once everything in it is over. `key`: of the delivery that its button
 * names, where that is not the letter's own.
 */
export function standing(letter: Letter, key: string = letter.key): SlackMessage {
  const message = compose(letter);
  const title: Block = message.over
    ? { type: 'section', text: marked(`~${escaped(cut(message.headline, HEADER))}~`) }
    : { type: 'header', text: plain(cut(message.headline, HEADER)) };
  const buttons = message.over || !letter.canAcknowledge ? [] : acknowledge(letter, key);
  return { text: fallback(message), blocks: [title, ...body(message), ...buttons, ...links(message.links)] };
}

/** What follows in the thread. */
export function following(letter: Letter): SlackMessage {
  const message = compose(letter);
  return {
    text: fallback(message),
    blocks: [
      { type: 'header', text: plain(cut(message.headline, HEADER)) },
      ...body(message),
      ...(asksAgain(letter) ? acknowledge(letter, letter.key) : []),
      ...links(message.links),
    ],
  };
}

/** The standing message lost its button when somebody acknowledged; once that has run out, the reminder is where it is pressed again. */
function asksAgain({ kind, canAcknowledge }: Letter): boolean {
  return canAcknowledge && (kind === 'remind' || kind === 'escalate');
}

function body(message: Message): readonly Block[] {
  const action = message.action === '' ? [] : [`What to do now: ${message.action}`];
  const list = fit(message.items, LIST, LINE);
  const more = list.more === 0 ? [] : [`+${list.more} more on the page`];
  const texts = [...sections([...message.lines, ...action]), ...sections([...list.shown.map((item) => `• ${item}`), ...more])];
  const blocks = texts.filter((text) => text !== '').map((text): Block => ({ type: 'section', text: plain(cut(text, SECTION)) }));
  const fields = message.facts.slice(0, FIELDS).map(([label, value]) => plain(cut(`${label}: ${value}`, FIELD)));
  return fields.length === 0 ? blocks : [...blocks, { type: 'section', fields }];
}

/** The lines in texts that each fit into one section. */
function sections(lines: readonly string[]): readonly string[] {
  return lines.reduce<readonly string[]>((texts, line) => {
    const last = texts.at(-1);
    return last === undefined || last.length + line.length + 1 > SECTION ? [...texts, line] : [...texts.slice(0, -1), `${last}\n${line}`];
  }, []);
}

/** Its value is the delivery's key, which stands for its incidents: their ids would not fit into a value, in a storm. */
function acknowledge(letter: Letter, value: string): readonly Block[] {
  const open = letter.incidents.filter(({ state }) => state === 'open');
  if (open.length === 0) return [];
  const text = plain(open.length === 1 ? 'Acknowledge' : `Acknowledge all ${open.length}`);
  return [{ type: 'actions', elements: [{ type: 'button', action_id: 'acknowledge', text, value, style: 'primary' }] }];
}

function links(all: readonly Link[]): readonly Block[] {
  if (all.length === 0) return [];
  return [{ type: 'context', elements: [marked(all.map(({ text, href }) => `<${escaped(href)}|${escaped(text)}>`).join(' · '))] }];
}

/** For notifications and for clients without blocks. Slack reads markup in it, hence escaped. */
function fallback(message: Message): string {
  const list = fit(message.items, 1_200, LINE);
  const more = list.more === 0 ? [] : [`+${list.more} more on the page`];
  return escaped(cut([message.headline, ...message.lines, ...list.shown, ...more].join('\n'), TEXT));
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping: these three are all that can start `<!channel>` or a link. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function plain(text: string): Plain {
  return { type: 'plain_text', text, emoji: false };
}

function marked(text: string): Marked {
  return { type: 'mrkdwn', text, verbatim: true };
}
