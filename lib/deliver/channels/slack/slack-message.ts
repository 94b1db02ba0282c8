import type { Notification } from '../../attempt/channel.ts';
import type { Link } from '../../message/links.ts';
import { compose } from '../../message/compose.ts';
import { headlineWithin, type Message } from '../../message/message.ts';
import { cut, fit } from '../../../domain/text.ts';

/** The id of the channel, for code about Slack itself. */
export const SLACK = 'slack';

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
 * The message in the channel, which is kept up to date: struck through once all its incidents are resolved. `key`: the key of the delivery that its button
 * names, if that is not the notification's own.
 */
export function standing(notification: Notification, key: string = notification.key): SlackMessage {
  const message = compose(notification);
  const headline = headlineIn(message);
  const title: Block = message.over
    ? { type: 'section', text: marked(`~${escaped(headline)}~`) }
    : { type: 'header', text: plain(headline) };
  const buttons = message.over || !notification.canAcknowledge ? [] : acknowledge(notification, key);
  return { text: fallback(message), blocks: [title, ...body(message), ...buttons, ...links(message.links)] };
}

/** A reply in the thread. */
export function following(notification: Notification): SlackMessage {
  const message = compose(notification);
  return {
    text: fallback(message),
    blocks: [
      { type: 'header', text: plain(headlineIn(message)) },
      ...body(message),
      ...(asksAgain(notification) ? acknowledge(notification, notification.key) : []),
      ...links(message.links),
    ],
  };
}

function headlineIn(message: Message): string {
  return cut(headlineWithin(message, HEADER), HEADER);
}

/** The message in the channel lost its button when somebody acknowledged; once that has expired, the reminder has the button again. */
function asksAgain({ kind, canAcknowledge }: Notification): boolean {
  return canAcknowledge && (kind === 'remind' || kind === 'escalate');
}

function body(message: Message): readonly Block[] {
  const action = message.action === '' ? [] : [`What to do now: ${message.action}`];
  const list = fit(message.items, LIST, LINE);
  const more = list.more === 0 ? [] : [`+${list.more} more on the page`];
  // A header that is too short for the whole cause is followed by it.
  const whole = headlineIn(message).endsWith(message.cause.inTitle) ? [] : [`${message.cause.alone}.`];
  // Only a text message has names shortened alone (docs/contract.md, clause 4).
  const place = headlineIn(message).includes(message.place) ? [] : [`${message.place}.`];
  const texts = [
    ...sections([...place, ...whole, ...message.lines, ...action]),
    ...sections([...list.shown.map((item) => `• ${item}`), ...more]),
  ];
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

/** The button's value is the delivery's key: in a storm, the ids of all incidents would not fit into a value. */
function acknowledge(notification: Notification, value: string): readonly Block[] {
  const open = notification.incidents.filter(({ state }) => state === 'open');
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
