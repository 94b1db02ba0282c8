import { describe, expect, test } from 'vitest';
import type { DailyReads } from '../../../lib/domain/facts/daily-facts.ts';
import { known, unknown } from '../../../lib/domain/facts/fact.ts';
import type { AtlasEvent, ClusterFacts, ProjectFacts, Schedule, Snapshot } from '../../../lib/domain/facts/facts.ts';
import { notPermitted } from '../../../lib/domain/facts/daily-facts.ts';
import { fold } from '../../../lib/domain/memory/fold/fold.ts';
import { EMPTY_MEMORY, type Memory } from '../../../lib/domain/memory/memory.ts';
import { backupsOf } from '../../../lib/domain/recovery/backups-known.ts';
import { type BackupsNow, leavingBackups } from '../../../lib/domain/recovery/leaving-backups.ts';
import { DAY, HOUR, type Instant } from '../../../lib/domain/time.ts';
import * as healthy from '../../support/facts.ts';
import { cluster, daily, event, factsOf, NOW, project, schedule } from '../../support/facts.ts';

/** A snapshot whose id is an ObjectId of its own moment, as Atlas gives them. */
function snapshot(at: Instant, changes: Partial<Snapshot> = {}): Snapshot {
  return healthy.snapshot(at, {
    id: Math.floor(at / 1_000)
      .toString(16)
      .padEnd(24, '0'),
    ...changes,
  });
}

type Reading = {
  readonly at?: Instant;
  readonly cluster?: Partial<ClusterFacts>;
  readonly daily?: DailyReads;
  readonly events?: readonly AtlasEvent[];
  readonly project?: Partial<ProjectFacts>;
};

/** Memory after one run more. */
function after(memory: Memory, { at = NOW, cluster: changes, daily: read = {}, events = [], project: whole }: Reading = {}): Memory {
  const feed = known({ since: at - 8 * DAY, until: at, events }, at);
  const facts = project([cluster(at, changes)], at, { daily: daily(at, read), events: feed, ...whole });
  return fold(memory, factsOf([facts], at), { now: at, projectIds: null, checkInterval: HOUR, deletionCheck: 'cluster-gone' });
}

/** What is known of the only cluster. */
function backupsIn(memory: Memory, lastRunAt: Instant = NOW): BackupsNow {
  const [first] = Object.values(memory.projects);
  const [held] = Object.values(first?.clusters ?? {});
  if (first === undefined || held === undefined) throw new Error('there is no cluster');
  return backupsOf({ project: first, cluster: held, promised: null, lastRunAt });
}

const listed = (...snapshots: readonly Snapshot[]): Partial<ClusterFacts> => ({ snapshots: known(snapshots, NOW) });
const A = snapshot(NOW - DAY, { expiresAt: NOW + 5 * DAY });

