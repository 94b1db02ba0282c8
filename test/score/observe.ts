import type { Delivery, Incident } from '../../lib/domain/incidents/incident.ts';
import type { ChannelId, CheckId, Priority, Severity } from '../../lib/domain/policy/policy.ts';
import type { Instant } from '../../lib/domain/time.ts';
import { NOT_SCORED_YET } from './scored-checks.ts';
import type { World } from './world.ts';

/** One incident as people met it. */
export type Seen = {
  readonly id: string;
  readonly check: CheckId;
  readonly about: string;
  severity: Severity;
  resolved: boolean;
  summary: string;
  /** When each channel first accepted a message of this priority about it. */
  readonly notified: { readonly priority: Priority; readonly by: ChannelId; readonly at: Instant }[];
  /** Channels that were notified of it, and not of its end. */
  openAt: readonly ChannelId[];
};

export type Observed = ReadonlyMap<string, Seen>;

export type Observer = { readonly seen: Observed; readonly look: () => Promise<void> };

/** Notes what the state and the providers show, each time that it looks. */
export function observer(world: World): Observer {
  const seen = new Map<string, Seen>();
  let swaps = -1;
  const look = async (): Promise<void> => {
    noteStoreAlarms(seen, world);
    if (swaps === world.store.swaps) return;
    swaps = world.store.swaps;
    const head = await world.head();
    const scored = (head?.incidents ?? []).filter(({ check }) => !NOT_SCORED_YET.has(check));
    for (const incident of scored) noteIncident(seen, incident, head?.deliveries ?? []);
  };
  return { seen, look };
}

const NOTIFYING: ReadonlySet<Delivery['kind']> = new Set(['trigger', 'update', 'escalate', 'past']);

/** The alarm that goes out without the store stands in no state. */
function noteStoreAlarms(seen: Map<string, Seen>, { pagerduty }: World): void {
  for (const { key, payload, state, openedAt } of pagerduty.alerts.filter((alert) => alert.key.startsWith('monitor-store-'))) {
    const notified = [{ priority: 'P0', by: 'pagerduty', at: openedAt }] as const;
    const first: Seen = {
      id: key,
      check: 'monitor',
      about: 'the Atlas organisation',
      severity: 'critical',
      resolved: false,
      summary: payload.summary,
      notified: [...notified],
      openAt: [],
    };
    const one = seen.get(key) ?? first;
    one.resolved = state === 'resolved';
    seen.set(key, one);
  }
}

function noteIncident(seen: Map<string, Seen>, incident: Incident, deliveries: readonly Delivery[]): void {
  const { id, check, resource, severity, state, summary } = incident;
  const own = deliveries.filter((delivery) => delivery.incidents.includes(id));
  const one: Seen = seen.get(id) ?? { id, check, about: resource.name, severity, resolved: false, summary, notified: [], openAt: [] };
  Object.assign(one, { severity, summary, resolved: state === 'resolved', openAt: endsNotSent(own) });
  for (const { kind, priority, channel, state: outcome, acceptedAt } of own) {
    if (outcome !== 'accepted' || acceptedAt === null || !NOTIFYING.has(kind)) continue;
    if (!one.notified.some((telling) => telling.priority === priority && telling.by === channel))
      one.notified.push({ priority, by: channel, at: acceptedAt });
  }
  seen.set(id, one);
}

/** SMS is not notified of an end, unless policy says so. */
function endsNotSent(own: readonly Delivery[]): readonly ChannelId[] {
  const ended = new Set(own.filter(({ kind, state }) => kind === 'resolve' && state === 'accepted').map(({ channel }) => channel));
  const notified = own
    .filter(({ kind, state, channel }) => kind === 'trigger' && state === 'accepted' && channel !== 'sms')
    .map(({ channel }) => channel);
  return [...new Set(notified)].filter((channel) => !ended.has(channel));
}
