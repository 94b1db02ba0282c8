import { describe, expect, test } from 'vitest';
import { withClaims } from '../../lib/deliver/claims.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { RouteContext } from '../../lib/route/plan-deliveries.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, head, incident, resolved, spelled } from '../support/incidents.ts';
import { recorder, sender } from '../support/sender.ts';

describe('claiming', () => {
  test('returns the same head if nothing is due', () => {
    const deliveries = [accepted('sms', ['a']), delivery('slack', ['a'], { nextTryAt: NOW + 1 })];
    expect(withClaims(head({ deliveries, incidents: [incident('a')] }), sender([recorder('sms'), recorder('slack')])).deliveries).toEqual(
      deliveries,
    );
  });

  test('lasts longer than the longest send takes', () => {
    const claimed = withClaims(head({ deliveries: [delivery('sms', ['a'])], incidents: [incident('a')] }), sender([recorder('sms')]));
    expect(claimed.deliveries[0]?.claim).toEqual({ owner: 'run-1', until: NOW + 4_000 + 15_000 });
  });

  test('twice adds nothing', () => {
    const how = sender([recorder('pagerduty'), recorder('sms'), recorder('slack')]);
    const deliveries = [
      delivery('pagerduty', ['a'], { state: 'rejected' }),
      delivery('sms', ['a'], { state: 'rejected' }),
      delivery('sms', ['b'], { state: 'cancelled', nextTryAt: null }),
    ];
    const first = withClaims(head({ deliveries, incidents: [incident('a'), resolved('b')] }), how);
    expect(spelled(withClaims(first, how).deliveries)).toEqual(spelled(first.deliveries));
  });

  test('for several channels at one moment works out once what is due on a head', () => {
    let asked = 0;
    const channels = [recorder('pagerduty'), recorder('sms'), recorder('slack')];
    const { context, ...how } = sender(channels);
    const counting = (of: Head): RouteContext => {
      asked += 1;
      return context(of);
    };
    const due = head({ deliveries: [delivery('sms', ['a'])], incidents: [incident('a')] });
    const claimed = channels.map((channel) => withClaims(due, { ...how, context: counting, channels: [channel] }));
    expect(claimed.map(({ deliveries }) => deliveries[0]?.claim !== null)).toEqual([false, true, false]);
    expect(asked).toBe(1);
  });

  test.for([
    ['a moment later', (of: Head) => of, NOW + 1],
    ['once an incident has changed', (of: Head) => ({ ...of, incidents: [resolved('a')] }), NOW],
    ['once something has been silenced', (of: Head) => ({ ...of, silences: [] }), NOW],
    ['once a maintenance window has been made', (of: Head) => ({ ...of, windows: [] }), NOW],
  ] as const)('works out what is due anew %s, though the deliveries are the same', ([, change, now]) => {
    let [asked, time] = [0, NOW];
    const { context, ...how } = sender([recorder('slack')], { now: () => time });
    const counting = (of: Head): RouteContext => {
      asked += 1;
      return context(of);
    };
    const before = head({ deliveries: [delivery('slack', ['a'], { nextTryAt: NOW + 1 })], incidents: [incident('a')] });
    withClaims(before, { ...how, context: counting });
    time = now;
    withClaims(change(before), { ...how, context: counting });
    expect(asked).toBe(2);
  });
});