describe('of the backups of a cluster, checks know', () => {
  test('each scheduled, on-demand and fallback snapshot with its expiry, and when one was asked for that is under way', () => {
    const list = [
      A,
      snapshot(NOW - 2 * DAY, { expiresAt: NOW + 9 * DAY, type: 'onDemand' }),
      snapshot(NOW - 3 * DAY, { expiresAt: NOW + 3 * DAY, type: 'fallback' }),
      snapshot(NOW - 4 * DAY, { expiresAt: NOW + 4 * DAY, status: 'failed' }),
      snapshot(NOW, { status: 'inProgress', createdAt: null, expiresAt: NOW + DAY }),
    ];
    const { snapshots, unfinished, asOf } = backupsIn(after(EMPTY_MEMORY, { cluster: listed(...list) }));
    expect(asOf).toBe(NOW);
    expect(snapshots.map(({ expiresAt }) => ((expiresAt ?? 0) - NOW) / DAY).toSorted((a, b) => a - b)).toEqual([3, 5, 9]);
    expect(unfinished).toHaveLength(1);
  });

  test('an expiry that Atlas moves forward, and back', () => {
    const expiry = (memory: Memory): number => ((backupsIn(memory).snapshots[0]?.expiresAt ?? 0) - NOW) / DAY;
    const first = after(EMPTY_MEMORY, { cluster: listed(A) });
    const later = after(first, { at: NOW + HOUR, cluster: listed({ ...A, expiresAt: NOW + 8 * DAY }) });
    const earlier = after(later, { at: NOW + 2 * HOUR, cluster: listed({ ...A, expiresAt: NOW + 2 * DAY }) });
    expect([first, later, earlier].map((memory) => expiry(memory))).toEqual([5, 8, 2]);
  });

  test('those of a flex cluster, an expiry in whole minutes never earlier than it is', () => {
    const at = NOW + 5 * DAY + 30_001;
    const one = { kind: 'flex' as const, ...listed({ ...A, expiresAt: at }) };
    const { snapshots, exports, lock, restoreWindowDays } = backupsIn(after(EMPTY_MEMORY, { cluster: one }));
    expect(snapshots[0]?.expiresAt).toBeGreaterThanOrEqual(at);
    expect(snapshots[0]?.expiresAt).toBeLessThan(at + 2 * 60_000);
    expect({ exports, lock, restoreWindowDays }).toEqual({ exports: null, lock: null, restoreWindowDays: null });
  });

  test('what they knew before, and since when they are blind', () => {
    const seen = after(EMPTY_MEMORY, { cluster: listed(A) });
    const blind = after(seen, { at: NOW + HOUR, cluster: { snapshots: unknown('Atlas answered 503') } });
    expect(backupsIn(blind, NOW + HOUR)).toMatchObject({ asOf: NOW, blind: expect.stringContaining('could not be read since') });
    expect(backupsIn(blind, NOW + HOUR).snapshots).toHaveLength(1);
    expect(backupsIn(seen, NOW)).toMatchObject({ blind: null });
  });

  test('what was left of a deleted one, and that the rest is not known', () => {
    const seen = after(EMPTY_MEMORY, { cluster: listed(A) });
    const { id } = cluster();
    const events = [event('CLUSTER_DELETED', NOW, { clusterId: id })];
    const remains = (fact: ProjectFacts['remains'][string]) =>
      backupsIn(after(seen, { at: NOW + HOUR, events, project: { dedicated: known([], NOW + HOUR), remains: { [id]: fact } } }));
    expect(remains(known([A], NOW + HOUR))).toMatchObject({ asOf: NOW + HOUR, blind: null, snapshots: [{ expiresAt: NOW + 5 * DAY }] });
    expect(remains(known([], NOW + HOUR))).toMatchObject({ blind: null, snapshots: [], restoreWindowDays: null });
    const fallback = snapshot(NOW - 2 * DAY, { expiresAt: NOW + 9 * DAY, type: 'fallback' });
    expect(remains(known([fallback], NOW + HOUR)).snapshots).toEqual([{ at: NOW - 2 * DAY, expiresAt: NOW + 9 * DAY }]);
    expect(remains(unknown('Atlas answered 503'))).toMatchObject({ asOf: null, blind: expect.stringContaining('it was deleted') });
  });

  test('that one is not listed, without an event that says why', () => {
    const seen = after(EMPTY_MEMORY, { cluster: listed(A) });
    const missing = after(seen, { at: NOW + HOUR, project: { dedicated: known([], NOW + HOUR) } });
    expect(backupsIn(missing, NOW + HOUR)).toMatchObject({ asOf: NOW, blind: expect.stringContaining('has not listed it since') });
  });
});

