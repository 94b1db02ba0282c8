import { describe, expect, test } from 'vitest';
import { known } from '../../../../lib/domain/facts/fact.ts';
import type { ClusterFacts, Facts } from '../../../../lib/domain/facts/facts.ts';
import { fold, type FoldOptions } from '../../../../lib/domain/memory/fold/fold.ts';
import { hintsOf } from '../../../../lib/domain/memory/collect-hints.ts';
import { type ClusterMemory, EMPTY_MEMORY, type Memory, foldSwitch, NEVER_SEEN } from '../../../../lib/domain/memory/memory.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../../../lib/domain/time.ts';
import {
  cluster,
  event,
  factsOf,
  factsOfLook,
  type Look,
  NOW,
  project,
  schedule,
  snapshot,
  unfinished,
  UNREAD,
} from '../../../support/facts.ts';

function options(now: Instant, projectIds: FoldOptions['projectIds'] = null): FoldOptions {
  return { now, projectIds, checkInterval: HOUR, deletionCheck: 'cluster-gone' };
}

function folded(...looks: readonly Look[]): Memory {
  return looks.reduce<Memory>((memory, look) => fold(memory, factsOfLook(look), options(look.at ?? NOW)), EMPTY_MEMORY);
}

function orders(memory: Memory): ClusterMemory {
  const found = memory.projects['p1']?.clusters['c1'];
  if (!found) throw new Error('no cluster in memory');
  return found;
}

describe('what memory holds of a switch', () => {
  const steps = (...seen: readonly (boolean | null)[]): ReturnType<typeof foldSwitch> =>
    seen.reduce((state, on, index) => foldSwitch(state, on, index + 1), NEVER_SEEN);
  test.for<[string, readonly (boolean | null)[], Partial<ReturnType<typeof foldSwitch>>]>([
    ['first seen on: no history', [true], { on: true, seenAt: 1, onSince: null, offSince: null, brokeAt: null }],
    ['first seen off: no history', [false], { on: false, seenAt: 1, onSince: null, offSince: null, brokeAt: null }],
    ['switched off: off since the last run that saw it on', [true, true, false, false], { on: false, offSince: 2, onSince: null }],
    [
      'switched on again: on since the first run that saw it on, after a break',
      [true, false, false, true, true],
      { on: true, onSince: 4, brokeAt: 1, offSince: null },
    ],
    ['switched on for the first time: on, without a break', [false, true], { on: true, onSince: 2, brokeAt: null }],
    ['not read: as it was', [true, null, null], { on: true, seenAt: 1 }],
    ['switched off in a run that did not read it: off since the last run that saw it on', [true, null, false], { offSince: 1 }],
  ])('%s', ([, seen, expected]) => expect(steps(...seen)).toMatchObject(expected));
});

