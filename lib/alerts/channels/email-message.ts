import type { Letter } from './channel.ts';
import { compose, type Message } from '../message.ts';
import { cut, fit } from '../plain.ts';

export type Mail = { readonly subject: string; readonly text: string; readonly html: string };

const SUBJECT_MOST = 200;
/** Enough for a storm over every cluster of a large organisation without a megabyte of mail. */
const LIST_MOST = 60_000;
const LINE_MOST = 500;

/** Subject, plain text and HTML of one letter. */
export function mailOf(letter: Letter): Mail {
  const message = compose(letter);
  const list = fit(message.items, LIST_MOST, LINE_MOST);
  const items = list.more === 0 ? list.shown : [...list.shown, `+${list.more} more on the page`];
  return { subject: cut(message.headline, SUBJECT_MOST), text: textOf(message, items), html: htmlOf(message, items) };
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

function htmlOf(message: Message, items: readonly string[]): string {
  const parts = [
    `<h2 style="font-size:18px">${escape(message.headline)}</h2>`,
    ...message.lines.map((line) => `<p>${escape(line)}</p>`),
    items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${escape(item)}</li>`).join('')}</ul>`,
    message.action === '' ? '' : `<p><strong>What to do now:</strong> ${escape(message.action)}</p>`,
    message.facts.length === 0 ? '' : `<table>${message.facts.map(row).join('')}</table>`,
    `<p>${message.links.map(({ text, href }) => `<a href="${escape(href)}">${escape(text)}</a>`).join(' · ')}</p>`,
  ];
  return `<!doctype html><html><body style="font-family:sans-serif">${parts.join('')}</body></html>`;
}

function row([label, value]: readonly [string, string]): string {
  return `<tr><th align="left" style="padding-right:12px">${escape(label)}</th><td>${escape(value)}</td></tr>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
