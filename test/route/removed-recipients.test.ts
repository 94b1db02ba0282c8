import { describe, expect, test } from 'vitest';
import { rerouteRemovedRecipients } from '../../lib/route/removed-recipients.ts';
import type { Roster } from '../../lib/route/route.ts';
import { FIRST_CONTACT } from '../../lib/domain/incidents/channel-address.ts';
import type { Delivery } from '../../lib/domain/incidents/incident.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery } from '../support/incidents.ts';

const ROSTER: Roster = [
  { id: 'email', recipients: 2, contacts: 1 },
  { id: 'sms', recipients: 1 },
  { id: 'email', recipients: 1, contacts: 1, team: 'pay' },
];

describe('a message to a recipient who was removed from the configuration', () => {
  const refused = (recipient: number, changes: Partial<Delivery> = {}): Delivery =>
    delivery('email', ['a'], { recipient, state: 'rejected', attempts: 3, nextTryAt: NOW + HOUR, ...changes });

  test.for<[string, Delivery, Delivery['state']]>([
    ['is cancelled', refused(2), 'cancelled'],
    ['is tried again for the recipient who now has that position', refused(1), 'rejected'],
    ['is cancelled also if it was never tried', delivery('email', ['a'], { recipient: 2 }), 'cancelled'],
    ['is cancelled also if it is a resolve', refused(2, { kind: 'resolve', root: 'r' }), 'cancelled'],
    ['is cancelled if the recipient was a contact', refused(FIRST_CONTACT + 1), 'cancelled'],
    ['stays if the contact is still configured', refused(FIRST_CONTACT), 'rejected'],
    ['is cancelled if there is no contact any more', delivery('sms', ['a'], { recipient: FIRST_CONTACT }), 'cancelled'],
    ['is cancelled if the recipient was a team’s', refused(1, { team: 'pay' }), 'cancelled'],
    ['stays if the team’s recipient is still configured', refused(0, { team: 'pay' }), 'rejected'],
    ['is left alone while a run is sending it', refused(2, { claim: { owner: 'x', until: NOW + 1 } }), 'rejected'],
    ['stays accepted', accepted('email', ['a'], { recipient: 2 }), 'accepted'],
    ['waits if the whole channel was removed', delivery('slack', ['a'], { recipient: 2 }), 'owed'],
  ])('%s', ([, before, state]) => expect(rerouteRemovedRecipients([before], ROSTER)[0]?.state).toBe(state));

  test('says why it was cancelled, and has no next attempt', () =>
    expect(rerouteRemovedRecipients([refused(2)], ROSTER)).toEqual([
      { ...refused(2), state: 'cancelled', nextTryAt: null, lastError: 'email: this recipient is not configured any more' },
    ]));
});

test('deliveries are returned unchanged if all their recipients are configured', () => {
  const before = [delivery('email', ['a']), accepted('sms', ['a'])];
  expect(rerouteRemovedRecipients(before, ROSTER)).toBe(before);
});
