import { describe, expect, test } from 'vitest';
import type { Config } from '../../../lib/config/policy/define-config.ts';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { AtlasEvent, ClusterFacts, Snapshot } from '../../../lib/domain/facts/facts.ts';
import type { Finding } from '../../../lib/domain/findings/finding.ts';
import { DAY, HOUR, type Instant, iso, MINUTE, SECOND } from '../../../lib/domain/time.ts';
import { event, inWords, type Look, NOW, snapshot, UNREAD, watcher, type Watcher } from '../../support/facts.ts';

const check = 'snapshot-deleted';

/** A scheduled snapshot whose id is an ObjectId, as Atlas's are; it is kept for 30 days. */
function point(at: Instant, changes: Partial<Snapshot> = {}): Snapshot {
  const id = `${Math.floor(at / SECOND).toString(16)}${(at % SECOND).toString(16).padStart(16, '0')}`;
  return snapshot(at, { id, expiresAt: at + 30 * DAY, ...changes });
}

/** So many points, six hours apart, oldest first; the newest is an hour old at `NOW`. */
function points(count: number, changes: Partial<Snapshot> = {}): readonly Snapshot[] {
  return Array.from({ length: count }, (_, index) => point(NOW - HOUR - (count - 1 - index) * 6 * HOUR, changes));
}

const TWENTY = points(20);
const onDemand = (count: number): readonly Snapshot[] =>
  Array.from({ length: count }, (_, index) => point(NOW - 2 * HOUR - index * DAY, { type: 'onDemand' }));

type Listing = {
  /** Hours after `NOW`. */
  readonly at?: number;
  readonly cluster?: Partial<ClusterFacts>;
  readonly gone?: readonly Snapshot[];
  readonly events?: readonly AtlasEvent[];
  readonly complete?: boolean;
};

function listing(snapshots: readonly Snapshot[], { at = 0, cluster = {}, gone = [], events = [], complete = true }: Listing = {}): Look {
  const now = NOW + at * HOUR;
  const goneSnapshots = gone.length === 0 ? {} : { goneSnapshots: gone.map(({ id }) => id) };
  return { at: now, events, complete, cluster: { snapshots: known(snapshots, now), ...goneSnapshots, ...cluster } };
}

function findingOf(monitor: Watcher, snapshots: readonly Snapshot[], options?: Listing): Finding | undefined {
  return monitor.look(listing(snapshots, options)).finding(check);
}

/** A monitor that has seen these points. */
function having(snapshots: readonly Snapshot[], config: Config = {}, options: Listing = {}): Watcher {
  const monitor = watcher(config);
  monitor.look(listing(snapshots, options));
  return monitor;
}

/** What is found at the next check, if Atlas denies each point that its list lacks. */
function denied(before: readonly Snapshot[], after: readonly Snapshot[], config: Config = {}, options: Listing = {}): Finding | undefined {
  const ids = new Set(after.map(({ id }) => id));
  return findingOf(having(before, config), after, { at: 1, gone: before.filter(({ id }) => !ids.has(id)), ...options });
}