describe('of exports, copies and compliance policies, checks know', () => {
  test.for<[string, DailyReads, unknown]>([
    ['the buckets', { exportBuckets: known([{ name: 'b-1', provider: 'AWS' }], NOW) }, ['b-1']],
    ['that there are none', { exportBuckets: known([], NOW) }, []],
    ['that Atlas does not offer them', { exportBuckets: known(null, NOW) }, { why: 'Atlas does not say which buckets there are' }],
    ['why the buckets could not be read', { exportBuckets: unknown('Atlas answered 503') }, { why: 'Atlas answered 503' }],
  ])('%s', ([, read, buckets]) => expect(backupsIn(after(EMPTY_MEMORY, { daily: read })).exports).toEqual({ buckets, lastAt: null }));

  test('when the last export succeeded of which an event told, also long after that event', () => {
    const { id } = cluster();
    const events = [event('CPS_EXPORT_SUCCESSFUL', NOW - HOUR, { clusterId: id })];
    const exported = after(EMPTY_MEMORY, { events });
    expect(backupsIn(after(exported, { at: NOW + 30 * DAY })).exports?.lastAt).toBe(NOW - HOUR);
  });

  describe('the retention of copies that have one of their own', () => {
    const copying = (kinds: NonNullable<Schedule['copies']>[number]['kinds']) => ({
      schedule: known(schedule({ copies: [{ region: 'EU_WEST_1', kinds }] }), NOW),
    });
    const own = (value: number) => copying([{ frequency: 'daily', kept: value * DAY, retention: { unit: 'days', value } }]);
    const what = 'EU_WEST_1 daily';
    const ninety = { what, kept: { unit: 'days', value: 90 } };
    const thirty = { what, kept: { unit: 'days', value: 30 } };
    const before = after(EMPTY_MEMORY, { cluster: own(90) });
    const later = (memory: Memory, at: Instant, kept: Partial<ClusterFacts>) => after(memory, { at, cluster: kept });

    test('is that of the setting', () => expect(backupsIn(before).copies).toEqual([{ ...ninety, until: null }]));

    test.for<[string, Partial<ClusterFacts>, readonly unknown[]]>([
      ['go with their originals from now on', copying([{ frequency: 'daily', kept: null }]), []],
      ['are made no more', copying([]), []],
      ['are kept shorter from now on', own(30), [{ ...thirty, until: null }]],
    ])('is told of those from before, while there are any, where copies %s', ([, changed, now]) => {
      const ended = later(before, NOW + HOUR, changed);
      expect(backupsIn(ended).copies).toEqual([...now, { ...ninety, until: NOW + HOUR }]);
      const last = later(ended, NOW + HOUR + 90 * DAY - 1, changed);
      expect(backupsIn(last).copies).toEqual([...now, { ...ninety, until: NOW + HOUR }]);
      expect(backupsIn(later(last, NOW + HOUR + 90 * DAY, changed)).copies).toEqual(now);
    });

    test('is listed once where it comes and goes', () => {
      const back = later(later(later(before, NOW + HOUR, own(30)), NOW + 2 * HOUR, own(90)), NOW + 3 * HOUR, own(30));
      expect(backupsIn(back).copies).toEqual([
        { ...thirty, until: null },
        { ...thirty, until: NOW + 2 * HOUR },
        { ...ninety, until: NOW + 3 * HOUR },
      ]);
    });

    test('stays while the schedule cannot be read', () =>
      expect(backupsIn(later(before, NOW + HOUR, { schedule: unknown('Atlas answered 503') })).copies).toEqual([
        { ...ninety, until: null },
      ]));

    test('is kept of a deleted cluster as long as any of its snapshots are left', () => {
      const { id } = cluster();
      const events = [event('CLUSTER_DELETED', NOW, { clusterId: id })];
      const left = (...snapshots: readonly Snapshot[]) =>
        after(before, {
          at: NOW + HOUR,
          events,
          project: { dedicated: known([], NOW + HOUR), remains: { [id]: known(snapshots, NOW + HOUR) } },
        });
      expect([backupsIn(left(A)).copies, backupsIn(left()).copies]).toEqual([[{ ...ninety, until: null }], []]);
    });
  });

  test.for<[string, DailyReads, unknown]>([
    [
      'that one is in force',
      { compliancePolicy: known({ kept: [{ unit: 'days', value: 30 }] }, NOW) },
      { is: 'on', kept: [{ unit: 'days', value: 30 }] },
    ],
    ['that there is none', { compliancePolicy: known(null, NOW) }, { is: 'off' }],
    [
      'which role it takes',
      { compliancePolicy: notPermitted('Project Owner', '403') },
      { is: 'unknown', why: 'needs the role Project Owner' },
    ],
  ])('of a compliance policy: %s', ([, read, lock]) => expect(backupsIn(after(EMPTY_MEMORY, { daily: read })).lock).toEqual(lock));

  test('a compliance policy that was in force and cannot be read any more is unknown, and not off', () => {
    const locked = after(EMPTY_MEMORY, { daily: { compliancePolicy: known({ kept: [] }, NOW) } });
    const refused = after(locked, { at: NOW + DAY, daily: { compliancePolicy: notPermitted('Project Owner', '403') } });
    expect(backupsIn(refused).lock).toEqual({ is: 'unknown', why: 'needs the role Project Owner' });
  });
});

test('10⁵ snapshots are all counted, and the oldest of them are not left out', () => {
  const many = Array.from({ length: 100_000 }, (_, index) =>
    snapshot(NOW - 1_000_000_000 + index * 1_000, { expiresAt: NOW + DAY + (index === 0 ? DAY : 0) }),
  );
  const backups = backupsIn(after(EMPTY_MEMORY, { cluster: { ...listed(...many), pitEnabled: known(false, NOW) } }));
  expect(leavingBackups(NOW, [backups], NOW)).toMatchObject({ at: NOW + 2 * DAY, holding: 100_000, unknown: [] });
});
