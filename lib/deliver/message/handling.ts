import type { Notification } from '../attempt/channel.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { iso } from '../../domain/time.ts';
import { clean } from '../../domain/text.ts';

/** So begins the reason of a message that came by the ladder (`lib/route/escalation.ts`). */
export const CLIMBED = 'Nobody acknowledged';

/** Who has it in hand, and who is notified next; nothing where nobody can acknowledge, and where the message itself says so. */
export function handlingLine(notification: Notification): readonly string[] {
  const { handling, kind, incidents } = notification;
  const going = incidents.filter(({ state }) => state !== 'resolved');
  if (handling === undefined || going.length === 0 || kind === 'acknowledge' || kind === 'past') return [];
  const taken = going.filter(({ state }) => state === 'acknowledged');
  if (taken.length === going.length) return [takenWords(taken)];
  const some = taken.length === 0 ? '' : `${taken.length} of ${going.length} ${taken.length === 1 ? 'is' : 'are'} acknowledged. `;
  return [clean(`${some}${openWords(notification, going)}`)];
}

function takenWords(taken: readonly Incident[]): string {
  const [first] = taken;
  const names = [...new Set(taken.flatMap(({ acknowledgement }) => acknowledgement?.by ?? []))];
  const at = taken.length === 1 && first?.acknowledgement ? ` since ${iso(first.acknowledgement.at)}` : '';
  return clean(`${names.join(' and ')} ${names.length > 1 ? 'have' : 'has'} ${taken.length > 1 ? 'them' : 'it'}${at}.`);
}

/** "Nobody has it yet; next: contacts by SMS at 03:12Z." A message that came by the ladder has said the first half. */
function openWords({ handling, reroute, now }: Notification, going: readonly Incident[]): string {
  const next = handling?.next ?? null;
  const step =
    next === null ? 'nobody further is notified' : `next: ${next.whom} ${next.at > now ? `at ${iso(next.at)}` : 'in a few minutes'}`;
  const open = going.filter(({ state }) => state === 'open');
  const them = open.length > 1 ? 'them' : 'it';
  if (reroute?.startsWith(CLIMBED)) return `If you do not take ${them}, ${step}.`;
  const expired = expiredWords(open);
  return `${expired === null ? `Nobody has ${them} yet` : `Nobody has ${them} now: ${expired}`}; ${step}.`;
}

/** Why the ladder led here: nobody took what is open, or whoever did has it no longer. */
export function climbWords(reroute: string, incidents: readonly Incident[]): string {
  const open = incidents.filter(({ state }) => state === 'open');
  const expired = expiredWords(open);
  if (expired !== null) return `${expired}, so ${open.length > 1 ? 'they come' : 'it comes'} to you.`;
  return open.length > 1 ? reroute.replace('acknowledged it', 'acknowledged them').replace('it comes', 'they come') : reroute;
}

/** "dana acknowledged it at …, which no longer holds"; null if nobody has acknowledged any of them. */
function expiredWords(open: readonly Incident[]): string | null {
  const last = open.flatMap(({ trail }) => trail?.at(-1) ?? []);
  const [first] = last;
  if (first === undefined) return null;
  const names = [...new Set(last.map(({ by }) => by))].join(' and ');
  const what = open.length === 1 ? 'it' : last.length === open.length ? 'them' : `${last.length} of them`;
  const at = last.every((one) => one.at === first.at) ? ` at ${iso(first.at)}` : '';
  return `${names} acknowledged ${what}${at}, which no longer holds`;
}

const TAKE_IT = 'Acknowledge it if you take it on; reminders then stop.';

/** What is asked of whoever is notified again. */
export function appeal({ kind, reroute, handling }: Notification): readonly string[] {
  const isAsked = handling !== undefined && (kind === 'remind' || (kind === 'escalate' && reroute !== null));
  return isAsked ? [TAKE_IT] : [];
}