describe('snapshot-deleted: points that one list lacks and Atlas denies', () => {
  test('a list that has every point of the one before is ok', () => expect(inWords(denied(TWENTY, TWENTY))).toBe('ok'));

  test.for([
    [1, 'failing warning'],
    [4, 'failing warning'],
    [10, 'failing warning'],
    [11, 'failing critical'],
    [20, 'failing critical'],
  ] as const)('%i of 20 points gone is %s: more than half is critical', ([count, verdict]) => {
    const finding = denied(TWENTY, TWENTY.slice(count));
    expect(inWords(finding)).toBe(verdict);
    expect(finding?.summary).toContain(
      `${count === 1 ? '1 recovery point went before its time' : `${count} recovery points went before their time`}`,
    );
    expect(finding?.summary).toContain(`; ${20 - count} left`);
  });

  test.for([
    [2, 3, 'failing warning'],
    [3, 5, 'failing critical'],
    [3, 6, 'failing warning'],
    [4, 7, 'failing critical'],
  ] as const)('%i of %i points gone is %s: fewer than 3, or half, is no more than a warning', ([count, all, verdict]) =>
    expect(inWords(denied(points(all), points(all).slice(count)))).toBe(verdict),
  );

  test('says which span they covered, when they went, what is left, and that nobody is known', () => {
    const finding = denied(TWENTY, TWENTY.slice(2));
    expect(finding?.evidence).toEqual([
      ['taken', '2026-11-17T17:00:00Z to 2026-11-17T23:00:00Z'],
      ['when it happened', 'between 2026-11-22T12:00:00Z and 2026-11-22T13:00:00Z'],
      ['left', '18, of 2026-11-18T05:00:00Z to 2026-11-22T11:00:00Z'],
      ['who', 'Atlas has not said so far'],
    ]);
  });

  test('none left is said', () => expect(denied(points(3), [])?.evidence).toContainEqual(['left', 'none']));

  test('a sharded cluster is judged alike', () => {
    const cluster = { kind: 'sharded', topology: known('SHARDED/2', NOW) } as const;
    const monitor = having(TWENTY, {}, { cluster });
    expect(inWords(findingOf(monitor, TWENTY.slice(1), { at: 1, gone: TWENTY.slice(0, 1), cluster }))).toBe('failing warning');
  });

  test('a cluster whose number of shards has changed is judged alike', () => {
    const monitor = having(TWENTY, {}, { cluster: { kind: 'sharded', topology: known('SHARDED/2', NOW) } });
    const cluster = { kind: 'sharded', topology: known('SHARDED/3', NOW) } as const;
    expect(inWords(findingOf(monitor, TWENTY.slice(1), { at: 1, gone: TWENTY.slice(0, 1), cluster }))).toBe('failing warning');
  });

  test('a paused cluster is judged alike', () =>
    expect(inWords(denied(TWENTY, TWENTY.slice(1), {}, { cluster: { paused: known(true, NOW) } }))).toBe('failing warning'));

  test('a run that was cut off may find it', () =>
    expect(inWords(denied(TWENTY, TWENTY.slice(1), {}, { complete: false }))).toBe('failing warning'));

  test('what was lost while the monitor was down for days is found, and measured against what was there', () => {
    const kept = points(20, { expiresAt: NOW + 60 * DAY });
    expect(inWords(findingOf(having(kept), kept.slice(12), { at: 100, gone: kept.slice(0, 12) }))).toBe('failing critical');
    expect(inWords(findingOf(having(kept), kept.slice(9), { at: 100, gone: kept.slice(0, 9) }))).toBe('failing warning');
  });
});

describe('snapshot-deleted: points that lists lack without an answer', () => {
  test('one list leaves it open, the next one decides', () => {
    const monitor = having(TWENTY);
    expect(inWords(findingOf(monitor, TWENTY.slice(4), { at: 1 }))).toBe('unknown');
    const finding = findingOf(monitor, TWENTY.slice(4), { at: 2 });
    expect(inWords(finding)).toBe('failing warning');
    expect(finding?.evidence).toContainEqual(['when it happened', 'between 2026-11-22T12:00:00Z and 2026-11-22T14:00:00Z']);
  });

  test('a list that lacks a page once is nothing', () => {
    const monitor = having(TWENTY);
    findingOf(monitor, TWENTY.slice(10), { at: 1 });
    expect(inWords(findingOf(monitor, TWENTY, { at: 2 }))).toBe('ok');
    expect(inWords(findingOf(monitor, TWENTY.slice(10), { at: 3 }))).toBe('unknown');
  });

  test.for([
    ['the first', [false, true]],
    ['the second', [true, false]],
  ] as const)('two lists of which %s is of a run that was cut off do not decide; a third one does', ([, [first, second]]) => {
    const monitor = having(TWENTY);
    findingOf(monitor, TWENTY.slice(1), { at: 1, complete: first });
    expect(inWords(findingOf(monitor, TWENTY.slice(1), { at: 2, complete: second }))).toBe('unknown');
    expect(inWords(findingOf(monitor, TWENTY.slice(1), { at: 3 }))).toBe('failing warning');
  });

  test('a list that could not be read between two that lack it changes nothing', () => {
    const monitor = having(TWENTY);
    findingOf(monitor, TWENTY.slice(1), { at: 1 });
    expect(inWords(findingOf(monitor, [], { at: 2, cluster: { snapshots: UNREAD } }))).toBe('unknown');
    expect(inWords(findingOf(monitor, TWENTY.slice(1), { at: 3 }))).toBe('failing warning');
  });
});

