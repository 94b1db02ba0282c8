import type { event } from '@pagerduty/pdjs';
import type { Letter } from './channel.ts';
import { compose, type Message } from '../message.ts';
import { since } from '../wording.ts';
import { clean, cut } from '../plain.ts';
import type { Incident } from '../../domain/incident.ts';
import { iso } from '../../domain/time.ts';

type Event = Parameters<typeof event>[0]['data'] & { readonly client?: string; readonly client_url?: string };

/** https://developer.pagerduty.com/docs/send-alert-event: summary at most 1,024 characters, the whole payload 512 KB. */
const SUMMARY_MOST = 1_024;
const DETAIL_MOST = 4_000;
const DETAILS_MOST = 60;

/** The event for one incident, or why there is none: a page is never opened for what is over, nor for news. */
export function pagerdutyEvent(letter: Letter, routingKey: string): Event | { readonly never: string } {
  const [incident] = letter.incidents;
  if (incident === undefined || letter.incidents.length > 1) return { never: 'PagerDuty is told of one incident at a time' };
  const action = actionOf(letter, incident);
  if (action === null) return { never: `PagerDuty is not told: ${letter.kind} of an incident that is ${incident.state}` };
  const message = compose(letter);
  return {
    routing_key: routingKey,
    event_action: action,
    dedup_key: letter.dedupKey ?? incident.id,
    payload: payloadOf(message, incident),
    ...(action === 'trigger' ? extras(letter, message) : {}),
  };
}

/** A trigger under a resolved key would open a new alert (same page, "Dedup"), so it is never made. */
function actionOf(letter: Letter, incident: Incident): Event['event_action'] | null {
  if (letter.kind === 'resolve') return 'resolve';
  if (letter.kind === 'acknowledge') return 'acknowledge';
  if (letter.kind === 'past' || letter.kind === 'digest' || incident.state === 'resolved') return null;
  return 'trigger';
}

function payloadOf(message: Message, incident: Incident): Event['payload'] {
  const { resource } = incident;
  return {
    summary: cut(message.headline, SUMMARY_MOST),
    source: cut(message.short.place, SUMMARY_MOST),
    severity: incident.severity,
    timestamp: iso(since(incident)),
    component: cut(clean(resource.name), DETAIL_MOST),
    group: cut(clean(resource.projectName ?? resource.name), DETAIL_MOST),
    class: incident.check,
    custom_details: detailsOf(message),
  };
}

function detailsOf(message: Message): Record<string, string> {
  const notes = message.lines.map((line, index) => [`Note ${index + 1}`, line] as const);
  const action = message.action === '' ? [] : [['What to do now', message.action] as const];
  const rows = [...action, ...message.facts, ...notes];
  const details = new Map<string, string>();
  for (const [label, value] of rows.slice(0, DETAILS_MOST)) details.set(unused(details, label), cut(value, DETAIL_MOST));
  return Object.fromEntries(details);
}

function unused(details: ReadonlyMap<string, string>, label: string): string {
  const name = cut(label, 100);
  return details.has(name) ? `${name} (${details.size})` : name;
}

function extras(letter: Letter, message: Message): Partial<Event> {
  const client = letter.statusUrl === null ? {} : { client_url: letter.statusUrl };
  return { client: 'Restorable', ...client, links: message.links.map(({ text, href }) => ({ text, href })) };
}
