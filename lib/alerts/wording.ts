import type { Letter } from './channels/channel.ts';
import type { Incident } from '../domain/incident.ts';
import { iso, spell, type Instant } from '../domain/time.ts';
import { clean } from './plain.ts';

/** "orders (shop)", "project shop", "the Atlas organisation". */
export function place({ resource }: Incident): string {
  const name = clean(resource.name);
  // "the Atlas organisation", "channel slack", "the alert path"
  if (resource.projectId === null) return name;
  return resource.clusterId === null ? `project ${name}` : `${name} (${clean(resource.projectName ?? resource.projectId)})`;
}

/** When the trouble began, by Atlas's own times if they tell. */
export function since(incident: Incident): Instant {
  return incident.startedAt ?? incident.openedAt;
}

/** The summary without the place, which stands before it anyway. */
export function bare({ resource, summary }: Incident): string {
  const said = clean(summary);
  const prefix = `${clean(resource.name)}: `;
  return said.startsWith(prefix) ? said.slice(prefix.length) : said;
}

/** One of several incidents in a list. */
export function item(incident: Incident): string {
  const end =
    incident.state === 'resolved' && incident.resolvedAt !== null ? `, ${incident.resolution ?? 'over'} ${iso(incident.resolvedAt)}` : '';
  const taken =
    incident.state === 'acknowledged' && incident.acknowledgement !== null ? `, acknowledged by ${incident.acknowledgement.by}` : '';
  return clean(`${place(incident)}: ${bare(incident)}, since ${iso(since(incident))}${taken}${end}`);
}

export function sinceLine({ now }: Letter, incident: Incident): string {
  const from = since(incident);
  return `Since ${iso(from)} (${spell((incident.resolvedAt ?? now) - from)}).`;
}

/** To those who were told already, when there is more of it. */
export const FURTHER = 'A further one was found since this was told; the summary lists them all.';

const TAKE_IT = 'Acknowledge it if you take it on; reminders then stop.';

/** What this kind of message adds. */
export function kindLines(letter: Letter, incident: Incident): readonly string[] {
  const until = incident.resolvedAt === null ? 'now' : iso(incident.resolvedAt);
  if (letter.kind === 'acknowledge' && incident.acknowledgement !== null) {
    const { by, via, at, until: holds } = incident.acknowledgement;
    return [clean(`Acknowledged by ${by} via ${via} at ${iso(at)}; no reminders until ${iso(holds)}.`)];
  }
  // From the ladder it comes with its reason; without one it is news of a rise.
  if (letter.kind === 'escalate' && letter.reroute !== FURTHER)
    return letter.reroute === null ? [`It is ${incident.severity} (${incident.priority}) now and still open.`] : [TAKE_IT];
  if (letter.kind === 'update' && incident.flapping !== undefined)
    return ['It comes and goes: it is held open from now on, and this is said once.'];
  if (letter.kind === 'remind') return [`It is still open. ${lastTaken(incident)}${TAKE_IT}`];
  if (letter.kind === 'resolve') return [`Over since ${until}: ${clean(incident.resolution ?? 'recovered')}.`];
  if (letter.kind === 'past') {
    return [
      `It came and went: from ${iso(since(incident))} to ${until}. This is told late because the channels took no message at the time.`,
    ];
  }
  return [];
}

/** Who had it before, where a reminder comes because that has ended. */
function lastTaken({ trail }: Incident): string {
  const last = trail?.at(-1);
  return last === undefined ? '' : clean(`${last.by} acknowledged it at ${iso(last.at)}, which no longer holds. `).concat(' ');
}