describe('snapshot-deleted: points whose time was nearly over', () => {
  test.for([
    ['12 h before its expiry is nothing', 0, 'ok'],
    ['a second more than 12 h before it is found', SECOND, 'failing warning'],
    ['a second less than 12 h before it is nothing', -SECOND, 'ok'],
  ] as const)('a point that is gone %s', ([, more, verdict]) => {
    const short = point(NOW - 3 * DAY, { expiresAt: NOW + HOUR + 12 * HOUR + more });
    expect(inWords(denied([short, ...TWENTY], TWENTY))).toBe(verdict);
  });

  test('a point whose expiry Atlas never told is nothing', () =>
    expect(inWords(denied([point(NOW - 3 * DAY, { expiresAt: null }), ...TWENTY], TWENTY))).toBe('ok'));

  test('an expiry that is not told any more counts as last told', () => {
    const monitor = having(TWENTY);
    findingOf(monitor, [point(TWENTY[0]?.createdAt ?? 0, { expiresAt: null }), ...TWENTY.slice(1)], { at: 1 });
    expect(inWords(findingOf(monitor, TWENTY.slice(1), { at: 2, gone: TWENTY.slice(0, 1) }))).toBe('failing warning');
  });

  test('an expiry that was brought forward by 20 h counts as last told', () => {
    const [monitor, at] = [having([point(NOW - DAY, { expiresAt: NOW + 30 * HOUR })]), NOW - DAY];
    expect(inWords(findingOf(monitor, [point(at, { expiresAt: NOW + 10 * HOUR })], { at: 1 }))).toBe('ok');
    expect(inWords(findingOf(monitor, [], { at: 2, gone: [point(at)] }))).toBe('ok');
  });

  test('the provisional expiry of a running snapshot counts for nothing', () => {
    const running = point(NOW, { status: 'inProgress', createdAt: null, sizeBytes: 0, expiresAt: NOW + 30 * DAY });
    const monitor = having([...TWENTY, running]);
    expect(inWords(findingOf(monitor, [...TWENTY, { ...point(NOW), expiresAt: NOW + 2 * DAY }], { at: 1 }))).toBe('ok');
    expect(inWords(findingOf(having([...TWENTY, running]), TWENTY, { at: 1, gone: [running] }))).toBe('ok');
  });

  test.for([
    ['failed', { status: 'failed' }],
    ['fallback', { type: 'fallback' }],
  ] as const)('a %s snapshot that goes is nothing', ([, changes]) =>
    expect(inWords(denied([point(NOW - DAY, changes), ...TWENTY], TWENTY))).toBe('ok'),
  );

  test('an entry that has lost its status or time is still there', () => {
    const [first, ...rest] = TWENTY;
    const monitor = having(TWENTY);
    findingOf(monitor, [{ ...point(first?.createdAt ?? 0), status: null, createdAt: null }, ...rest], { at: 1 });
    expect(inWords(findingOf(monitor, rest, { at: 2, gone: TWENTY.slice(0, 1) }))).toBe('failing warning');
  });
});

