import type { Notification } from '../attempt/channel.ts';
import { clean } from '../../domain/text.ts';
import { withShortTimes } from '../../domain/time.ts';
import { aboutOne } from './about-one.ts';
import { aboutSeveral } from './about-several.ts';
import { pageLink } from './links.ts';
import { mark } from './mark.ts';
import type { Message, Short } from './message.ts';

/** Says what is at risk and why, where, since when, and what to do now; for people. Throws an Error if a notification has no incident. */
export function compose(notification: Notification): Message {
  return spelledOut(composeRecorded(notification), (text) => withShortTimes(text, notification.now));
}

/** The same with moments in ISO 8601, for machines. */
export function composeRecorded(notification: Notification): Message {
  const message = composedFrom(notification);
  return { ...message, headline: `[${message.mark}] ${message.titles[0]}` };
}

function composedFrom(notification: Notification): Omit<Message, 'headline'> {
  if (notification.text) return aboutNone(notification, notification.text);
  const [first, ...others] = notification.incidents;
  if (first === undefined) throw new Error(`compose ${notification.key}: a notification has at least one incident`);
  return others.length === 0 ? aboutOne(notification, first) : aboutSeveral(notification);
}

/** The daily digest: its first line is the subject. */
function aboutNone(notification: Notification, text: readonly string[]): Omit<Message, 'headline'> {
  const [first = '', ...lines] = text.map((line) => clean(line));
  const kind = mark(notification);
  const short: Short = { mark: kind, place: first, consequences: [], reaches: [''], link: null, handling: '' };
  return {
    mark: kind,
    titles: [first],
    cause: { inTitle: '', alone: '' },
    lines,
    items: [],
    place: '',
    facts: [],
    action: '',
    links: pageLink(notification, null),
    window: null,
    short,
    over: false,
  };
}

function spelledOut(message: Message, change: (text: string) => string): Message {
  const { mark: kind, headline, titles, cause, lines, items, facts, action, short } = message;
  const all = (texts: readonly string[]): readonly string[] => texts.map(change);
  return {
    ...message,
    mark: change(kind),
    headline: change(headline),
    titles: all(titles),
    cause: { inTitle: change(cause.inTitle), alone: change(cause.alone) },
    lines: all(lines),
    items: all(items),
    facts: facts.map(([label, value]) => [change(label), change(value)]),
    action: change(action),
    short: {
      ...short,
      mark: change(short.mark),
      consequences: all(short.consequences),
      reaches: all(short.reaches),
      handling: change(short.handling),
    },
  };
}
