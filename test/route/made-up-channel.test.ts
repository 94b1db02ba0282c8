import { describe, expect, test } from 'vitest';
import type { Delivery, Incident } from '../../lib/domain/incidents/incident.ts';
import type { ChannelTraits } from '../../lib/domain/policy/channel-traits.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { pastDeliveries } from '../../lib/route/past-incidents.ts';
import { rerouted } from '../../lib/route/rerouted.ts';
import { planDeliveries, type RouteContext } from '../../lib/route/plan-deliveries.ts';
import { reminded } from '../../lib/route/reminders.ts';
import { contextAt } from '../support/context.ts';
import { NOW } from '../support/facts.ts';
import { delivery, head, incident, resolved } from '../support/incidents.ts';

/** What a channel that nobody thought of when the stages were written may be like: every combination that changes a decision. */
const TRAITS = [true, false].flatMap((tracksIncidents) =>
  [true, false].flatMap((threads) => [true, false].map((edits) => ({ tracksIncidents, threads, edits }))),
);

describe.for(TRAITS)('a channel that no stage knows by name, with %j', ({ tracksIncidents, threads, edits }) => {
  const pigeon: ChannelTraits = {
    label: 'carrier pigeon',
    rings: false,
    digest: false,
    repeats: ['P0'],
    lanes: { abreast: 1, claimed: 1 },
    tracksIncidents,
    threads,
    edits,
  };
  const own = contextAt(NOW, {}, { roster: [{ id: 'pigeon', recipients: 1 }] });
  const routes = { P0: ['pigeon'], P1: ['pigeon'], P2: ['pigeon'] };
  const context: RouteContext = { ...own, general: { ...own.general, routes, channels: { ...own.general.channels, pigeon } } };
  const one = incident('a');
  const arrived = delivery('pigeon', ['a'], { state: 'accepted', acceptedAt: NOW, nextTryAt: null });
  const kinds = (deliveries: readonly Delivery[]): readonly string[] => deliveries.map(({ kind, channel }) => `${kind} ${channel}`);
  const news = (kind: 'opened' | 'raised' | 'flapping' | 'resolved' | 'acknowledged', about: Incident, before: readonly Delivery[]) =>
    kinds(planDeliveries(before, [{ kind, incident: about }], context).slice(before.length));

  test('gets the trigger', () => expect(news('opened', one, [])).toEqual(['trigger pigeon']));

  test('gets a rise of severity', () =>
    expect(news('raised', one, [arrived])).toEqual([`${tracksIncidents ? 'update' : 'escalate'} pigeon`]));

  test('gets an update about flapping where it has threads', () =>
    expect(news('flapping', one, [arrived])).toEqual(threads ? ['update pigeon'] : []));

  test('gets acknowledgement and resolve where it has threads, and where policy says so', () => {
    const taken = incident('a', { state: 'acknowledged' });
    expect(news('acknowledged', taken, [arrived])).toEqual(threads ? ['acknowledge pigeon'] : []);
    expect(news('resolved', resolved('a'), [arrived])).toEqual(threads ? ['resolve pigeon'] : []);
    const wanted = { ...context, general: { ...context.general, smsResolves: true } };
    expect(kinds(planDeliveries([arrived], [{ kind: 'resolved', incident: resolved('a') }], wanted).slice(1))).toEqual(['resolve pigeon']);
  });

  test('gets a message about an incident that is past, unless that would open one at the provider', () => {
    const never = delivery('pigeon', ['a'], { state: 'cancelled', nextTryAt: null });
    expect(kinds(pastDeliveries([never], [resolved('a')], context))).toEqual(tracksIncidents ? [] : ['past pigeon']);
  });

  test('gets a storm as one message, unless it keeps incidents of its own', () => {
    const many = Array.from({ length: 9 }, (_, index) => ({ kind: 'opened', incident: incident(`storm-${index}`) }) as const);
    expect(planDeliveries([], many, context)).toHaveLength(tracksIncidents ? 9 : 1);
  });

  test('is reminded of, unless the provider reminds', () => {
    const state = head({ incidents: [one], deliveries: [arrived] });
    const later = reminded(state, () => true, { ...context, now: NOW + HOUR + MINUTE });
    expect(kinds(later.deliveries.slice(1))).toEqual(tracksIncidents ? [] : ['remind pigeon']);
  });

  test('is named in words where it refused', () => {
    const both = { ...context, roster: [...context.roster, { id: 'email', recipients: 1 }] };
    const refused = delivery('pigeon', ['a'], { state: 'rejected' });
    expect(rerouted([refused], [one], both)).toMatchObject([{ channel: 'email', reroute: 'Sent here because carrier pigeon refused it.' }]);
  });
});