describe('snapshot-deleted: expiries that move', () => {
  const moved = (count: number, by: number): readonly Snapshot[] =>
    TWENTY.map((one, index) => (index < count ? { ...one, expiresAt: (one.expiresAt ?? 0) - by } : one));

  test.for([
    ['by a day is nothing', 4, DAY, 'ok'],
    ['by a second more than a day is a warning', 4, DAY + SECOND, 'failing warning'],
    ['by a second less than a day is nothing', 4, DAY - SECOND, 'ok'],
    ['backward by 5 days is nothing', 4, -5 * DAY, 'ok'],
    ['by two days, of every point, is never critical', 20, 2 * DAY, 'failing warning'],
    ['into the past is a warning', 20, 40 * DAY, 'failing warning'],
  ] as const)('an expiry brought forward %s', ([, count, by, verdict]) =>
    expect(inWords(findingOf(having(TWENTY), moved(count, by), { at: 1 }))).toBe(verdict),
  );

  test('is said in words', () =>
    expect(findingOf(having(TWENTY), moved(1, 2 * DAY), { at: 1 })?.summary).toBe(
      '1 recovery point expires over a day sooner than before, taken 2026-11-17T17:00:00Z; 20 left',
    ));

  test('what then expires by that expiry is no further loss', () => {
    const soon = TWENTY.map((one, index) => (index < 4 ? { ...one, expiresAt: NOW + 2 * HOUR } : one));
    const monitor = having(TWENTY);
    const first = findingOf(monitor, soon, { at: 1 });
    const then = findingOf(monitor, TWENTY.slice(4), { at: 3, gone: TWENTY.slice(0, 4) });
    expect(then?.counted).toEqual(first?.counted);
  });
});

describe('snapshot-deleted: on-demand snapshots', () => {
  const all = [...onDemand(3), ...TWENTY];

  test('that go alone are info, and open no incident', () => {
    const finding = denied(all, TWENTY);
    expect([inWords(finding), finding?.digestOnly]).toEqual(['failing info', true]);
    expect(finding?.summary).toContain('3 on-demand snapshots went before their time');
  });

  test('are a warning where policy keeps them, never critical', () => {
    const finding = denied(onDemand(3), [], { onDemand: 'kept' });
    expect([inWords(finding), finding?.digestOnly]).toEqual(['failing warning', undefined]);
  });

  test('that go with a scheduled one are named in the same summary', () =>
    expect(denied(all, TWENTY.slice(1))?.summary).toContain(
      '1 recovery point went before its time, 3 on-demand snapshots went before their time',
    ));

  test('that scripts delete later do not prolong the finding about a scheduled one', () => {
    const monitor = having(all);
    findingOf(monitor, all.slice(0, -1), { at: 1, gone: all.slice(-1) });
    findingOf(monitor, all.slice(1, -1), { at: 70, gone: all.slice(0, 1) });
    expect(inWords(findingOf(monitor, all.slice(1, -1), { at: 73 }))).toBe('failing info');
  });
});