describe('memory', () => {
  test('keeps what could not be read as it was', () => {
    const before = folded({ at: NOW });
    const unread: Partial<ClusterFacts> = {
      createdAt: UNREAD,
      paused: UNREAD,
      backupEnabled: UNREAD,
      pitEnabled: UNREAD,
      topology: UNREAD,
      schedule: UNREAD,
      snapshots: UNREAD,
      tier: null,
      read: false,
    };
    const after = orders(fold(before, factsOfLook({ at: NOW + HOUR, cluster: unread }), options(NOW + HOUR)));
    expect(after).toEqual(orders(before));
  });

  test.for<[string, Facts]>([
    ['its projects cannot be listed', { ...factsOf([], NOW + HOUR), projects: UNREAD }],
    [
      'its clusters cannot be listed',
      factsOf([project([], NOW + HOUR, { dedicated: UNREAD, flex: UNREAD, events: UNREAD, daily: {} })], NOW + HOUR),
    ],
    ['its project is not listed', factsOf([], NOW + HOUR)],
  ])('keeps a cluster where %s', ([, facts]) => expect(orders(fold(folded({}), facts, options(NOW + HOUR))).name).toBe('orders'));

  test('forgets projects that are no longer watched', () =>
    expect(fold(folded({}), factsOf([]), options(NOW, ['p2'])).projects).toEqual({}));

  test('follows a cluster by its id through a new name', () => {
    const memory = folded({}, { at: NOW + HOUR, cluster: { name: 'orders-eu' } });
    expect(Object.keys(memory.projects['p1']?.clusters ?? {})).toEqual(['c1']);
    expect(orders(memory).name).toBe('orders-eu');
  });

  test('reads an event once, however often the feed repeats it', () => {
    const behind = event('CPS_OPLOG_BEHIND', NOW - MINUTE);
    expect(orders(folded({ events: [behind] }, { at: NOW + HOUR, events: [behind, behind] })).signals).toHaveLength(1);
  });

  test('notes when an event that an earlier run had read past was first shown, and not that it is read again', () => {
    const late = event('CPS_OPLOG_BEHIND', NOW - 6 * HOUR);
    const onTime = event('CPS_OPLOG_BEHIND', NOW + 2.5 * HOUR);
    const looks = [
      { at: NOW },
      { at: NOW + HOUR, events: [late] },
      { at: NOW + 3 * HOUR, events: [late, onTime] },
      { at: NOW + 4 * HOUR, events: [late, onTime] },
    ];
    expect(orders(folded(...looks)).signals.map(({ shownAt }) => shownAt)).toEqual([NOW + HOUR, undefined]);
  });

  test('takes no event of a first reading for a late one', () =>
    expect(orders(folded({ events: [event('CPS_OPLOG_BEHIND', NOW - 6 * HOUR)], cluster: { snapshots: UNREAD } })).signals).toEqual([
      expect.not.objectContaining({ shownAt: expect.anything() }),
    ]));

  test('leaves out events of an unknown type', () =>
    expect(orders(folded({ events: [event('CLUSTER_CREATED', NOW)] })).signals).toEqual([]));

  test('covers exactly the time of the feed that was read', () => {
    const memory = folded({ at: NOW }, { at: NOW + HOUR }, { at: NOW + 2 * HOUR, project: { events: UNREAD } });
    expect(memory.projects['p1']?.events).toEqual({ since: NOW - 8 * DAY, until: NOW + HOUR });
  });

  test('forgets breaks that have left the restore window for good', () => {
    const closed = { events: [event('CPS_OPLOG_BEHIND', NOW - 2 * HOUR), event('CPS_OPLOG_CAUGHT_UP', NOW - HOUR)] };
    expect(orders(folded(closed, { at: NOW + 8 * DAY })).breaks).toHaveLength(1);
    expect(orders(folded(closed, { at: NOW + 10 * DAY })).breaks).toEqual([]);
  });

  test('keeps due times, snapshot durations and changes only for the last few', () => {
    const looks = Array.from({ length: 50 }, (_, index): Look => {
      const at = NOW + index * HOUR;
      const done = event('CPS_SNAPSHOT_SUCCESSFUL', at, { snapshot: { createdAt: at - MINUTE, completedAt: at } });
      return { at, events: [done], cluster: { tier: `M${index}`, schedule: known(schedule({ nextSnapshotAt: at + HOUR }), at) } };
    });
    const { due, completions, changes } = orders(folded(...looks));
    expect([due.length, completions.length, changes.length]).toEqual([4, 8, 8]);
  });

  test('learns how long a snapshot took from the event rather than from the poll', () => {
    const createdAt = NOW + 5 * MINUTE;
    const done = event('CPS_SNAPSHOT_SUCCESSFUL', NOW + 8 * MINUTE, { snapshot: { createdAt, completedAt: createdAt + 3 * MINUTE } });
    const list = (snapshots: ClusterFacts['snapshots']): Partial<ClusterFacts> => ({ snapshots });
    const memory = folded(
      { cluster: list(known([unfinished(NOW, { id: 's' })], NOW)) },
      { at: NOW + HOUR, events: [done], cluster: list(known([snapshot(createdAt, { id: 's' })], NOW + HOUR)) },
    );
    expect(orders(memory).completions).toEqual([{ createdAt, took: 3 * MINUTE }]);
  });

  test('takes the lowest enabled threshold as the lag, and none where none is configured', () => {
    const config = (threshold: number | null, enabled = true): { type: string; enabled: boolean; threshold: number | null } => ({
      type: 'CPS_OPLOG_BEHIND',
      enabled,
      threshold,
    });
    const lag = (...configs: readonly ReturnType<typeof config>[]): number | undefined =>
      folded({ project: { daily: { alertConfigs: known(configs, NOW) } } }).projects['p1']?.oplogThreshold;
    expect(lag(config(2 * HOUR), config(HOUR), config(MINUTE, false), config(null))).toBe(HOUR);
    expect(lag()).toBe(0);
  });
});

test('the hints for the next reading hold what is known, without deleted clusters', () => {
  const memory = folded({});
  expect(hintsOf(memory).projects['p1']).toEqual({
    name: 'shop',
    readAt: NOW,
    events: { since: NOW - 8 * DAY, until: NOW },
    daily: {
      alertConfigs: { answeredAt: NOW, everyRun: false },
      customerKeys: { answeredAt: NOW, everyRun: false },
      auditLog: { answeredAt: NOW, everyRun: false },
      exportBuckets: { answeredAt: NOW, everyRun: false },
      compliancePolicy: { answeredAt: NOW, everyRun: false },
    },
    clusters: { c1: { name: 'orders', kind: 'replicaSet', readAt: NOW } },
  });
  const deleted = project([], NOW + HOUR, {
    events: known({ since: NOW, until: NOW + HOUR, events: [event('CLUSTER_DELETED', NOW)] }, NOW),
  });
  expect(hintsOf(fold(memory, factsOf([deleted]), options(NOW + HOUR))).projects['p1']?.clusters).toEqual({});
});

test('folding 6,250 clusters with their events takes no quadratic time', () => {
  const projects = Array.from({ length: 250 }, (_, p) => {
    const clusters = Array.from({ length: 25 }, (__, c) =>
      cluster(NOW, { id: `c${p}-${c}`, name: `n${c}`, snapshots: known([snapshot(NOW)], NOW) }),
    );
    const events = clusters.flatMap(({ id }) => [event('CPS_OPLOG_BEHIND', NOW - HOUR, { id, clusterId: id })]);
    return project(clusters, NOW, { id: `p${p}`, events: known({ since: 0, until: NOW, events }, NOW) });
  });
  const begun = performance.now();
  const memory = fold(fold(EMPTY_MEMORY, factsOf(projects), options(NOW)), factsOf(projects), options(NOW));
  expect(Object.keys(memory.projects)).toHaveLength(250);
  expect(performance.now() - begun).toBeLessThan(5_000);
});
