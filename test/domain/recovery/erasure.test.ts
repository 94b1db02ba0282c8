import { describe, expect, test } from 'vitest';
import {
  type Erasure,
  erasureDetails,
  erasureOf,
  confirmationKey,
  leavingBackups,
  leavingInWords,
  namespaceOf,
  referenceProblem,
  type RestoreDone,
  undoneBy,
} from '../../../lib/domain/recovery/erasure.ts';
import type { Snapshot } from '../../../lib/domain/facts/facts.ts';
import { DAY, HOUR, iso } from '../../../lib/domain/time.ts';
import { NOW, snapshot } from '../../support/facts.ts';

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

const ERASED = NOW - 10 * DAY;

/** Continuous backup is off unless `restoreWindowDays` says otherwise. */
function backups(snapshots: readonly Snapshot[], restoreWindowDays: number | 'off' | 'unknown' = 'off') {
  const days = restoreWindowDays === 'off' ? null : restoreWindowDays === 'unknown' ? undefined : restoreWindowDays;
  return [{ cluster: 'orders', snapshots, restoreWindowDays: days }];
}

describe('data has left the backups', () => {
  test('when the last snapshot from before the erasure expires, and later ones do not matter', () => {
    const list = [
      snapshot(ERASED - DAY, { expiresAt: NOW + 5 * DAY }),
      snapshot(ERASED, { expiresAt: NOW + 20 * DAY, type: 'onDemand' }),
      snapshot(ERASED + 1, { expiresAt: NOW + 50 * DAY }),
      snapshot(ERASED - DAY, { expiresAt: NOW + 60 * DAY, status: 'failed' }),
    ];
    expect(leavingBackups(ERASED, backups(list), NOW)).toMatchObject({ at: NOW + 20 * DAY, holding: 2, unknown: [] });
  });

  test('when the restore window has moved on, where that is later', () => {
    expect(leavingBackups(NOW, backups([snapshot(NOW - DAY, { expiresAt: NOW + DAY })], 7), NOW).at).toBe(NOW + 7 * DAY);
    expect(leavingBackups(ERASED, backups([], 7), NOW).at).toBeNull();
  });

  test('at once where no backup from before is left', () =>
    expect(leavingInWords(leavingBackups(ERASED, backups([snapshot(NOW, { expiresAt: NOW + DAY })]), NOW))).toMatch(
      /^no backup holds it any more/,
    ));

  test('nobody knows when, where a snapshot names no expiry, snapshots cannot be read, or the window is unknown', () => {
    const words = (...args: Parameters<typeof backups>): string => leavingInWords(leavingBackups(ERASED, backups(...args), NOW));
    expect(words([snapshot(ERASED - DAY, { expiresAt: null })])).toMatch(
      /^nobody knows when .*orders: Atlas names no expiry for 1 snapshot/,
    );
    expect(words([snapshot(ERASED - DAY, { expiresAt: NOW + DAY })], 'unknown')).toMatch(
      /^the last known backup .*its restore window is not known/,
    );
    const unread = [{ cluster: 'orders', snapshots: 'Atlas answered 503', restoreWindowDays: 7 }];
    expect(leavingInWords(leavingBackups(NOW, unread, NOW))).toMatch(/^nobody knows when .*could not be read: Atlas answered 503/);
  });

  test('a snapshot of unknown time may be from before', () =>
    expect(
      leavingBackups(ERASED, backups([snapshot(NOW, { createdAt: null, requestedAt: null, expiresAt: NOW + DAY })]), NOW).holding,
    ).toBe(1));

  test('with a warning where that is later than the 90 days of the plan, and not a millisecond earlier', () => {
    const warned = (expiresAt: number): boolean =>
      leavingBackups(ERASED, backups([snapshot(ERASED, { expiresAt })]), NOW).warnings.some((one) => one.includes('90 days'));
    expect([warned(ERASED + 90 * DAY), warned(ERASED + 90 * DAY + 1)]).toEqual([false, true]);
  });
});

describe('a class of retention', () => {
  const promised = (minDays: number | null) => ({ minDays, maxDays: null, classes: ['financial'] });
  const warnings = (list: readonly Snapshot[], minDays: number | null): readonly string[] =>
    leavingBackups(NOW, [{ cluster: 'orders', snapshots: list, restoreWindowDays: null, promised: promised(minDays) }], NOW).warnings;
  const held = [snapshot(NOW - DAY, { expiresAt: NOW + DAY })];

  test('that promises to keep the backups which hold erased data is named with its days', () =>
    expect(warnings(held, 2555)).toContainEqual(expect.stringMatching(/orders for at least 2555 days \(financial\)/)));

  test('is not named where no backup holds the data any more', () => expect(warnings([], 2555)).toEqual([]));

  test('is not named where it promises no minimum', () =>
    expect(warnings(held, null).filter((one) => one.includes('financial'))).toEqual([]));
});

const PLACE = { project: 'shop', projectId: 'p1', cluster: 'orders', clusterId: 'c1' };
const ERASURE: Erasure = { reference: 'PRIV-1', erasedAt: NOW, by: 'dana', clusters: [PLACE], namespaces: ['shop.users'], leaves: 'soon' };

function restore(changes: Partial<RestoreDone> = {}, moment: number | null = NOW - HOUR): RestoreDone {
  const details = moment === null ? {} : { point: `snapshot s1 of ${iso(moment)}` };
  return { id: 'r1', kind: 'restore', by: 'erin', subject: 'orders (project shop)', endedAt: NOW + HOUR, details, ...changes };
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
    ['an erasure where its record does not say which moment it restored', restore({}, null), true],
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