describe('snapshot-deleted: over time', () => {
  const kept = points(20, { expiresAt: NOW + 90 * DAY });
  const lost = (): Watcher => {
    const monitor = having(kept);
    findingOf(monitor, kept.slice(4), { at: 1, gone: kept.slice(0, 4) });
    return monitor;
  };

  test('it is told for 72 h, and ends as told', () => {
    const monitor = lost();
    expect(inWords(findingOf(monitor, kept.slice(4), { at: 73 - 1 / 3_600 }))).toBe('failing warning');
    const over = findingOf(monitor, kept.slice(4), { at: 73 });
    expect([inWords(over), over?.ending]).toEqual(['ok', 'told; no further loss in 72 h, and what went is still gone']);
  });

  test('each further loss counts as new and begins the 72 h again', () => {
    const monitor = lost();
    const further = findingOf(monitor, kept.slice(6), { at: 50, gone: kept.slice(4, 6) });
    expect(further?.counted).toEqual([
      '4 recovery points went before their time (found 2026-11-22T13:00:00Z)',
      `2 recovery points went before their time (found ${iso(NOW + 50 * HOUR)})`,
    ]);
    expect(further?.summary).toContain('6 recovery points went before their time');
    expect(inWords(findingOf(monitor, kept.slice(6), { at: 121 }))).toBe('failing warning');
    expect(inWords(findingOf(monitor, kept.slice(6), { at: 122 }))).toBe('ok');
  });

  test.for([
    [72, 'failing critical'],
    [72 + 1 / 60, 'failing warning'],
  ] as const)('11 of 20 lost in two parts %d h apart is %s', ([apart, verdict]) => {
    const monitor = having(kept);
    findingOf(monitor, kept.slice(2), { at: 1, gone: kept.slice(0, 2) });
    findingOf(monitor, kept.slice(2), { at: 40 });
    expect(inWords(findingOf(monitor, kept.slice(11), { at: 1 + apart, gone: kept.slice(2, 11) }))).toBe(verdict);
  });

  test('the most that were held within the 72 h counts, not what is held now', () => {
    const many = [
      ...kept,
      ...Array.from({ length: 20 }, (_, index) => point(NOW - 200 * DAY - index * DAY, { expiresAt: NOW + 2 * HOUR })),
    ];
    const monitor = having(many);
    findingOf(monitor, kept, { at: 3 });
    expect(inWords(findingOf(monitor, kept.slice(12), { at: 4, gone: kept.slice(0, 12) }))).toBe('failing warning');
    const later = having(many);
    for (const at of [3, 74]) findingOf(later, kept, { at });
    expect(inWords(findingOf(later, kept.slice(12), { at: 75, gone: kept.slice(0, 12) }))).toBe('failing critical');
  });

  test('a loss that was critical stays so with a further, smaller one', () => {
    const monitor = having(kept);
    findingOf(monitor, kept.slice(11), { at: 1, gone: kept.slice(0, 11) });
    findingOf(monitor, kept.slice(11), { at: 40 });
    expect(inWords(findingOf(monitor, kept.slice(12), { at: 72, gone: kept.slice(11, 12) }))).toBe('failing critical');
    expect(inWords(findingOf(monitor, kept.slice(12), { at: 100 }))).toBe('failing critical');
  });

  test('is unknown, not over, while the list cannot be read', () =>
    expect(inWords(findingOf(lost(), [], { at: 100, cluster: { snapshots: UNREAD } }))).toBe('unknown'));
});

describe('snapshot-deleted: where something else took the points', () => {
  const off = { backupEnabled: known(false, NOW) };

  test.for<[string, Partial<ClusterFacts>, string]>([
    ['backups are off', off, 'ok'],
    ['the cluster is being deleted', { deleting: true }, 'ok'],
    ['a replica set became sharded', { kind: 'sharded', topology: known('SHARDED/1', NOW) }, 'ok'],
    ['a sharded cluster became a global one', { topology: known('GEOSHARDED/1', NOW) }, 'ok'],
    ['a flex cluster', { kind: 'flex' }, 'exempt'],
    ['whether backups are on is unknown', { backupEnabled: UNREAD }, 'unknown'],
    ['the cluster’s type is unknown', { topology: UNREAD }, 'unknown'],
  ])('%s: nothing is lost', ([, cluster, verdict]) => expect(inWords(denied(TWENTY, [], {}, { cluster }))).toBe(verdict));

  test('backups that were off and are on again begin anew', () => {
    const monitor = having(TWENTY);
    findingOf(monitor, [], { at: 1, cluster: off });
    expect(inWords(findingOf(monitor, [], { at: 2, gone: TWENTY }))).toBe('ok');
  });

  test('a loss that was found stays when backups go off afterwards', () => {
    const monitor = having(TWENTY);
    findingOf(monitor, TWENTY.slice(4), { at: 1, gone: TWENTY.slice(0, 4) });
    expect(inWords(findingOf(monitor, [], { at: 2, cluster: off }))).toBe('failing warning');
  });

  test('a cluster of which nothing is promised is exempt', () =>
    expect(inWords(denied(TWENTY, [], { backup: { wanted: false } }))).toBe('exempt'));

  test('a cluster that nobody saw before is ok', () => expect(inWords(findingOf(watcher(), TWENTY.slice(10)))).toBe('ok'));
});

