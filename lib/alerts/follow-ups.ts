import { isLive, isRoot, made, type Making, mayHaveArrived } from './delivery.ts';
import type { Delivery, Incident } from '../domain/incident.ts';
import type { PlanContext } from './plan.ts';

/** Pure: channels that told of the incident at its milder severity and are not told of the rise otherwise: an update in place (Slack). */
export function updates(
  deliveries: readonly Delivery[],
  incident: Incident,
  news: readonly Delivery[],
  context: PlanContext,
): readonly Delivery[] {
  const retold = news.some((delivery) => delivery.channel === 'slack' && delivery.incidents.includes(incident.id));
  return retold ? [] : followUps(deliveries, incident, { channel: 'slack', kind: 'update', reroute: null }, context);
}

/** Pure: said once, where people were told: in place on PagerDuty and Slack, by one mail to each reader; no phone rings for it. */
export function saidToFlap(deliveries: readonly Delivery[], incident: Incident, context: PlanContext): readonly Delivery[] {
  const arrived = deliveries.filter(mayHaveArrived);
  return (['pagerduty', 'slack', 'email'] as const).flatMap((channel) =>
    followUps(arrived, incident, { channel, kind: 'update', reroute: null }, context),
  );
}

/** Pure: an acknowledgement shows wherever the incident does; on the phone only where policy wants an end there too. */
export function shown(deliveries: readonly Delivery[], acknowledged: readonly Incident[], context: PlanContext): readonly Delivery[] {
  const channels = new Set(context.roster.map(({ id }) => id).filter((id) => id !== 'sms' || context.general.smsResolves));
  const byId = new Map(acknowledged.map((incident) => [incident.id, incident]));
  const roots = deliveries.filter((delivery) => isLive(delivery) && channels.has(delivery.channel));
  return roots.flatMap((root) => {
    // Those of a storm that are taken together are one message in its thread.
    const taken = root.incidents.flatMap((id) => byId.get(id) ?? []);
    if (taken.length === 0) return [];
    return [
      made(
        taken,
        {
          channel: root.channel,
          team: root.team,
          recipient: root.recipient,
          kind: 'acknowledge',
          reroute: null,
          root: root.key,
          stamp: context.now,
        },
        context.now,
      ),
    ];
  });
}

/** Pure: a message in each thread on the channel in which the incident was told. */
export function followUps(
  deliveries: readonly Delivery[],
  incident: Incident,
  { channel, kind, reroute }: Pick<Making, 'channel' | 'kind' | 'reroute'>,
  { now }: PlanContext,
): readonly Delivery[] {
  const roots = deliveries.filter(
    (delivery) => isLive(delivery) && delivery.channel === channel && delivery.incidents.includes(incident.id),
  );
  return roots.map(({ team, recipient, key }) => made([incident], { channel, team, recipient, kind, reroute, root: key, stamp: now }, now));
}

/** Pure: one resolve a message that may have arrived; several incidents of one thread that end together are one reply. */
export function resolves(deliveries: readonly Delivery[], resolved: readonly Incident[], context: PlanContext): readonly Delivery[] {
  const roots = deliveries.filter(
    (delivery) => isRoot(delivery) && mayHaveArrived(delivery) && (delivery.channel !== 'sms' || context.general.smsResolves),
  );
  const byId = new Map(resolved.map((incident) => [incident.id, incident]));
  return roots.flatMap((root) => {
    const ended = root.incidents.flatMap((id) => byId.get(id) ?? []);
    if (ended.length === 0) return [];
    return [
      made(
        ended,
        {
          channel: root.channel,
          team: root.team,
          recipient: root.recipient,
          kind: 'resolve',
          reroute: null,
          root: root.key,
          // Two pages of one incident are two resolves: under one key of ours the outcome of either would count for both.
          ...(root.dedupKey !== undefined && { dedupKey: root.dedupKey }),
        },
        context.now,
      ),
    ];
  });
}
