import type { Letter } from './channels/channel.ts';
import type { Evidence } from '../domain/finding.ts';
import type { Incident } from '../domain/incident.ts';
import { iso, type Instant } from '../domain/time.ts';
import { linksOf, pageLink, type Link } from './links.ts';
import { clean, cut } from './plain.ts';
import { bare, FURTHER, item, kindLines, place, since, sinceLine } from './wording.ts';

/** What a letter says, before any channel's own form. Every text in it is one line without control or bidi characters. */
export type Message = {
  /** First line and subject: kind, place and what is wrong. */
  readonly headline: string;
  /** Sentences under the headline, the most needed first. */
  readonly lines: readonly string[];
  /** Where several incidents are told at once: one line for each, open ones first. */
  readonly items: readonly string[];
  /** Where there is one incident: cluster, project, since when and the check's evidence. */
  readonly facts: Evidence;
  readonly action: string;
  readonly links: readonly Link[];
  /** The parts of a text message; the channel fits them into 160 characters. */
  readonly short: {
    readonly mark: string;
    readonly place: string;
    readonly summary: string;
    readonly since: { readonly word: string; readonly at: Instant };
  };
  /** True where everything that it tells of is over. */
  readonly over: boolean;
};

/** A headline is read at a glance; a name or summary beyond this is no name. */
const HEADLINE_MOST = 1_000;
const PLACES_MOST = 5;

/** Says what is wrong, where, since when, what can still be restored and what to do now. Throws where a letter has no incident. */
export function compose(letter: Letter): Message {
  if (letter.text) return aboutNone(letter, letter.text);
  const [first, ...others] = letter.incidents;
  if (first === undefined) throw new Error(`compose ${letter.key}: a letter has at least one incident`);
  return others.length === 0 ? aboutOne(letter, first) : aboutSeveral(letter);
}

/** The digest: its first line is the subject. */
function aboutNone(letter: Letter, text: readonly string[]): Message {
  const [first = '', ...lines] = text.map((line) => clean(line));
  return {
    headline: cut(`[${mark(letter)}] ${first}`, HEADLINE_MOST),
    lines,
    items: [],
    facts: [],
    action: '',
    links: pageLink(letter, null),
    short: { mark: mark(letter), place: first, summary: '', since: { word: 'at', at: letter.now } },
    over: false,
  };
}

function aboutOne(letter: Letter, incident: Incident): Message {
  const over = incident.state === 'resolved';
  // What was found is told as past, or "[Resolved] no backup for 30 h" reads as news.
  const summary = `${over ? 'was: ' : ''}${bare(incident)}`;
  return {
    headline: cut(`[${mark(letter)}] ${place(incident)}${over ? ',' : ':'} ${summary}`, HEADLINE_MOST),
    lines: [sinceLine(letter, incident), ...kindLines(letter, incident), ...restorable(incident), ...reroute(letter)],
    items: [],
    facts: factsOf(incident, over),
    action: over ? '' : clean(incident.action),
    links: linksOf(letter, incident),
    short: { mark: mark(letter), place: place(incident), summary, since: moment(incident) },
    over,
  };
}

function aboutSeveral(letter: Letter): Message {
  const ordered = letter.incidents.toSorted((a, b) => Number(a.state === 'resolved') - Number(b.state === 'resolved'));
  const over = letter.incidents.filter(({ state }) => state === 'resolved').length;
  const places = [...new Set(ordered.map(place))];
  const count = letter.kind === 'resolve' ? `${over} of ${ordered.length} incidents are over` : `${ordered.length} incidents`;
  return {
    headline: cut(`[${mark(letter)}] ${count}: ${atMost(places, PLACES_MOST)}`, HEADLINE_MOST),
    lines: reroute(letter),
    items: ordered.map(item),
    facts: [],
    action: over === ordered.length ? '' : 'Open the page: each incident there says what can still be restored and what to do now.',
    links: pageLink(letter, null),
    short: {
      mark: mark(letter),
      place: count,
      summary: places.slice(0, 2 * PLACES_MOST).join(', '),
      since: { word: 'since', at: Math.min(...ordered.map(since)) },
    },
    over: over === ordered.length,
  };
}

function atMost(names: readonly string[], most: number): string {
  const more = names.length - most;
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function moment(incident: Incident): Message['short']['since'] {
  return incident.resolvedAt === null ? { word: 'since', at: since(incident) } : { word: 'over since', at: incident.resolvedAt };
}

function mark(letter: Letter): string {
  switch (letter.kind) {
    case 'trigger':
      return letter.priority;
    case 'update':
      return `${letter.priority} updated`;
    case 'acknowledge':
      return `${letter.priority} acknowledged`;
    case 'escalate':
      return letter.reroute === FURTHER ? `${letter.priority} again` : `${letter.priority} escalated`;
    case 'remind':
      return `${letter.priority} reminder`;
    case 'resolve':
      return ended(letter.incidents);
    case 'past':
      return `${letter.priority} past`;
    case 'digest':
      return 'Daily digest';
  }
}

function ended(incidents: readonly Incident[]): string {
  const reasons = new Set(incidents.map(({ resolution }) => resolution ?? 'recovered'));
  const [reason] = reasons;
  if (incidents.some(({ state }) => state !== 'resolved')) return 'Partly resolved';
  return reasons.size > 1 || reason === undefined || reason.startsWith('recovered') ? 'Resolved' : `Resolved: ${clean(reason)}`;
}

/** What can still be restored, from the evidence that says so; once it is over, that evidence is of yesterday. */
function restorable(incident: Incident): readonly string[] {
  if (incident.state === 'resolved') return [];
  const told = incident.evidence
    .filter(([label]) => /recovery point|restor|window/i.test(label))
    .map(([label, value]) => `${label} ${value}`);
  if (told.length === 0) return ['What can still be restored: this check does not tell; the page does.'];
  return [clean(`What can still be restored: ${told.join('; ')}.`)];
}

function reroute(letter: Letter): readonly string[] {
  if (letter.reroute === null) return [];
  const why = clean(letter.reroute);
  return [/^(sent|nobody|a further one) /i.test(why) ? why : `Sent here because ${why}`];
}

function factsOf(incident: Incident, over: boolean): Evidence {
  const { resource } = incident;
  const where: Evidence = [
    ...(resource.clusterId === null ? [] : [['Cluster', resource.name] as const]),
    ['Project', resource.projectName ?? (resource.projectId === null ? 'all' : resource.name)],
    ['Since', iso(since(incident))],
    ['Check', incident.check],
    ...(incident.team === undefined ? [] : [['Team', incident.team] as const]),
  ];
  const evidence = over ? incident.evidence.map(([label, value]) => [`Then: ${label}`, value] as const) : incident.evidence;
  return [...where, ...evidence].map(([label, value]) => [clean(label), clean(value)]);
}
