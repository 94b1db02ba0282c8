import { describe, expect, test } from 'vitest';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { ClusterFacts } from '../../../lib/domain/facts/facts.ts';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { event, GIB, type Look, NOW, once, schedule, snapshot, inWords, UNREAD, watcher } from '../../support/facts.ts';

const check = 'snapshot-size';
const FLOOR = 1_535_365_120;

/** Snapshots of these sizes, the last one the newest, six hours apart. */
function sizes(bytes: readonly (number | null)[], changes: Partial<ClusterFacts> = {}): Look {
  const list = bytes.map((sizeBytes, index) => snapshot(NOW - HOUR - (bytes.length - 1 - index) * 6 * HOUR, { sizeBytes }));
  return { cluster: { snapshots: known(list, NOW), ...changes } };
}

function level(count: number, gib: number): readonly number[] {
  return Array.from({ length: count }, () => gib * GIB);
}

describe('snapshot-size: the newest size, compared with the one before and the week’s median', () => {
  test.for<[string, Look, string]>([
    ['the same', sizes(level(10, 10)), 'ok'],
    ['exactly 50 % more', sizes([...level(9, 10), 15 * GIB]), 'ok'],
    ['a byte over 50 % more', sizes([...level(9, 10), 15 * GIB + 1]), 'failing warning'],
    ['a byte under 50 % more', sizes([...level(9, 10), 15 * GIB - 1]), 'ok'],
    ['exactly 50 % less', sizes([...level(9, 10), 5 * GIB]), 'ok'],
    ['a byte over 50 % less', sizes([...level(9, 10), 5 * GIB - 1]), 'failing warning'],
    ['twice as much, of exactly 1 GiB', sizes([GIB, 2 * GIB]), 'ok'],
    ['twice as much, of a byte over 1 GiB', sizes([GIB, 2 * GIB + 1]), 'failing warning'],
    ['nine times as much, and not critical by default', sizes([...level(9, 10), 90 * GIB]), 'failing warning'],
    ['a single snapshot', sizes(level(1, 10)), 'ok'],
    ['no snapshot yet', sizes([]), 'ok'],
    ['snapshots that cannot be read', { cluster: { snapshots: UNREAD } }, 'unknown'],
    ['a newest one of 0 bytes: no size, so nothing to compare', sizes([...level(9, 10), 0]), 'unknown'],
    ['a newest one without a size', sizes([...level(9, 10), null]), 'unknown'],
    ['all without a size', sizes([null, null]), 'unknown'],
    ['a zero read in between is no size', sizes([...level(5, 10), 0, 10 * GIB]), 'ok'],
    [
      'a failed one in between is no size',
      {
        cluster: {
          snapshots: known(
            [snapshot(NOW - 8 * HOUR), snapshot(NOW - 5 * HOUR, { status: 'failed', sizeBytes: GIB }), snapshot(NOW - HOUR)],
            NOW,
          ),
        },
      },
      'ok',
    ],
    [
      'a fallback is not compared',
      { cluster: { snapshots: known([snapshot(NOW - 8 * HOUR), snapshot(NOW - HOUR, { type: 'fallback', sizeBytes: GIB })], NOW) } },
      'ok',
    ],
    ['a slide of small steps, compared with the median of seven', sizes([9, 8, 7, 6, 5.6, 5.2, 4, 3, 2.9].map((gib) => gib * GIB)), 'ok'],
    [
      'a slide of small steps to under half of the median of seven',
      sizes([20, 20, 20, 20, 20, 14, 11, 9.5].map((gib) => gib * GIB)),
      'failing warning',
    ],
    ['the same slide with six sizes before it: no median', sizes([20, 20, 20, 20, 14, 11, 9.5].map((gib) => gib * GIB)), 'ok'],
    [
      'a flex cluster, whose sizes Atlas does not report',
      sizes([10 * GIB, 90 * GIB], { kind: 'flex', schedule: known(null, NOW) }),
      'exempt',
    ],
    ['a paused cluster', sizes([10 * GIB, 90 * GIB], { paused: known(true, NOW) }), 'exempt'],
    ['an exempt cluster', sizes([10 * GIB, 90 * GIB], { tags: { 'restorewatch-exempt': 'a sandbox' } }), 'exempt'],
    ['a sharded cluster', sizes([10 * GIB, 90 * GIB], { kind: 'sharded' }), 'failing warning'],
    ['a young cluster', sizes([10 * GIB, 90 * GIB], { createdAt: known(NOW - 8 * HOUR, NOW) }), 'failing warning'],
  ])('%s: $2', ([, look, verdict]) => expect(inWords(once(look).finding(check))).toBe(verdict));

  test('is reported with its sign and both sizes', () => {
    expect(once(sizes([...level(9, 10), 4 * GIB])).finding(check)?.summary).toContain('−60 %: 10.7 GB → 4.29 GB');
    expect(once(sizes([...level(9, 10), 40 * GIB])).finding(check)?.summary).toContain('+300 %: 10.7 GB → 42.9 GB');
  });

  test('is critical only beyond the limit that the policy sets', () => {
    const config = { snapshotSize: { criticalChangePercent: 80 } };
    expect(inWords(once(sizes([...level(9, 10), 2 * GIB]), config).finding(check))).toBe('failing warning');
    expect(inWords(once(sizes([...level(9, 10), 2 * GIB - 1]), config).finding(check))).toBe('failing critical');
  });
});

