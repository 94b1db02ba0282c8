import type { Evidence } from '../../domain/findings/finding.ts';
import type { Window } from '../../domain/findings/recorded-view.ts';
import type { Link } from './links.ts';
import type { Place } from './place.ts';

/** What a notification says, before a channel gives it its own form. Every text is one line without control or bidirectional characters. */
export type Message = {
  /** "P0", "P1 updated", "Resolved": what kind of message it is. */
  readonly mark: string;
  /** The mark and the first of the titles. */
  readonly headline: string;
  /** Place, impact and cause, the longest first: a channel takes the longest that it has room for. */
  readonly titles: readonly string[];
  /** The whole cause, which a shorter title gives in part; empty if the message is not about one incident. */
  readonly cause: { readonly inTitle: string; readonly alone: string };
  /** Sentences under the title, the most important first. */
  readonly lines: readonly string[];
  /** If the message is about several incidents: one line for each, open ones first. */
  readonly items: readonly string[];
  /** If the message is about one incident: what can be restored and the check's evidence, without what title and lines say. */
  readonly facts: Evidence;
  /** If the message is about one incident: its place in full, which a shorter title shortens; empty if it is about several. */
  readonly place: string;
  readonly action: string;
  readonly links: readonly Link[];
  /** The span that PITR can reach, to be drawn; null if there is none to draw. */
  readonly window: Window | null;
  readonly short: Short;
  /** True if all its incidents are resolved. */
  readonly over: boolean;
};

/** The parts of a text message; the channel fits them into 160 characters. */
export type Short = {
  readonly mark: string;
  /** A text if it is about several incidents. */
  readonly place: Place | string;
  /** What is wrong, the longest first; each is whole. */
  readonly consequences: readonly string[];
  /** What to go back to, the longest first. */
  readonly reaches: readonly string[];
  readonly link: string | null;
  /** Who has it; empty if there is nothing to say. */
  readonly handling: string;
};

/** The longest headline that fits into `most` characters, with the mark in front; the shortest if none does. */
export function headlineWithin(message: Message, most: number): string {
  return firstWithin(
    message.titles.map((title) => `[${message.mark}] ${title}`),
    most,
  );
}

/** The same without the mark. */
export function titleWithin({ titles }: Message, most: number): string {
  return firstWithin(titles, most);
}

function firstWithin(texts: readonly string[], most: number): string {
  return texts.find((text) => text.length <= most) ?? texts.at(-1) ?? '';
}
