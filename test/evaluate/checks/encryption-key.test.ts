import { describe, expect, test } from 'vitest';
import { type CustomerKey, notPermitted } from '../../../lib/domain/facts/daily-facts.ts';
import { type Fact, known } from '../../../lib/domain/facts/fact.ts';
import type { AtlasEvent } from '../../../lib/domain/facts/facts.ts';
import type { Finding } from '../../../lib/domain/findings/finding.ts';
import { HOUR, type Instant, MINUTE } from '../../../lib/domain/time.ts';
import { daily, event, inWords, type Look, NOW, snapshot, unfinished, UNREAD, watcher, SOURCE } from '../../support/facts.ts';

const VALID: readonly CustomerKey[] = [{ provider: 'AWS', valid: true }];
const INVALID: readonly CustomerKey[] = [{ provider: 'AWS', valid: false }];

/** What one run reads; null: it does not ask for the key. */
type Step = { readonly after: number; readonly keys: readonly CustomerKey[] | null | Fact<never>; readonly events?: readonly AtlasEvent[] };

function keyEvent(kind: string, at: Instant): AtlasEvent {
  return event(`AWS_ENCRYPTION_KEY_${kind}`, at, { clusterId: null, clusterName: null });
}

function lookOf({ after, keys, events = [] }: Step): Look {
  const at = NOW + after;
  const fact = keys !== null && 'known' in keys ? keys : keys && known(keys, at);
  return { at, events, project: { daily: fact ? daily(at, { customerKeys: fact }) : {} } };
}

function last(steps: readonly Step[]): Finding | undefined {
  const watching = watcher();
  return steps.map((step) => watching.look(lookOf(step)).finding('encryption-key', null)).at(-1);
}

