/* The messages that people received, as list items. */
import { button, element, push, say, time } from './elements.js';

/** Those that are open stay open when the list is drawn anew. */
const opened = new Set();

/** A message whose whole text opens; `onOpen` is told of the first time. */
function folded(key, head, whole, onOpen) {
  const details = element('details');
  details.open = opened.has(key);
  details.append(element('summary', head), element('pre', whole, 'whole'));
  details.addEventListener('toggle', () => {
    if (details.open) opened.add(key);
    else opened.delete(key);
    if (details.open) onOpen?.();
  });
  return details;
}

function acknowledgeButton(path) {
  return button('Acknowledge', '', async () => say(await push(`/acknowledge/${path}`)));
}

function first(text) {
  const words = text.split('\n')[0];
  return words.length > 110 ? `${words.slice(0, 108)} …` : words;
}

export function phoneItem({ key, text, note, open, path }) {
  const made = element('li', undefined, open ? 'open' : '');
  made.append(
    folded(key, first(text), text, () => fetch('/read', { method: 'POST' })),
    element('span', note, 'soft'),
  );
  if (path) made.append(element('br'), acknowledgeButton(path));
  return made;
}

export function phoneItems({ pages, texts }) {
  const STATES = { open: 'open', acknowledged: 'acknowledged', resolved: 'resolved' };
  return [
    ...pages.map(({ key, text, severity, state, by, at }) => ({
      at,
      key,
      text,
      note: `PagerDuty, ${severity}, ${STATES[state]}${state === 'acknowledged' && by ? ` by ${by}` : ''}, ${time(at)}`,
      open: state === 'open',
      path: state === 'open' ? `pagerduty/${encodeURIComponent(key)}` : null,
    })),
    ...texts.map(({ to, text, at }) => ({
      at,
      key: `${to} ${at} ${text}`,
      text,
      note: `SMS to ${to}, ${time(at)}`,
      open: false,
      path: null,
    })),
  ].sort((a, b) => b.at - a.at);
}

export function slackItem({ ts, text, at, reply, edits, canAcknowledge }) {
  const made = element('li', undefined, reply ? 'reply' : '');
  const note = `${time(at)}${reply ? ', in the thread' : ''}${edits > 0 ? ', edited' : ''}`;
  made.append(folded(`slack ${ts}`, first(text), text), element('span', note, 'soft'));
  if (canAcknowledge) made.append(element('br'), acknowledgeButton(`slack/${ts}`));
  return made;
}

export function mailItem({ to, subject, text, at }) {
  const made = element('li');
  made.append(folded(`mail ${at} ${subject}`, subject, text), element('span', `to ${to}, ${time(at)}`, 'soft'));
  return made;
}
