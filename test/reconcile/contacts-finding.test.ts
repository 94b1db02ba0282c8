import { describe, expect, test } from 'vitest';
import { type Config, policyOf } from '../../lib/config/policy/define-config.ts';
import type { AlertProof } from '../../lib/domain/incidents/head.ts';
import { MINUTE } from '../../lib/domain/time.ts';
import { contactsFinding } from '../../lib/reconcile/contacts-finding.ts';
import { beginProof, endedProof } from '../../lib/reconcile/alert-path-proof.ts';
import { contextAt } from '../support/context.ts';
import { inWords, NOW } from '../support/facts.ts';
import { head } from '../support/incidents.ts';

const PASSED: AlertProof = { startedAt: NOW, endedAt: NOW, incidents: [], verdict: 'passed', detail: '' };
const ROLES = ['Database Lead', 'DevOps Lead', 'CTO', 'Security'];

/** Every role has the contact, but for what `changes` says. */
function filled(contact: string, changes: Readonly<Record<string, string>> = {}): Config {
  return { contacts: { roles: ROLES.map((role) => ({ role, contact: changes[role] ?? contact })) } };
}

function found(config: Config, proof?: AlertProof) {
  return contactsFinding(proof === undefined ? {} : { proof }, policyOf(config).general);
}

describe('contacts', () => {
  test.for<[string, Config, AlertProof | undefined, string]>([
    ['names alone, which no proof can be held against, are ok', filled('dana'), undefined, 'ok'],
    ['an address that a proof has reached is ok', filled('dana@example.com'), { ...PASSED, reached: ['d…@example.com'] }, 'ok'],
    ['a number that a proof has reached is ok', filled('Dana, +1 (500) 555-0006'), { ...PASSED, reached: ['+1…0006'] }, 'ok'],
    ['one of two addresses is enough', filled('dana@example.com, +15005550006'), { ...PASSED, reached: ['+1…0006'] }, 'ok'],
    ['the case of an address does not matter', filled('Dana@Example.com'), { ...PASSED, reached: ['d…@example.com'] }, 'ok'],
    ['the plan’s roles without any contact', {}, PASSED, 'failing info (set-up)'],
    ['one role that is TBD', filled('dana', { CTO: 'tbd' }), PASSED, 'failing info (set-up)'],
    ['a list that leaves out a role of the plan', { people: [{ role: 'CTO', contact: 'carl' }] }, PASSED, 'failing info (set-up)'],
    ['an address before any proof', filled('dana@example.com'), undefined, 'failing info (set-up)'],
    [
      'an address that the last proof did not reach',
      filled('dana@example.com'),
      { ...PASSED, reached: ['o…@example.com'] },
      'failing info (set-up)',
    ],
    ['a proof of an older version, which did not note whom it reached', filled('dana@example.com'), PASSED, 'ok'],
  ])('%s', ([, config, proof, verdict]) => expect(inWords(found(config, proof))).toBe(verdict));

  test('names the roles without a contact', () =>
    expect(found(filled('dana', { CTO: 'TBD', Security: '?' }))?.summary).toBe('no contact for CTO, Security'));

  test('names the roles that no proof has reached', () =>
    expect(found(filled('dana', { CTO: 'carl@example.com' }))?.summary).toBe('no proof of the alert path has reached CTO'));
});

describe('whom a proof has reached', () => {
  const roster = [
    { id: 'email', recipients: 1, contacts: 1, names: ['o…@example.com', 'c…@example.com'] },
    { id: 'sms', recipients: 1, contacts: 0, names: ['+1…5010'] },
  ];
  const context = contextAt(NOW, {}, { roster });
  const begun = beginProof(head(), context, 1);
  const ended = (state: 'accepted' | 'rejected', more: Partial<(typeof begun)['deliveries'][number]> = {}) =>
    endedProof(
      { ...begun, deliveries: begun.deliveries.map((one) => ({ ...one, state, ...more })) },
      contextAt(NOW + 10 * MINUTE, {}, { roster }),
    ).proof?.reached;

  test('are the recipients whose message was accepted', () => expect(ended('accepted')).toEqual(['+1…5010', 'o…@example.com']));
  test('are none whose message was refused', () => expect(ended('rejected')).toEqual([]));
  test('are contacts too, once it has climbed to them', () =>
    expect(ended('accepted', { channel: 'email', recipient: 1_000, kind: 'escalate' })).toEqual(['c…@example.com']));

  test('stay those of the last proof while the next one is under way', () => {
    const before = { ...PASSED, reached: ['d…@example.com'] };
    expect(beginProof(head({ proof: before }), context, 2).proof).toMatchObject({ verdict: 'running', reached: ['d…@example.com'] });
  });
});
