import type { Window } from '../../../domain/findings/recorded-view.ts';
import { type Instant, MINUTE, short } from '../../../domain/time.ts';
import { escape } from './escape-html.ts';

type Part = { readonly from: Instant; readonly to: Instant; readonly reachable: boolean };

const [REACHABLE, NOT_REACHABLE] = ['#2c6e3f', '#b3261e'];
/** In percent: a break of minutes in a week must still be seen. */
const NARROWEST = 1;
/** The end of the window lies this little before now because the check ran before the message, not because of a gap. */
const NO_GAP = 90 * MINUTE;

/**
 * `readAt`: when the window was read, after which nothing is known of it. The window as a bar of table cells, the one drawing that every mail program shows; a text browser reads its cells as nothing, and the facts below it say
 * the same in words.
 */
export function windowBar(window: Window, now: Instant, readAt: Instant): string {
  const known = now - readAt > NO_GAP ? readAt : now;
  const end = known - window.to > NO_GAP ? known : window.to;
  const parts = partsOf(window, end);
  const cells = parts.map(({ from, to, reachable }) => cell(widthOf(to - from, end - window.from), reachable));
  const legend = [
    `PITR ${escape(short(window.from, now))}`,
    ...(end === window.to ? [] : [`ends ${escape(short(window.to, now))}`]),
    escape(short(end, now)),
  ];
  const labels = `<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr>${legend.map(label).join('')}</tr></table>`;
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr>${cells.join('')}</tr></table>${labels}`;
}

/** The span from the window's start to `end`, cut at the breaks and at the window's end. */
function partsOf({ from, to, breaks }: Window, end: Instant): readonly Part[] {
  const parts: Part[] = [];
  let at = from;
  for (const gap of breaks.toSorted((a, b) => a.from - b.from)) {
    if (gap.from > at) parts.push({ from: at, to: gap.from, reachable: true });
    if (gap.to > at) parts.push({ from: Math.max(at, gap.from), to: gap.to, reachable: false });
    at = Math.max(at, gap.to);
  }
  if (to > at) parts.push({ from: at, to, reachable: true });
  if (end > to) parts.push({ from: to, to: end, reachable: false });
  return parts;
}

function widthOf(length: number, whole: number): number {
  return Math.max(NARROWEST, Math.round((length / Math.max(1, whole)) * 100));
}

function cell(width: number, reachable: boolean): string {
  return `<td width="${width}%" height="14" bgcolor="${reachable ? REACHABLE : NOT_REACHABLE}" style="font-size:1px;line-height:14px">&nbsp;</td>`;
}

function label(text: string, index: number, all: readonly string[]): string {
  const align = index === 0 ? 'left' : index === all.length - 1 ? 'right' : 'center';
  return `<td align="${align}" style="font-size:12px;color:#4b5563">${text}</td>`;
}
