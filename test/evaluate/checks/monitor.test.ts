import { describe, expect, test } from 'vitest';
import { known } from '../../../lib/domain/facts/fact.ts';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { event, inWords, type Look, NOW, snapshot, snapshots, UNREAD, watcher } from '../../support/facts.ts';

/** "orders" with one more snapshot, dated so far ahead of the run. */
function ahead(by: number, at = NOW): Look {
  return { at, cluster: { snapshots: known([...snapshots(at), snapshot(at + by)], at) } };
}

describe('clocks that differ', () => {
  test.for([
    [10 * MINUTE, 'nothing'],
    [10 * MINUTE + 1, 'failing warning'],
    [20 * HOUR, 'failing warning'],
  ] as const)('a snapshot dated %i ms ahead of us: %s', ([by, words]) =>
    expect(inWords(watcher().look(ahead(by)).finding('monitor', null))).toBe(words),
  );

  test('are told with how far they differ, and by which cluster', () =>
    expect(
      watcher()
        .look(ahead(11 * MINUTE))
        .finding('monitor', null)?.summary,
    ).toMatch(/^clocks differ by 11 min: a snapshot of orders \(shop\)/));

  test('are no matter of how old the newest real recovery point is', () => {
    const { finding, row } = watcher().look({ cluster: { snapshots: known([snapshot(NOW - 30 * HOUR), snapshot(NOW + 20 * HOUR)], NOW) } });
    expect(inWords(finding('backup-age'))).toBe('failing critical');
    expect(row().newestRecoveryPoint).toBe(NOW - 30 * HOUR);
  });

  test('are no disagreement with Atlas, which calls the snapshot dated ahead successful', () => {
    const at = NOW + 20 * HOUR;
    const look = ahead(20 * HOUR);
    const done = event('CPS_SNAPSHOT_SUCCESSFUL', NOW - 2 * HOUR, { snapshot: { createdAt: at, completedAt: at } });
    expect(
      inWords(
        watcher()
          .look({ ...look, events: [done] })
          .finding('disagreement', null),
      ),
    ).not.toContain('failing');
  });

  test('are over once no snapshot is dated ahead, and not while one cannot be listed', () => {
    const watching = watcher();
    watching.look(ahead(HOUR));
    expect(watching.look({ at: NOW + MINUTE, cluster: { snapshots: UNREAD } }).finding('monitor', null)).toBeUndefined();
    expect(inWords(watching.look({ at: NOW + HOUR }).finding('monitor', null))).toBe('ok');
  });
});

test('a snapshot a few minutes ahead of us is never called so many minutes old', () =>
  expect(
    watcher()
      .look(ahead(9 * MINUTE))
      .finding('backup-age')?.summary,
  ).toBe('newest recovery point is 0 s old'));
