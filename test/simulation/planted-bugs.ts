import type { Channel, Notification, Outcome } from '../../lib/deliver/attempt/channel.ts';
import { known } from '../../lib/domain/facts/fact.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { Delivery, Incident } from '../../lib/domain/incidents/incident.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import type { Store, SwapRequest } from '../../lib/record/store.ts';
import { cluster, project } from '../support/facts.ts';
import { ALARM_KEY } from './observer.ts';

/** A bug, planted by altering one real part: what it makes of the ports of each call. */
export type PlantedBug = (ports: Ports) => Ports;

type Deliveries = (deliveries: readonly Delivery[]) => readonly Delivery[];

/** What is stored is not what the run works with. */
function storing(change: (head: Head) => Head): PlantedBug {
  return (ports) => ({
    ...ports,
    store: { ...ports.store, swap: (request: SwapRequest) => ports.store.swap({ ...request, head: change(request.head) }) },
  });
}

function storingEach(change: (delivery: Delivery) => Delivery): PlantedBug {
  return storing((head) => ({ ...head, deliveries: head.deliveries.map((delivery) => change(delivery)) }));
}

function storingOnly(change: Deliveries): PlantedBug {
  return storing((head) => ({ ...head, deliveries: change(head.deliveries) }));
}

function sending(change: (send: Channel['send'], notification: Notification, signal: AbortSignal) => Promise<Outcome>): PlantedBug {
  return (ports) => ({
    ...ports,
    channels: ports.channels.map((channel) => ({
      ...channel,
      send: (notification: Notification, signal: AbortSignal) => change((...asked) => channel.send(...asked), notification, signal),
    })),
  });
}

/** The head is taken as the lease left it, whatever was stored since. */
function trustingTheLease(store: Store): Store {
  async function swap(request: SwapRequest): ReturnType<Store['swap']> {
    const answer = await store.swap(request);
    return answer.swapped ? answer : swap({ ...request, expected: answer.revision });
  }
  return { ...store, swap };
}

/** Where Atlas cannot be read, all is as well as it may be. */
const asHealthy: PlantedBug = (ports) => ({
  ...ports,
  collect: async (hints, now, deadline) => {
    const facts = await ports.collect(hints, now, deadline);
    if (facts.projects.known) return facts;
    const projects = Object.entries(hints.projects).map(([id, { name, clusters }]) => {
      const healthy = Object.entries(clusters).map(([clusterId, found]) =>
        cluster(now, { id: clusterId, name: found.name, kind: found.kind }),
      );
      return project(healthy, now, { id, name });
    });
    return { ...facts, projects: known(projects, now) };
  },
});

/** Without the opening and the revision at its end. */
function subjectIn(id: string): string {
  return id.startsWith(ALARM_KEY) ? id : id.replace(/-[^-]{8}-[^-]{1,4}$/, '');
}

function subjectOnly(incident: Incident): Incident {
  return { ...incident, id: subjectIn(incident.id) };
}

const named: PlantedBug = sending((send, notification, signal) =>
  send({ ...notification, incidents: notification.incidents.map((incident) => subjectOnly(incident)) }, signal),
);

export const PLANTED_BUGS: Readonly<Record<string, PlantedBug>> = {
  'a message is recorded as sent before it is sent': storingEach((delivery) =>
    delivery.claim === null ? delivery : { ...delivery, state: 'accepted', acceptedAt: delivery.createdAt, nextTryAt: null, claim: null },
  ),
  'resolves are sent once and not stored': storingOnly((deliveries) => deliveries.filter(({ kind }) => kind !== 'resolve')),
  'the lease is trusted, and no revision is compared': (ports) => ({ ...ports, store: trustingTheLease(ports.store) }),
  'claims are not kept': storingEach((delivery) => ({ ...delivery, claim: null })),
  'a trigger is not cancelled when its incident resolves': storingEach((delivery) =>
    delivery.state === 'cancelled' && delivery.kind === 'trigger'
      ? { ...delivery, state: 'owed', nextTryAt: delivery.createdAt }
      : delivery,
  ),
  'an incident’s key does not include its opening': (ports) =>
    named(
      storing((head) => ({
        ...head,
        incidents: head.incidents.map((incident) => subjectOnly(incident)),
        deliveries: head.deliveries.map((delivery) => ({ ...delivery, incidents: delivery.incidents.map((id) => subjectIn(id)) })),
      }))(ports),
    ),
  'an unknown outcome counts as accepted': sending(async (send, notification, signal) => {
    const outcome = await send(notification, signal);
    return outcome.result === 'unknown' ? { result: 'accepted', receipt: null } : outcome;
  }),
  'a gateway’s error counts as the provider’s rejection': sending(async (send, notification, signal) => {
    const outcome = await send(notification, signal);
    return outcome.result === 'unknown' && outcome.error.endsWith('answered 504')
      ? { result: 'failed', error: outcome.error, retryAfter: null }
      : outcome;
  }),
  'an expired claim counts as a failure': storingEach((delivery) =>
    delivery.ambiguous ? { ...delivery, ambiguous: false, state: delivery.state === 'unknown' ? 'owed' : delivery.state } : delivery,
  ),
  'an SMS below P0 counts as sent before it is begun': sending((send, notification, signal) =>
    notification.key.includes('/sms/') && notification.priority !== 'P0'
      ? Promise.resolve({ result: 'accepted', receipt: null })
      : send(notification, signal),
  ),
  'a failure is retried at once': sending(async (send, notification, signal) => {
    const outcome = await send(notification, signal);
    return outcome.result === 'failed' ? send(notification, signal) : outcome;
  }),
  'Retry-After is ignored': sending(async (send, notification, signal) => {
    const outcome = await send(notification, signal);
    return outcome.result === 'failed' ? { ...outcome, retryAfter: null } : outcome;
  }),
  'acknowledgements are forgotten': storing((head) => ({
    ...head,
    incidents: head.incidents.map((incident) =>
      incident.state === 'acknowledged' ? { ...incident, state: 'open', acknowledgement: null } : incident,
    ),
  })),
  'what cannot be read counts as healthy': asHealthy,
  'silences are forgotten': storing((head) => ({ ...head, silences: [] })),
  'a team’s incidents go to everybody': storing((head) => ({
    ...head,
    incidents: head.incidents.map(({ team: _team, ...incident }) => incident),
  })),
  'the last escalation step is notified first': (ports) => ({
    ...ports,
    channels: ports.channels.map((channel) => ({ ...channel, recipients: channel.recipients + (channel.contacts ?? 0), contacts: 0 })),
  }),
  'PagerDuty’s incidents are never read': ({ pagerduty: _pagerduty, ...ports }) => ports,
  'what PagerDuty says of its incidents is ignored': (ports) => ({
    ...ports,
    pagerduty: (keys) => Promise.resolve(new Map(keys.map((key) => [key, 'unknown']))),
  }),
  'a proof of the alert path never ends': storing((head) => ({
    ...head,
    ...(head.proof && { proof: { ...head.proof, verdict: 'running', endedAt: null } }),
  })),
};
