import type { Notification } from '../../attempt/channel.ts';
import { compose } from '../../message/compose.ts';
import { DRAWN } from '../../message/incident-facts.ts';
import { headlineWithin, type Message } from '../../message/message.ts';
import { cut, fit } from '../../../domain/text.ts';
import { escape } from './escape-html.ts';
import { windowBar } from './window-bar.ts';

export type Mail = { readonly subject: string; readonly text: string; readonly html: string };

const SUBJECT_MOST = 200;
/** Enough for a storm over every cluster of a large organisation without a megabyte of mail. */
const LIST_MOST = 60_000;
const LINE_MOST = 500;

/** Subject, plain text and HTML of one notification. */
export function mailOf(notification: Notification): Mail {
  const message = compose(notification);
  const list = fit(message.items, LIST_MOST, LINE_MOST);
  const items = list.more === 0 ? list.shown : [...list.shown, `+${list.more} more on the page`];
  return {
    subject: cut(headlineWithin(message, SUBJECT_MOST), SUBJECT_MOST),
    text: textOf(message, items),
    html: htmlOf(message, items, notification),
  };
}

function textOf(message: Message, items: readonly string[]): string {
  const parts = [
    message.headline,
    message.lines.join('\n'),
    items.map((item) => `- ${item}`).join('\n'),
    message.action === '' ? '' : `What to do now: ${message.action}`,
    message.facts.map(([label, value]) => `${label}: ${value}`).join('\n'),
    message.links.map(({ text, href }) => `${text}: ${href}`).join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function htmlOf(message: Message, items: readonly string[], notification: Notification): string {
  const { now } = notification;
  const facts = message.window === null ? message.facts : message.facts.filter(([label]) => !DRAWN.has(label));
  const parts = [
    banner(message, notification),
    ...message.lines.map((line) => `<p>${escape(line)}</p>`),
    message.window === null ? '' : windowBar(message.window, now, notification.incidents[0]?.restorable?.readAt ?? now),
    items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${escape(item)}</li>`).join('')}</ul>`,
    message.action === '' ? '' : `<p><strong>What to do now:</strong> ${escape(message.action)}</p>`,
    facts.length === 0 ? '' : `<table>${facts.map(row).join('')}</table>`,
    `<p>${message.links.map(({ text, href }) => `<a href="${escape(href)}">${escape(text)}</a>`).join(' · ')}</p>`,
  ];
  return `<!doctype html><html><body style="font-family:sans-serif;font-size:15px;line-height:1.45;max-width:720px">${parts.join('')}</body></html>`;
}

/** White text on each of them has a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3). */
const COLOURS = { P0: '#b3261e', P1: '#9a4f00', P2: '#1f5fa8', over: '#2c6e3f', digest: '#4b5563' } as const;

/** The headline on the priority's colour. A cell's background is the one that every mail program paints. */
function banner({ headline, over }: Message, { kind, priority }: Notification): string {
  const colour = kind === 'digest' ? COLOURS.digest : over ? COLOURS.over : COLOURS[priority];
  return `<table role="presentation" width="100%" cellpadding="12" cellspacing="0"><tr><td bgcolor="${colour}"><h2 style="margin:0;font-size:18px;color:#ffffff">${escape(headline)}</h2></td></tr></table>`;
}

function row([label, value]: readonly [string, string]): string {
  return `<tr><th align="left" valign="top" style="padding-right:12px;white-space:nowrap">${escape(label)}</th><td>${escape(value)}</td></tr>`;
}
