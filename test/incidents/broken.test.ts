import { describe, expect, test } from 'vitest';
import { policyOf } from '../../lib/config/policy.ts';
import type { Delivery, Incident } from '../../lib/domain/incident.ts';
import { ORGANISATION } from '../../lib/domain/subject.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { brokenIn } from '../../lib/incidents/broken.ts';
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
    ['delivers nothing where what is over is still to be told', [at(0, { kind: 'past', createdAt: NOW + WAITED }), at(1)], true],
    ['delivers where what waits is not sent again', [at(0, { state: 'unknown', nextTryAt: null }), at(1)], false],
    ['delivers where only the digest waits', [at(0, { kind: 'digest' }), at(1)], false],
  ])('%s', ([, deliveries, expected]) => expect(isBroken(deliveries)).toBe(expected));

  test('delivers while what waits is not late yet', () => expect(isBroken([at(0), at(1)], {}, NOW + WAITED)).toBe(false));

  test('delivers nothing any more a moment after what came last is late too', () =>
    expect(isBroken([at(0), at(1), taken(0, NOW), at(0, { createdAt: NOW + 1 })], {}, NOW + WAITED + 2)).toBe(true));

  test('delivers where that incident has ended, or is only held open', () => {
    expect(isBroken([at(0), at(1)], { state: 'resolved' })).toBe(false);
    expect(isBroken([at(0), at(1)], { steadySince: NOW })).toBe(false);
  });
});
