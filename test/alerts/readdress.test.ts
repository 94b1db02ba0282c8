import { describe, expect, test } from 'vitest';
import { readdressed } from '../../lib/alerts/readdress.ts';
import type { Roster } from '../../lib/alerts/route.ts';
import { FIRST_CONTACT } from '../../lib/domain/address.ts';
import type { Delivery } from '../../lib/domain/incident.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery } from '../support/incidents.ts';

const ROSTER: Roster = [
  { id: 'email', recipients: 2, contacts: 1 },
  { id: 'sms', recipients: 1 },
  { id: 'email', recipients: 1, contacts: 1, team: 'pay' },
];

describe('what is owed to a recipient who was taken out of the configuration', () => {
  const refused = (recipient: number, changes: Partial<Delivery> = {}): Delivery =>
    delivery('email', ['a'], { recipient, state: 'rejected', attempts: 3, nextTryAt: NOW + HOUR, ...changes });

  test.for<[string, Delivery, Delivery['state']]>([
    ['is cancelled', refused(2), 'cancelled'],
    ['is tried again by the last one there', refused(1), 'rejected'],
    ['is cancelled also where it was never tried', delivery('email', ['a'], { recipient: 2 }), 'cancelled'],
    ['is cancelled, were it a resolve', refused(2, { kind: 'resolve', root: 'r' }), 'cancelled'],
    ['is cancelled where it was somebody of the last rung', refused(FIRST_CONTACT + 1), 'cancelled'],
    ['stays with those of the last rung who are there', refused(FIRST_CONTACT), 'rejected'],
    ['is cancelled where nobody is on the last rung any more', delivery('sms', ['a'], { recipient: FIRST_CONTACT }), 'cancelled'],
    ['is cancelled where it was a team’s', refused(1, { team: 'pay' }), 'cancelled'],
    ['stays with a team’s own', refused(0, { team: 'pay' }), 'rejected'],
    ['is left to the run that is sending it', refused(2, { claim: { owner: 'x', until: NOW + 1 } }), 'rejected'],
    ['was accepted, if it was', accepted('email', ['a'], { recipient: 2 }), 'accepted'],
    ['waits where the whole channel was taken out', delivery('slack', ['a'], { recipient: 2 }), 'owed'],
  ])('%s', ([, before, state]) => expect(readdressed([before], ROSTER)[0]?.state).toBe(state));

  test('says why, and is not tried again', () =>
    expect(readdressed([refused(2)], ROSTER)).toEqual([
      { ...refused(2), state: 'cancelled', nextTryAt: null, lastError: 'email: this recipient is not configured any more' },
    ]));
});

test('where nothing is to be moved the deliveries are the same', () => {
  const before = [delivery('email', ['a']), accepted('sms', ['a'])];
  expect(readdressed(before, ROSTER)).toBe(before);
});
