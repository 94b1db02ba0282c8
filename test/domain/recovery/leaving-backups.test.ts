import { describe, expect, test } from 'vitest';
import { type BackupsNow, type Leaving, leavingBackups, leavingInWords } from '../../../lib/domain/recovery/leaving-backups.ts';
import { DAY, HOUR, type Instant, iso } from '../../../lib/domain/time.ts';
import { NOW } from '../../support/facts.ts';

const ERASED = NOW - 10 * DAY;

/** A cluster of which all is known: no continuous backup, no export, no compliance policy, and Atlas listed its snapshots just now. */
function backups(changes: Partial<BackupsNow> = {}): BackupsNow {
  return {
    cluster: 'orders',
    asOf: NOW,
    blind: null,
    snapshots: [],
    unfinished: [],
    restoreWindowDays: null,
    copies: [],
    exports: { buckets: [], lastAt: null },
    lock: { is: 'off' },
    promised: null,
    ...changes,
  };
}

function leaving(changes: Partial<BackupsNow>, erasedAt: Instant = ERASED): Leaving {
  return leavingBackups(erasedAt, [backups(changes)], NOW);
}

const days = (value: number) => ({ unit: 'days', value }) as const;

describe('erased data leaves the last backup', () => {
  const held = (at: Instant, expiresAt: Instant | null) => ({ at, expiresAt });

  test.for<[string, Partial<BackupsNow>, Instant | null]>([
    ['with a snapshot of the very moment of the erasure', { snapshots: [held(ERASED, NOW + DAY)] }, NOW + DAY],
    ['without a snapshot of a millisecond later', { snapshots: [held(ERASED + 1, NOW + DAY)] }, null],
    ['with a snapshot that expires in a millisecond', { snapshots: [held(ERASED, NOW + 1)] }, NOW + 1],
    ['without a snapshot that expires now', { snapshots: [held(ERASED, NOW)] }, null],
    ['with the last of several snapshots', { snapshots: [held(ERASED - DAY, NOW + 9 * DAY), held(ERASED, NOW + DAY)] }, NOW + 9 * DAY],
    ['with a snapshot of unknown time, which may be from before', { snapshots: [{ at: null, expiresAt: NOW + DAY }] }, NOW + DAY],
    ['at the end of the restore window', { restoreWindowDays: 11 }, NOW + DAY],
    ['not at a restore window that ended now', { restoreWindowDays: 10 }, null],
    [
      'with a snapshot that outlives the restore window',
      { snapshots: [held(ERASED, NOW + 2 * DAY)], restoreWindowDays: 11 },
      NOW + 2 * DAY,
    ],
    ['with the restore window that outlives a snapshot', { snapshots: [held(ERASED, NOW + HOUR)], restoreWindowDays: 11 }, NOW + DAY],
    [
      'with copies that are kept by a setting of their own',
      { copies: [{ what: 'EU_WEST_1 daily', kept: days(11), until: null }] },
      NOW + DAY,
    ],
    ['without copies that ended now', { copies: [{ what: 'EU_WEST_1 daily', kept: days(10), until: null }] }, null],
    [
      'with copies from before their setting changed',
      { copies: [{ what: 'EU_WEST_1 daily', kept: days(12), until: ERASED - DAY }] },
      NOW + DAY,
    ],
    [
      'with copies of a setting that changed after the erasure',
      { copies: [{ what: 'EU_WEST_1 daily', kept: days(11), until: ERASED + 1 }] },
      NOW + DAY,
    ],
    ['without a snapshot under way that was asked for later', { unfinished: [ERASED + 1], lock: { is: 'on', kept: [days(11)] } }, null],
  ])('%s', ([, changes, at]) => expect(leaving(changes)).toMatchObject({ at, unknown: [] }));

  test('with the latest of several clusters, as of the one that was read longest ago', () => {
    const orders = backups({ snapshots: [held(ERASED, NOW + DAY)], asOf: NOW - 1 });
    const ledger = backups({ cluster: 'ledger', snapshots: [held(ERASED, NOW + 2 * DAY)] });
    expect(leavingBackups(ERASED, [orders, ledger], NOW)).toMatchObject({
      at: NOW + 2 * DAY,
      by: 'a snapshot of ledger',
      holding: 2,
      asOf: NOW - 1,
    });
  });

  test('later or earlier, where Atlas moves the expiry of its last snapshot', () => {
    const at = (expiresAt: Instant): Instant | null => leaving({ snapshots: [held(ERASED, expiresAt)] }).at;
    expect([at(NOW + 5 * DAY), at(NOW + 9 * DAY), at(NOW + 2 * DAY)]).toEqual([NOW + 5 * DAY, NOW + 9 * DAY, NOW + 2 * DAY]);
  });

  test('no earlier than the least that a compliance policy keeps of a snapshot under way', () => {
    const kept = (...least: readonly number[]): Leaving =>
      leaving({ unfinished: [ERASED], lock: { is: 'on', kept: least.map((one) => days(one)) } });
    expect(kept(30, 11)).toMatchObject({ at: NOW + DAY, by: 'a snapshot of orders under way, at the earliest' });
    expect([kept(10).at, kept().at]).toEqual([null, null]);
  });

  test('named in words: the moment, which backup it is, and as of when', () =>
    expect(leavingInWords(leaving({ restoreWindowDays: 11 }))).toBe(
      `the last backup that holds it expires at ${iso(NOW + DAY)} (the restore window of orders); as of ${iso(NOW)}`,
    ));

  test('already, where none from before is left', () =>
    expect(leavingInWords(leaving({}))).toBe(`no backup holds it any more; as of ${iso(NOW)}`));
});

