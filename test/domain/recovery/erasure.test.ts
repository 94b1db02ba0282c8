import { describe, expect, test } from 'vitest';
import {
  type Erasure,
  erasureDetails,
  erasureOf,
  confirmationKey,
  namespaceOf,
  referenceProblem,
  type RestoreDone,
  undoneBy,
} from '../../../lib/domain/recovery/erasure.ts';
import { DAY, HOUR, iso } from '../../../lib/domain/time.ts';
import { NOW } from '../../support/facts.ts';

describe('the subject of an erasure', () => {
  test.for([
    'PRIV-123',
    'GDPR-2026-0012',
    'INC0012345',
    '#512',
    'DSR/7',
    'GDPR-2026-000123',
    'PRIV-2026-11-30-12',
    'DSR-EU-0012',
    '6F9619FF-8B86-D011-B42D-00C04FC964FF',
  ])('may be the ticket %s', (text) => expect(referenceProblem(text)).toBeNull());

  test.for([
    'alice@example.com',
    'Alice Smith',
    'alice.smith',
    'Smith',
    'ALICE',
    'alice-1',
    '+49 170 1234567',
    '+491701234567',
    '01701234567',
    '5551234',
    'TEL-491701234567',
    'TEL-49-170-1234567',
    'T-0170/1234-567',
    'ANNA-MUELLER-1980',
    'JOHN_SMITH-1',
    '555-123-4567',
    'PRIV-123 alice@example.com',
    'PRIV-123\nAlice',
    '',
  ])('may not be %j', (text) => expect(referenceProblem(text)).toMatch(/^reference: /));
});

describe('a namespace', () => {
  test.for(['shop.users', 'shop', 'shop.*', 'shop.users.archive', 'shop-2.system_users'])('may be %s', (text) =>
    expect(namespaceOf(text)).toBe(text),
  );

  test.for(['alice@example.com', 'shop users', 'shop.users where name=Alice', '+491701234567', 'shop.491701234567', ''])(
    'may not be %j',
    (text) => expect(namespaceOf(text)).toBeNull(),
  );
});

const PLACE = { project: 'shop', projectId: 'p1', cluster: 'orders', clusterId: 'c1' };
const ERASURE: Erasure = { reference: 'PRIV-1', erasedAt: NOW, by: 'dana', clusters: [PLACE], namespaces: ['shop.users'], leaves: 'soon' };

function restore(changes: Partial<RestoreDone> = {}, moment: number | null = NOW - HOUR): RestoreDone {
  const details = moment === null ? {} : { point: `snapshot s1 of ${iso(moment)}` };
  return {
    id: 'r1',
    kind: 'restore',
    by: 'erin',
    subject: 'orders (project shop)',
    verdict: 'passed',
    endedAt: NOW + HOUR,
    details,
    ...changes,
  };
}

describe('a restore has undone', () => {
  test.for<[string, RestoreDone, boolean]>([
    ['an erasure after the moment that it restored', restore(), true],
    ['an erasure at that moment', restore({}, NOW), true],
    ['no erasure from before that moment', restore({}, NOW + 1_000), false],
    ['an erasure before its end', restore({ endedAt: NOW }), true],
    ['no erasure after its end', restore({ endedAt: NOW - 1 }), false],
    ['no erasure on another cluster', restore({ subject: 'ledger (project shop)' }), false],
    ['no erasure on a cluster of the same name in another project', restore({ subject: 'orders (project other)' }), false],
    ['an erasure where its record names the project by its id', restore({ subject: 'orders (project p1)' }), true],
    [
      'an erasure where the project was renamed since',
      restore({ subject: 'orders (project new)', details: { 'source id': 'p1/c1' } }),
      true,
    ],
    [
      'an erasure where its record names the cluster by its id',
      restore({ subject: 'c1 (project p1)', details: { 'source id': 'p1/c1' } }),
      true,
    ],
    ['no erasure on another cluster, by its id', restore({ subject: 'ledger (project shop)', details: { 'source id': 'p1/c2' } }), false],
    ['an erasure where its record does not say which moment it restored', restore({}, null), true],
    ['an erasure up to a day after nobody waited for its end any more', restore({ verdict: 'interrupted', endedAt: NOW - DAY }), true],
    ['no erasure a millisecond later than that', restore({ verdict: 'interrupted', endedAt: NOW - DAY - 1 }), false],
    [
      'an erasure up to a day after Atlas no longer told of one by hand',
      restore({ verdict: 'could-not-verify', endedAt: NOW - DAY }),
      true,
    ],
    [
      'no erasure after a restore test whose data could not be verified',
      restore({ kind: 'restore-test', verdict: 'could-not-verify', endedAt: NOW - 1 }),
      false,
    ],
    ['an erasure up to a day after its beginning, if its end was never recorded', restore({ verdict: 'noted', endedAt: NOW - DAY }), true],
  ])('%s', ([, done, undone]) => expect(undoneBy(done, [ERASURE], new Set())).toEqual(undone ? [ERASURE] : []));

  test('nothing that was confirmed for it, though perhaps for another', () => {
    expect(undoneBy(restore(), [ERASURE], new Set([confirmationKey('PRIV-1', 'r1')]))).toEqual([]);
    expect(undoneBy(restore(), [ERASURE], new Set([confirmationKey('PRIV-1', 'r2')]))).toEqual([ERASURE]);
  });
});

describe('the record of an erasure', () => {
  test.for<[string, Erasure]>([
    ['with namespaces', ERASURE],
    ['without', { ...ERASURE, namespaces: [] }],
    ['of clusters with brackets in their names', { ...ERASURE, clusters: [{ ...PLACE, cluster: 'a [b] (c)', project: 'x (y)' }, PLACE] }],
  ])('%s is read back as it was', ([, erasure]) => {
    const record = { kind: 'erasure', by: 'dana', details: erasureDetails(erasure) } as const;
    expect(erasureOf(record)).toEqual(erasure);
  });

  test('is none of a confirmation, a note, or a damaged one', () => {
    const details = erasureDetails(ERASURE);
    expect(erasureOf({ kind: 'erasure', by: 'dana', details: { ...details, action: 'confirmed' } })).toBeNull();
    expect(erasureOf({ kind: 'note', by: 'dana', details })).toBeNull();
    expect(erasureOf({ kind: 'erasure', by: 'dana', details: { ...details, 'erased at': 'x' } })).toBeNull();
  });
});
