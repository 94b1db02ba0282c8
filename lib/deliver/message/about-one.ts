import type { Notification } from '../attempt/channel.ts';
import { lossInWords, lossReadInWords, reachInWords } from '../../domain/findings/restorable-words.ts';
import { FURTHER } from '../../domain/incidents/delivery.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { clean, cut } from '../../domain/text.ts';
import { iso } from '../../domain/time.ts';
import { causeAlone, causeOf, placeInWords } from '../../domain/incidents/incident-title.ts';
import { causesAlone, causesOf } from './cause.ts';
import { factsOf } from './incident-facts.ts';
import { appeal, handlingLine } from './handling.ts';
import { kindLines, since, sinceLine } from './kind-lines.ts';
import { linksOf, shortLink } from './links.ts';
import { mark, rerouteLine, shortMark } from './mark.ts';
import type { Message, Short } from './message.ts';
import { placeOf, shortName, shortPlace } from './place.ts';

/** No real name or summary is longer than this. */
const TITLE_MOST = 1_000;

/** The message about one incident. */
export function aboutOne(notification: Notification, incident: Incident): Omit<Message, 'headline'> {
  const isOver = incident.state === 'resolved';
  const titles = titlesOf(notification, incident).map((title) => cut(title, TITLE_MOST));
  const lines = linesOf(notification, incident);
  return {
    mark: mark(notification),
    titles,
    cause: { inTitle: causeOf(incident, incident.restorable ?? null), alone: `${isOver ? 'was: ' : ''}${causeAlone(incident)}` },
    lines,
    items: [],
    place: placeInWords(incident),
    facts: factsOf(notification, incident, [titles[0], ...lines].join('\n')),
    action: isOver ? '' : clean(incident.action),
    links: linksOf(notification, incident),
    window: isOver ? null : (incident.restorable?.window ?? null),
    short: shortOf(notification, incident),
    over: isOver,
  };
}

/** A summary is put into the past once it is over, because "[Resolved] no backup for 30 h" would read as if it were still so. */
function titlesOf({ now }: Notification, incident: Incident): readonly string[] {
  const [whole, short] = [placeInWords(incident), shortPlace(placeOf(incident))];
  const causes = causesOf(incident);
  if (incident.state === 'resolved') return [...causes.map((cause) => `${whole}, was: ${cause}`), `${short}, was: ${causes.at(-1)}`];
  if (!incident.restorable) return [...causes.map((cause) => `${whole}: ${cause}`), `${short}: ${causes.at(-1)}`];
  const impact = reachInWords(incident.restorable, now);
  const shortened = causes.slice(1).map((cause) => `${short}: ${impact}; ${cause}`);
  return [...causes.map((cause) => `${whole}: ${impact}; ${cause}`), ...shortened, ...tightest(incident, impact)];
}

/** Of the impact its means gives way, and of the place the project, before the cause does. */
function tightest(incident: Incident, impact: string): readonly string[] {
  const cause = causesOf(incident).at(-1) ?? '';
  const bare = impact.replace(/ by (PITR|snapshot)/, '');
  const place = placeOf(incident);
  return [`${shortName(place)}: ${bare}; ${cause}`, `${shortPlace(place)}: ${causesAlone(incident).at(-1)}`];
}

function linesOf(notification: Notification, incident: Incident): readonly string[] {
  const kind = kindLines(notification, incident);
  // The change says more precisely what the reason of the message does.
  const isSaid = notification.reroute === FURTHER && incident.change !== undefined;
  return [
    ...kind,
    ...(notification.kind === 'past' ? [] : sinceLine(notification, incident, causeAlone(incident))),
    ...(isSaid ? [] : rerouteLine(notification)),
    ...handlingLine(notification),
    ...appeal(notification),
  ];
}

function shortOf(notification: Notification, incident: Incident): Short {
  const common = { mark: shortMark(notification), place: placeOf(incident), link: shortLink(notification, incident) };
  // In a text message the cause comes first: "after that" would have nothing to refer to.
  const causes = causesAlone(incident);
  if (notification.kind === 'past' || incident.state === 'resolved') {
    const to = incident.resolvedAt ?? notification.now;
    const span = notification.kind === 'past' ? `From ${iso(since(incident))} to ${iso(to)}` : `Over since ${iso(to)}`;
    return { ...common, consequences: causes.map((cause) => `was: ${cause}`), reaches: [span], handling: '' };
  }
  const [handling = ''] = handlingLine(notification);
  return {
    ...common,
    consequences: causes,
    reaches: reachesOf(notification, incident, causes),
    handling: acknowledged(notification, incident) ?? handling,
  };
}

function acknowledged({ kind }: Notification, { acknowledgement }: Incident): string | null {
  return kind === 'acknowledge' && acknowledgement !== null ? clean(`${cut(acknowledgement.by, 30)} has it.`) : null;
}

/** "Restorable to … by snapshot, the last 30 h would be lost", and the same without the loss, which the cause may have said. */
function reachesOf({ now }: Notification, { restorable }: Incident, causes: readonly string[]): readonly string[] {
  if (!restorable) return [''];
  const reach = reachInWords(restorable, now);
  const sentence = `${reach.charAt(0).toUpperCase()}${reach.slice(1)}`;
  const loss = lossInWords(restorable, now);
  const isSaid = causes.some((cause) => cause.startsWith('the last ') && cause.includes(' would be lost'));
  return loss === null || isSaid
    ? [sentence]
    : [`${sentence}, the last ${loss} would be lost${lossReadInWords(restorable, now)}`, sentence];
}
