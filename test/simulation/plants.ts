import type { Channel, Letter, Outcome } from '../../lib/alerts/channels/channel.ts';
import { known } from '../../lib/domain/fact.ts';
import type { Head } from '../../lib/domain/head.ts';
import type { Delivery, Incident } from '../../lib/domain/incident.ts';
import type { Parts } from '../../lib/parts.ts';
import type { Store, SwapRequest } from '../../lib/state/store.ts';
import { cluster, project } from '../support/facts.ts';
import { ALARM_KEY } from './witness.ts';

/** A bug, planted by altering one real part: what it makes of the parts of each call. */
export type Plant = (parts: Parts) => Parts;

type Deliveries = (deliveries: readonly Delivery[]) => readonly Delivery[];

/** What is stored is not what the run works with. */
function storing(change: (head: Head) => Head): Plant {
  return (parts) => ({
    ...parts,
    store: { ...parts.store, swap: (request: SwapRequest) => parts.store.swap({ ...request, head: change(request.head) }) },
  });
}

function storingEach(change: (delivery: Delivery) => Delivery): Plant {
  return storing((head) => ({ ...head, deliveries: head.deliveries.map((delivery) => change(delivery)) }));
}

function storingOnly(change: Deliveries): Plant {
  return storing((head) => ({ ...head, deliveries: change(head.deliveries) }));
}

function sending(change: (send: Channel['send'], letter: Letter, signal: AbortSignal) => Promise<Outcome>): Plant {
  return (parts) => ({
    ...parts,
    channels: parts.channels.map((channel) => ({
      ...channel,
      send: (letter: Letter, signal: AbortSignal) => change((...asked) => channel.send(...asked), letter, signal),
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
const asHealthy: Plant = (parts) => ({
  ...parts,
  collect: async (hints, now, deadline) => {
    const facts = await parts.collect(hints, now, deadline);
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

const named: Plant = sending((send, letter, signal) =>
  send({ ...letter, incidents: letter.incidents.map((incident) => subjectOnly(incident)) }, signal),
);

export const PLANTS: Readonly<Record<string, Plant>> = {
  'a message is recorded as sent before it is sent': storingEach((delivery) =>
    delivery.claim === null ? delivery : { ...delivery, state: 'accepted', acceptedAt: delivery.createdAt, nextTryAt: null, claim: null },
  ),
  'resolves are sent once and not stored': storingOnly((deliveries) => deliveries.filter(({ kind }) => kind !== 'resolve')),
  'the lease is trusted, and no revision compared': (parts) => ({ ...parts, store: trustingTheLease(parts.store) }),
  'claims are not kept': storingEach((delivery) => ({ ...delivery, claim: null })),
  'a trigger is not cancelled when its incident resolves': storingEach((delivery) =>
    delivery.state === 'cancelled' && delivery.kind === 'trigger'
      ? { ...delivery, state: 'owed', nextTryAt: delivery.createdAt }
      : delivery,
  ),
  'an incident is known by what it is about, not by its opening': (parts) =>
    named(
      storing((head) => ({
        ...head,
        incidents: head.incidents.map((incident) => subjectOnly(incident)),
        deliveries: head.deliveries.map((delivery) => ({ ...delivery, incidents: delivery.incidents.map((id) => subjectIn(id)) })),
      }))(parts),
    ),
  'an unknown outcome counts as accepted': sending(async (send, letter, signal) => {
    const outcome = await send(letter, signal);
    return outcome.result === 'unknown' ? { result: 'accepted', receipt: null } : outcome;
  }),
  'a gateway’s answer counts as the provider’s no': sending(async (send, letter, signal) => {
    const outcome = await send(letter, signal);
    return outcome.result === 'unknown' && outcome.error.endsWith('answered 504')
      ? { result: 'failed', error: outcome.error, retryAfter: null }
      : outcome;
  }),
  'a claim that ran out counts as a failure': storingEach((delivery) =>
    delivery.ambiguous ? { ...delivery, ambiguous: false, state: delivery.state === 'unknown' ? 'owed' : delivery.state } : delivery,
  ),
  'a text below P0 counts as sent before it is begun': sending((send, letter, signal) =>
    letter.key.includes('/sms/') && letter.priority !== 'P0'
      ? Promise.resolve({ result: 'accepted', receipt: null })
      : send(letter, signal),
  ),
  'a failure is tried again at once': sending(async (send, letter, signal) => {
    const outcome = await send(letter, signal);
    return outcome.result === 'failed' ? send(letter, signal) : outcome;
  }),
  'Retry-After is not read': sending(async (send, letter, signal) => {
    const outcome = await send(letter, signal);
    return outcome.result === 'failed' ? { ...outcome, retryAfter: null } : outcome;
  }),
  'acknowledgements are forgotten': storing((head) => ({
    ...head,
    incidents: head.incidents.map((incident) =>
      incident.state === 'acknowledged' ? { ...incident, state: 'open', acknowledgement: null } : incident,
    ),
  })),
  'what cannot be read counts as healthy': asHealthy,
  'silences are forgotten': storing(({ silences: _silences, ...head }) => head),
  'a team’s incidents are everybody’s': storing((head) => ({
    ...head,
    incidents: head.incidents.map(({ team: _team, ...incident }) => incident),
  })),
  'the last rung is told first': (parts) => ({
    ...parts,
    channels: parts.channels.map((channel) => ({ ...channel, recipients: channel.recipients + (channel.contacts ?? 0), contacts: 0 })),
  }),
  'nobody asks PagerDuty what it holds': ({ pagerduty: _pagerduty, ...parts }) => parts,
  'what PagerDuty says of its pages is not believed': (parts) => ({
    ...parts,
    pagerduty: (keys) => Promise.resolve(new Map(keys.map((key) => [key, 'unknown']))),
  }),
  'a proof of the alert path never ends': storing((head) => ({
    ...head,
    ...(head.proof && { proof: { ...head.proof, verdict: 'running', endedAt: null } }),
  })),
};