describe('nobody knows when erased data leaves the last backup', () => {
  const snapshots = [{ at: ERASED, expiresAt: NOW + DAY }];

  test.for<[string, Partial<BackupsNow>, string]>([
    [
      'where a snapshot has no expiry',
      { snapshots: [...snapshots, { at: ERASED, expiresAt: null }] },
      'orders: Atlas names no expiry for 1 snapshot',
    ],
    [
      'where a snapshot is under way, whose expiry is provisional',
      { snapshots, unfinished: [ERASED] },
      'orders: 1 snapshot under way, whose expiry Atlas sets at completion',
    ],
    ['where its restore window is not known', { snapshots, restoreWindowDays: undefined }, 'orders: its restore window is not known'],
    [
      'where snapshots were last listed a millisecond before the erasure',
      { snapshots, asOf: ERASED - 1 },
      `orders: what was taken between ${iso(ERASED - 1)}, when Atlas last listed its snapshots, and the erasure`,
    ],
    [
      'where its snapshots cannot be read',
      { snapshots, blind: 'its snapshots could not be read since then' },
      'orders: its snapshots could not be read since then',
    ],
    [
      'where there is a bucket for exports',
      { snapshots, exports: { buckets: ['b-1'], lastAt: null } },
      'orders: its exports in the bucket b-1 (no export of it was seen): Atlas knows no expiry there; set the lifecycle rule of the bucket, or verify it',
    ],
    [
      'where exports went to several buckets',
      { snapshots, exports: { buckets: ['b-1', 'b-2'], lastAt: NOW } },
      `orders: its exports in the buckets b-1, b-2 (the last export seen ended at ${iso(NOW)}): Atlas knows no expiry there; set the lifecycle rule of the bucket, or verify it`,
    ],
    [
      'where exports went to a bucket that is listed no more',
      { snapshots, exports: { buckets: [], lastAt: NOW } },
      `orders: its exports in a bucket that Atlas lists no more (the last export seen ended at ${iso(NOW)}): Atlas knows no expiry there; set the lifecycle rule of the bucket, or verify it`,
    ],
    [
      'where nobody could read which buckets there are',
      { snapshots, exports: { buckets: { why: 'Atlas answered 503' }, lastAt: null } },
      'orders: its exports (no export of it was seen): Atlas answered 503',
    ],
  ])('%s', ([, changes, why]) => {
    const found = leaving(changes);
    expect(found).toMatchObject({ at: NOW + DAY, unknown: [why] });
    expect(leavingInWords(found)).toContain(`not before ${iso(NOW + DAY)} (a snapshot of orders); unknown for ${why}; `);
  });

  test('where snapshots were never listed, and then no date is told at all', () => {
    const words = leavingInWords(leaving({ asOf: null, blind: 'no check knows it any more' }));
    expect(words).toBe(
      'nobody knows when the last backup that holds it expires; unknown for orders: no check knows it any more; Atlas was not asked yet',
    );
  });

  test('but it does where they were listed at the moment of the erasure', () => expect(leaving({ asOf: ERASED }).unknown).toEqual([]));

  test('but it does where the kind of cluster has no exports', () => expect(leaving({ exports: null }).unknown).toEqual([]));
});

describe('a warning about erased data in backups', () => {
  const warnings = (changes: Partial<BackupsNow>): readonly string[] =>
    leaving({ snapshots: [{ at: ERASED, expiresAt: NOW + DAY }], ...changes }).warnings;

  test('says that it is later than the 90 days of the plan, and not a millisecond earlier', () => {
    const warned = (expiresAt: Instant): boolean =>
      warnings({ snapshots: [{ at: ERASED, expiresAt }] }).some((one) => one.includes('90 days'));
    expect([warned(ERASED + 90 * DAY), warned(ERASED + 90 * DAY + 1)]).toEqual([false, true]);
  });

  test('says until when a compliance policy forbids to delete the snapshots, and the least that it keeps', () =>
    expect(warnings({ lock: { is: 'on', kept: [days(30), { unit: 'months', value: 3 }] } })).toEqual([
      `orders: a Backup Compliance Policy forbids everybody to delete the snapshot before it expires, the last at ${iso(NOW + DAY)} (it keeps each kind for at least 30 days, 3 months)`,
    ]));

  test('says that nothing but work stands against it where the project has no compliance policy', () =>
    expect(warnings({})).toEqual([
      'orders: to be gone earlier, 1 snapshot would have to be deleted by hand; no Backup Compliance Policy forbids it',
    ]));

  test('says which role it takes to know whether there is a compliance policy', () =>
    expect(warnings({ lock: { is: 'unknown', why: 'needs the role Project Owner' } })).toEqual([
      expect.stringMatching(/whether there is one is not watched: needs the role Project Owner$/),
    ]));

  test('names the classes whose retention deleting would break, with their days', () =>
    expect(warnings({ promised: { minDays: 2555, classes: ['financial'] } })).toContainEqual(
      expect.stringMatching(/orders for at least 2555 days \(financial\)/),
    ));

  test('names no class that promises no minimum, and nothing where no snapshot holds the data', () => {
    expect(warnings({ promised: { minDays: null, classes: ['financial'] } }).join()).not.toContain('financial');
    expect(warnings({ snapshots: [], promised: { minDays: 2555, classes: ['financial'] }, lock: { is: 'on', kept: [days(30)] } })).toEqual(
      [],
    );
  });
});