describe('snapshot-size: a new level', () => {
  test.for<[number, string]>([
    [0, 'failing warning'],
    [1, 'failing warning'],
    [2, 'failing warning'],
    [3, 'ok'],
    [20, 'ok'],
  ])('that %i later snapshots confirm is %s', ([later, verdict]) =>
    expect(inWords(once(sizes([...level(9, 10), ...level(1 + later, 30)])).finding(check))).toBe(verdict),
  );

  test('has begun with its first snapshot, and the evidence names the size before', () => {
    const finding = once(sizes([...level(9, 10), ...level(3, 30)])).finding(check);
    expect(finding?.startedAt).toBe(NOW - 13 * HOUR);
    expect(finding?.evidence[0]?.[1]).toContain('10.7 GB');
  });

  test('that falls back at once is another change', () =>
    expect(once(sizes([...level(9, 10), 30 * GIB, 10 * GIB])).finding(check)?.summary).toContain('−67 %'));
});

describe('snapshot-size: almost empty', () => {
  test.for<[string, number, number, string]>([
    ['from 1.3 × the smallest to it', Math.ceil(1.3 * FLOOR), FLOOR, 'failing warning'],
    ['from 1.3 × to 10 % above the smallest', Math.ceil(1.3 * FLOOR), Math.floor(1.1 * FLOOR), 'failing warning'],
    ['to a byte more than 10 % above', Math.ceil(1.3 * FLOOR), Math.floor(1.1 * FLOOR) + 1, 'ok'],
    ['from a byte under 1.3 ×', Math.ceil(1.3 * FLOOR) - 1, FLOOR, 'ok'],
    ['a small cluster stays small', FLOOR, FLOOR, 'ok'],
  ])('%s: %s', ([, before, now, verdict]) =>
    expect(inWords(once(sizes([...Array.from({ length: 8 }, () => before), now])).finding(check))).toBe(verdict),
  );

  test('is named in the summary', () => expect(once(sizes([2 * FLOOR, FLOOR])).finding(check)?.summary).toContain('almost empty'));
});

test('snapshot-size: the evidence names what happened in between', () => {
  const monitor = watcher();
  const hourly = { schedule: known(schedule(), NOW) };
  monitor.look({ at: NOW - 2 * HOUR, cluster: { ...hourly, snapshots: known([snapshot(NOW - 7 * HOUR)], NOW), tier: 'M10' } });
  const jumped = [snapshot(NOW - 7 * HOUR), snapshot(NOW - 30 * MINUTE, { sizeBytes: 40 * GIB })];
  const events = [event('CPS_RESTORE_SUCCESSFUL', NOW - 3 * HOUR)];
  monitor.look({ at: NOW - HOUR, events, cluster: { ...hourly, snapshots: known([snapshot(NOW - 7 * HOUR)], NOW), tier: 'M30' } });
  const finding = monitor.look({ cluster: { ...hourly, snapshots: known(jumped, NOW), tier: 'M30' } }).finding(check);
  expect(finding?.evidence.find(([label]) => label === 'in between')?.[1]).toBe(
    'restore into the cluster at 2026-11-22T09:00:00Z; tier M10 → M30 at 2026-11-22T11:00:00Z',
  );
});
