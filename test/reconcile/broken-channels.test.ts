import { describe, expect, test } from 'vitest';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import type { Delivery, Incident } from '../../lib/domain/incidents/incident.ts';
import { ORGANISATION } from '../../lib/domain/memory/cluster-subject.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { brokenIn } from '../../lib/reconcile/broken-channels.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, incident } from '../support/incidents.ts';

const { general } = policyOf({});
const WAITED = general.responseTime.P0;

describe('email to two addresses, of which an incident says that messages are overdue,', () => {
  const said = incident('m', { check: 'monitor', resource: { ...ORGANISATION, name: 'channel email', part: 'email' } });
  const at = (recipient: number, changes: Partial<Delivery> = {}): Delivery =>
    delivery('email', ['a'], {
      recipient,
      state: 'rejected',
      attempts: 2,
      key: `${recipient}/${changes.kind ?? changes.createdAt ?? 0}`,
      ...changes,
    });
  const taken = (recipient: number, acceptedAt: number): Delivery =>
    accepted('email', ['b'], { recipient, createdAt: NOW - HOUR, acceptedAt });
  const isBroken = (deliveries: readonly Delivery[], changes: Partial<Incident> = {}, now = NOW + WAITED + 1): boolean =>
    brokenIn({ incidents: [{ ...said, ...changes }], deliveries }, [{ id: 'email', recipients: 2 }], general, now).has('email');

  test.for<[string, readonly Delivery[], boolean]>([
    ['delivers nothing where neither is brought anything', [at(0), at(1)], true],
    ['delivers where one is owed nothing', [at(1)], false],
    ['delivers where one was brought something since', [at(0), at(1), taken(0, NOW)], false],
    ['delivers nothing where that was before', [at(0), at(1), taken(0, NOW - 1)], true],
    [
      'delivers where one message alone is refused, and later ones are taken',
      [at(0), at(1), taken(0, NOW + MINUTE), taken(1, NOW + MINUTE)],
      false,
    ],
    ['delivers while what came last is not late yet', [at(0), at(1), taken(0, NOW), at(0, { createdAt: NOW + 1 })], false],
    ['is not cleared by a message to another', [at(0), at(1), accepted('sms', ['b'], { acceptedAt: NOW })], true],
    ['delivers nothing, also while one is being sent again', [at(0), at(1, { claim: { owner: 'x', until: NOW + HOUR } })], true],
    ['delivers nothing where a past incident is still to be reported', [at(0, { kind: 'past', createdAt: NOW + WAITED }), at(1)], true],
    ['delivers where what waits is not sent again', [at(0, { state: 'unknown', nextTryAt: null }), at(1)], false],
    ['delivers where only the digest waits', [at(0, { kind: 'digest' }), at(1)], false],
  ])('%s', ([, deliveries, expected]) => expect(isBroken(deliveries)).toBe(expected));

  test('delivers while the waiting messages are not late yet', () => expect(isBroken([at(0), at(1)], {}, NOW + WAITED)).toBe(false));

  test('is broken one millisecond after the newest message is late too', () =>
    expect(isBroken([at(0), at(1), taken(0, NOW), at(0, { createdAt: NOW + 1 })], {}, NOW + WAITED + 2)).toBe(true));

  test('delivers if that incident is resolved, or only held open', () => {
    expect(isBroken([at(0), at(1)], { state: 'resolved' })).toBe(false);
    expect(isBroken([at(0), at(1)], { steadySince: NOW })).toBe(false);
  });
});