describe('encryption-key', () => {
  test.for<[string, readonly Step[], string]>([
    ['without a customer key is ok: Atlas encrypts with its own', [{ after: 0, keys: [] }], 'ok'],
    ['a valid key is ok', [{ after: 0, keys: VALID }], 'ok'],
    [
      'a valid key of some hours ago is ok in a run that does not ask',
      [
        { after: 0, keys: VALID },
        { after: 5 * HOUR, keys: null },
      ],
      'ok',
    ],
    ['an invalid key is unknown at the first check that sees it', [{ after: 0, keys: INVALID }], 'unknown'],
    [
      'an invalid key is unknown a millisecond before 15 min',
      [
        { after: 0, keys: INVALID },
        { after: 15 * MINUTE - 1, keys: INVALID },
      ],
      'unknown',
    ],
    [
      'an invalid key is critical in two checks 15 min apart',
      [
        { after: 0, keys: INVALID },
        { after: 15 * MINUTE, keys: INVALID },
      ],
      'failing critical',
    ],
    [
      'an invalid key is critical from the first evaluation on, though its info findings are set-up',
      [
        { after: 0, keys: VALID, events: [keyEvent('NEEDS_ROTATION', NOW - HOUR)] },
        { after: HOUR, keys: INVALID },
        { after: 2 * HOUR, keys: INVALID },
      ],
      'failing critical',
    ],
    [
      'a key that was not read again is no second check',
      [
        { after: 0, keys: INVALID },
        { after: HOUR, keys: null },
      ],
      'unknown',
    ],
    [
      'a key that was valid in between begins anew',
      [
        { after: 0, keys: INVALID },
        { after: HOUR, keys: VALID },
        { after: 2 * HOUR, keys: INVALID },
      ],
      'unknown',
    ],
    [
      'a key that is valid again is ok',
      [
        { after: 0, keys: INVALID },
        { after: HOUR, keys: INVALID },
        { after: 2 * HOUR, keys: VALID },
      ],
      'ok',
    ],
    [
      'an invalid key that cannot be read is unknown, which ends nothing',
      [
        { after: 0, keys: INVALID },
        { after: HOUR, keys: INVALID },
        { after: 2 * HOUR, keys: UNREAD },
      ],
      'unknown',
    ],
    ['a key that cannot be read is unknown', [{ after: 0, keys: UNREAD }], 'unknown'],
    [
      'an event INVALID after the last reading counts, in two checks',
      [
        { after: 0, keys: VALID },
        { after: HOUR, keys: null, events: [keyEvent('INVALID', NOW + MINUTE)] },
        { after: 2 * HOUR, keys: null, events: [keyEvent('INVALID', NOW + MINUTE)] },
      ],
      'failing critical',
    ],
    [
      'an event INVALID before the last reading is outdated, however late it is shown',
      [
        { after: 0, keys: VALID },
        { after: HOUR, keys: null, events: [keyEvent('INVALID', NOW - MINUTE)] },
      ],
      'ok',
    ],
    [
      'an event INVALID that a VALID followed is nothing',
      [
        { after: 0, keys: VALID },
        { after: HOUR, keys: null, events: [keyEvent('INVALID', NOW + MINUTE), keyEvent('VALID', NOW + 2 * MINUTE)] },
      ],
      'ok',
    ],
    [
      'an event VALID after the last reading ends what that reading saw',
      [
        { after: 0, keys: INVALID },
        { after: HOUR, keys: INVALID },
        { after: 2 * HOUR, keys: null, events: [keyEvent('VALID', NOW + HOUR + MINUTE)] },
      ],
      'ok',
    ],
    ['NEEDS_ROTATION is info', [{ after: 0, keys: VALID, events: [keyEvent('NEEDS_ROTATION', NOW - MINUTE)] }], 'failing info'],
    [
      'NEEDS_ROTATION is over once the key was rotated',
      [{ after: 0, keys: VALID, events: [keyEvent('NEEDS_ROTATION', NOW - HOUR), keyEvent('ROTATED', NOW - MINUTE)] }],
      'ok',
    ],
    [
      'NEEDS_ROTATION of a key that is not used is nothing',
      [{ after: 0, keys: [], events: [keyEvent('NEEDS_ROTATION', NOW - HOUR)] }],
      'ok',
    ],
  ])('%s', ([, steps, words]) => expect(inWords(last(steps))).toBe(words));

  test('a key that is valid again ends the incident, although it needs rotation, which is info from the next check on', () => {
    const due = { keys: VALID, events: [keyEvent('NEEDS_ROTATION', NOW + MINUTE)] };
    const steps = [
      { after: 0, keys: VALID },
      { after: HOUR, ...due },
      { after: 2 * HOUR, keys: INVALID },
      { after: 3 * HOUR, keys: INVALID },
    ];
    const again = [...steps, { after: 4 * HOUR, keys: VALID }];
    expect([steps, again, [...again, { after: 5 * HOUR, keys: VALID }]].map((all) => inWords(last(all)))).toEqual([
      'failing critical',
      'ok',
      'failing info',
    ]);
    const once = [...steps.slice(0, 3), { after: 3 * HOUR, keys: VALID }];
    expect(inWords(last(once))).toBe('failing info');
  });

  const REFUSED = notPermitted('Project Read Only', 'getEncryptionAtRest p1: 403 USER_UNAUTHORIZED');
  test('without the role is not watched, and events still tell', () => {
    const refused = (at: Instant, events: readonly AtlasEvent[] = []): Look => ({
      at,
      events,
      project: { daily: daily(at, { customerKeys: REFUSED }) },
    });
    const watching = watcher();
    expect(watching.look(refused(NOW)).finding('encryption-key', null)).toMatchObject({
      verdict: 'exempt',
      summary: 'not watched: needs the role Project Read Only',
    });
    const events = [keyEvent('INVALID', NOW - MINUTE)];
    watching.look(refused(NOW + HOUR, events));
    expect(inWords(watching.look(refused(NOW + 2 * HOUR, events)).finding('encryption-key', null))).toBe('failing critical');
  });

  test('says how many completed snapshots hang on the key', () => {
    const source = { ...SOURCE, customerKey: true };
    const encrypted = [1, 2, 3].map((hours) => snapshot(NOW - hours * HOUR, { source }));
    const snapshots = known([...encrypted, snapshot(NOW - 9 * HOUR), unfinished(NOW, { source })], NOW);
    const watching = watcher();
    watching.look({ ...lookOf({ after: 0, keys: INVALID }), cluster: { snapshots } });
    const { finding } = watching.look({ ...lookOf({ after: HOUR, keys: INVALID }), cluster: { snapshots } });
    expect(finding('encryption-key', null)?.summary).toBe(
      'Atlas calls the customer’s key (AWS KMS) invalid since 2026-11-22T12:00:00Z: 3 snapshots of 1 cluster cannot be restored without it',
    );
  });

  test('does not take snapshots that cannot be listed for none', () => {
    const watching = watcher();
    watching.look({ ...lookOf({ after: 0, keys: INVALID }), cluster: { snapshots: UNREAD } });
    const { finding } = watching.look({ ...lookOf({ after: HOUR, keys: INVALID }), cluster: { snapshots: UNREAD } });
    expect(finding('encryption-key', null)?.summary).toContain(
      '0 snapshots of 0 clusters, and those of 1 cluster that could not be read, cannot be restored',
    );
  });
});
