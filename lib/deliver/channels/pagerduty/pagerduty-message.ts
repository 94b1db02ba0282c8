import type { event } from '@pagerduty/pdjs';
import type { Notification } from '../../attempt/channel.ts';
import { compose } from '../../message/compose.ts';
import { since } from '../../message/kind-lines.ts';
import { headlineWithin, type Message, titleWithin } from '../../message/message.ts';
import { placeInWords } from '../../../domain/incidents/incident-title.ts';
import { clean, cut } from '../../../domain/text.ts';
import type { Incident } from '../../../domain/incidents/incident.ts';
import { iso } from '../../../domain/time.ts';

type Event = Parameters<typeof event>[0]['data'] & { readonly client?: string; readonly client_url?: string };

/** What a phone's lock screen and PagerDuty's list show of a summary; the API takes 1,024 (https://developer.pagerduty.com/docs/send-alert-event). */
const SUMMARY_MOST = 100;
/** The API's limit, and what keeps the whole payload under 512 KB (same page). */
const [FIELD_MOST, DETAIL_MOST, DETAILS_MOST] = [1_024, 4_000, 60];

/** Returns the event for one incident, or why there is none: a page is never opened for an incident that is over, nor for a digest. */
export function pagerdutyEvent(notification: Notification, routingKey: string): Event | { readonly never: string } {
  const [incident] = notification.incidents;
  if (incident === undefined || notification.incidents.length > 1) return { never: 'PagerDuty is told of one incident at a time' };
  const action = actionOf(notification, incident);
  if (action === null) return { never: `PagerDuty is not told: ${notification.kind} of an incident that is ${incident.state}` };
  const message = compose(notification);
  return {
    routing_key: routingKey,
    event_action: action,
    dedup_key: notification.dedupKey ?? incident.id,
    payload: payloadOf(message, incident, notification),
    ...(action === 'trigger' ? extras(notification, message) : {}),
  };
}

/** A trigger under a resolved key would open a new alert (same page, "Dedup"), so it is never sent. */
function actionOf(notification: Notification, incident: Incident): Event['event_action'] | null {
  if (notification.kind === 'resolve') return 'resolve';
  if (notification.kind === 'acknowledge') return 'acknowledge';
  if (notification.kind === 'past' || notification.kind === 'digest' || incident.state === 'resolved') return null;
  return 'trigger';
}

function payloadOf(message: Message, incident: Incident, { kind }: Notification): Event['payload'] {
  const { resource } = incident;
  const summary = cut(summaryOf(message, kind), SUMMARY_MOST);
  return {
    summary,
    source: cut(placeInWords(incident), FIELD_MOST),
    severity: incident.severity,
    timestamp: iso(since(incident)),
    component: cut(clean(resource.name), DETAIL_MOST),
    group: cut(clean(resource.projectName ?? resource.name), DETAIL_MOST),
    class: incident.check,
    custom_details: detailsOf(message, summary),
  };
}

/** PagerDuty shows the urgency itself, but not that a message escalates or reminds; that gives way to what is wrong. */
function summaryOf(message: Message, kind: Notification['kind']): string {
  const [title, headline] = [titleWithin(message, SUMMARY_MOST), headlineWithin(message, SUMMARY_MOST)];
  return kind !== 'trigger' && headline.length <= SUMMARY_MOST && headline.endsWith(title) ? headline : title;
}

/** PagerDuty shows the fields of the payload itself beside these. */
const SHOWN_BESIDE: ReadonlySet<string> = new Set(['Cluster', 'Project', 'Check']);

function detailsOf({ cause, action, lines, facts }: Message, summary: string): Record<string, string> {
  const rows = [
    ...(summary.endsWith(cause.inTitle) ? [] : [['What is wrong', cause.alone] as const]),
    ...(action === '' ? [] : [['What to do now', action] as const]),
    ...(lines.length === 0 ? [] : [['Note', lines.join(' ')] as const]),
    ...facts.filter(([label]) => !SHOWN_BESIDE.has(label)),
  ];
  const details = new Map<string, string>();
  for (const [label, value] of rows.slice(0, DETAILS_MOST)) details.set(unused(details, label), cut(value, DETAIL_MOST));
  return Object.fromEntries(details);
}

function unused(details: ReadonlyMap<string, string>, label: string): string {
  const name = cut(label, 100);
  return details.has(name) ? `${name} (${details.size})` : name;
}

function extras(notification: Notification, message: Message): Partial<Event> {
  const client = notification.statusUrl === null ? {} : { client_url: notification.statusUrl };
  return { client: 'Restorewatch', ...client, links: message.links.map(({ text, href }) => ({ text, href })) };
}