describe('snapshot-deleted: clocks', () => {
  test('our clock set back by days loses nothing: what expired in Atlas’s time seems to have gone too early', () => {
    const monitor = having(TWENTY);
    expect(inWords(findingOf(monitor, TWENTY.slice(4), { at: -72, gone: TWENTY.slice(0, 4) }))).toBe('ok');
    expect(inWords(findingOf(monitor, TWENTY.slice(4), { at: 1 }))).not.toContain('failing');
  });

  test('our clock ahead by days loses nothing, nor when it is right again', () => {
    const monitor = having(TWENTY);
    expect(inWords(findingOf(monitor, TWENTY, { at: 24 * 40 }))).toBe('ok');
    expect(inWords(findingOf(monitor, TWENTY, { at: 1 }))).toBe('ok');
  });

  test('a loss that was found while our clock was ahead ends 72 h after the clock is right', () => {
    const monitor = having(TWENTY);
    findingOf(monitor, TWENTY.slice(4), { at: 24 * 10, gone: TWENTY.slice(0, 4) });
    expect(inWords(findingOf(monitor, TWENTY.slice(4), { at: 1 }))).toBe('failing warning');
    expect(inWords(findingOf(monitor, TWENTY.slice(4), { at: 73 }))).toBe('ok');
  });
});

describe('snapshot-deleted: who did it', () => {
  const by = (at: Instant, changes: Partial<AtlasEvent> = {}): AtlasEvent =>
    event('CPS_SNAPSHOT_DELETED_AUDIT', at, { actor: 'intern@example.com, 203.0.113.7', clusterId: null, clusterName: null, ...changes });

  test('is said where Atlas says it, though the event names no cluster', () => {
    const finding = denied(TWENTY, TWENTY.slice(4), {}, { events: [by(NOW + 50 * MINUTE)] });
    expect(finding?.summary).toContain('; Atlas names intern@example.com, 203.0.113.7');
    expect(finding?.evidence).toContainEqual([
      'who',
      'intern@example.com, 203.0.113.7 at 2026-11-22T12:50:00Z (CPS_SNAPSHOT_DELETED_AUDIT)',
    ]);
  });

  test('is new to whoever was notified, if the event comes later', () => {
    const monitor = having(TWENTY);
    const first = findingOf(monitor, TWENTY.slice(4), { at: 1, gone: TWENTY.slice(0, 4) });
    const then = findingOf(monitor, TWENTY.slice(4), { at: 8, events: [by(NOW + 50 * MINUTE)] });
    expect(then?.counted).toEqual([...(first?.counted ?? []), 'Atlas names intern@example.com, 203.0.113.7']);
  });

  test.for([
    ['another cluster', by(NOW + 50 * MINUTE, { clusterId: 'c2', clusterName: 'billing' })],
    ['the day before', by(NOW - DAY)],
  ] as const)('is not taken from an event of %s', ([, one]) =>
    expect(denied(TWENTY, TWENTY.slice(4), {}, { events: [one] })?.evidence).toContainEqual(['who', 'Atlas has not said so far']),
  );
});

describe('snapshot-deleted: bounds', () => {
  test('hourly losses of on-demand snapshots leave a bounded memory, and crowd out no scheduled one', () => {
    const all = Array.from({ length: 150 }, (_, index) =>
      point(NOW - HOUR - index * MINUTE, { type: 'onDemand', expiresAt: NOW + 90 * DAY }),
    );
    const kept = points(20, { expiresAt: NOW + 90 * DAY });
    const monitor = having([...all, ...kept]);
    let memory = monitor.look(listing([...all, ...kept.slice(1)], { at: 0.1, gone: kept.slice(0, 1) })).memory;
    for (let index = 1; index <= 150; index += 1)
      memory = monitor.look(listing([...all.slice(index), ...kept.slice(1)], { at: index / 5, gone: all.slice(index - 1, index) })).memory;
    expect(memory.projects['p1']?.clusters['c1']?.held?.losses).toHaveLength(100);
    expect(inWords(findingOf(monitor, kept.slice(1), { at: 40 }))).toBe('failing warning');
  });

  test('100,000 snapshots, half of which go, take time in proportion', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => point(NOW - HOUR - index * 10 * SECOND, { expiresAt: NOW + 400 * DAY }));
    const monitor = having(many);
    findingOf(monitor, many.slice(60_000), { at: 1 });
    const finding = findingOf(monitor, many.slice(60_000), { at: 2 });
    expect(inWords(finding)).toBe('failing critical');
    expect(finding?.counted).toHaveLength(1);
  }, 60_000);
});
