import { isLive, isRoot, newDelivery, type NewDelivery, mayHaveArrived } from '../domain/incidents/delivery.ts';
import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import { takesResolves, traitsOf } from '../domain/policy/channel-traits.ts';
import type { RouteContext } from './plan-deliveries.ts';

/** Updates of messages that can be edited in place, for an incident whose severity rose; `announced`: the deliveries that announce the rise anyway. */
export function editsInPlace(
  deliveries: readonly Delivery[],
  incident: Incident,
  announced: readonly Delivery[],
  { general, now }: RouteContext,
): readonly Delivery[] {
  const announcedBy = new Set(announced.filter(({ incidents }) => incidents.includes(incident.id)).map(({ channel }) => channel));
  const edited = deliveries.filter(({ channel }) => traitsOf(general, channel).edits && !announcedBy.has(channel));
  return followUps(edited, incident, { kind: 'update', reroute: null }, now);
}

/** One update, with its reason, to everybody who was notified, except by channels that would alarm them anew. */
export function updatesInThreads(
  deliveries: readonly Delivery[],
  incident: Incident,
  reroute: string | null,
  { general, now }: RouteContext,
): readonly Delivery[] {
  const arrived = deliveries.filter((delivery) => mayHaveArrived(delivery) && traitsOf(general, delivery.channel).threads);
  return followUps(arrived, incident, { kind: 'update', reroute }, now);
}

/** A follow-up in each thread in which the incident was announced. */
export function followUps(
  deliveries: readonly Delivery[],
  incident: Incident,
  making: Pick<NewDelivery, 'kind' | 'reroute'>,
  now: RouteContext['now'],
): readonly Delivery[] {
  const roots = deliveries.filter((delivery) => isLive(delivery) && delivery.incidents.includes(incident.id));
  return roots.map(({ channel, team, recipient, key }) =>
    newDelivery([incident], { channel, team, recipient, root: key, stamp: now, ...making }, now),
  );
}

/** Shows an acknowledgement wherever the incident was announced, on channels that are still configured and take it. */
export function acknowledgements(
  deliveries: readonly Delivery[],
  acknowledged: readonly Incident[],
  { roster, general, now }: RouteContext,
): readonly Delivery[] {
  const channels = new Set(roster.map(({ id }) => id).filter((id) => takesResolves(general, id)));
  const roots = deliveries.filter((delivery) => isLive(delivery) && channels.has(delivery.channel));
  const byId = new Map(acknowledged.map((incident) => [incident.id, incident]));
  return roots.flatMap((root) => together(root, byId, { kind: 'acknowledge', reroute: null, stamp: now }, now));
}

/** One resolve for each message that may have arrived, on channels that take resolves. */
export function resolves(
  deliveries: readonly Delivery[],
  resolved: readonly Incident[],
  { general, now }: RouteContext,
): readonly Delivery[] {
  const roots = deliveries.filter((delivery) => isRoot(delivery) && mayHaveArrived(delivery) && takesResolves(general, delivery.channel));
  const byId = new Map(resolved.map((incident) => [incident.id, incident]));
  // Two pages of one incident need two resolves: under the same key of ours, the outcome of either would count for both.
  return roots.flatMap((root) =>
    together(root, byId, { kind: 'resolve', reroute: null, ...(root.dedupKey !== undefined && { dedupKey: root.dedupKey }) }, now),
  );
}

/** One follow-up about those of these incidents that the root announced: what changes together in one thread is one reply. */
function together(
  root: Delivery,
  byId: ReadonlyMap<string, Incident>,
  making: Pick<NewDelivery, 'kind' | 'reroute' | 'stamp' | 'dedupKey'>,
  now: RouteContext['now'],
): readonly Delivery[] {
  const about = root.incidents.flatMap((id) => byId.get(id) ?? []);
  const { channel, team, recipient, key } = root;
  return about.length === 0 ? [] : [newDelivery(about, { channel, team, recipient, root: key, ...making }, now)];
}
