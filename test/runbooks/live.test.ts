import { describe, expect, test } from 'vitest';
import type { Measured, Proof, RecoveryState } from '../../lib/domain/recovery/restore-test.ts';
import { NO_RECOVERY } from '../../lib/domain/recovery/restore-test.ts';
import type { RestorePlan } from '../../lib/domain/policy/recovery-plan.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/domain/time.ts';
import { commandValues, liveRows, liveRunbook, type LiveValues } from '../../lib/runbooks/index.ts';
import { lastRestorable } from '../../lib/runbooks/live.ts';
import { head, incident, NOW, row, run, view } from '../app/recorded.ts';

const POLICY = { checkInterval: HOUR };
const NOTHING_MEASURED: Measured = { restore: null, validate: null, rto: null, rpo: null };
const SOURCE = { projectId: 'p1', projectName: 'shop', clusterId: 'id-orders', name: 'orders' };

function proof(said: Partial<Proof> = {}): Proof {
  const point = { kind: 'snapshot', snapshotId: 's1', at: NOW - 2 * DAY, expiresAt: NOW + DAY } as const;
  const usual = {
    id: 't1',
    plan: 'weekly',
    source: SOURCE,
    point,
    startedAt: NOW - 25 * HOUR,
    restoredAt: null,
    endedAt: NOW - DAY,
  } as const;
  return { ...usual, verdict: 'passed', why: null, worst: [], measured: NOTHING_MEASURED, ...said };
}

function recovery(proofs: readonly Proof[], more: Partial<RecoveryState> = {}): RecoveryState {
  return { ...NO_RECOVERY, proofs, ...more };
}

function live(
  said: Partial<Parameters<typeof liveRunbook>[2]> = {},
  state = head(),
  seen = view([row('orders'), row('events')]),
): LiveValues {
  const values = liveRunbook(state, seen, { incidentId: null, clusterId: 'id-orders', policy: POLICY, now: NOW, ...said });
  if (values === null) throw new Error('nothing was found');
  return values;
}

function linesOf(values: LiveValues, label: string): string {
  return liveRows(values)
    .filter((one) => one.label === label)
    .map(({ lines, bad }) => `${bad ? '! ' : ''}${lines.join(' | ')}`)
    .join('\n');
}

describe('the last moment that can be restored', () => {
  const window = { from: 100 * SECOND, to: 200 * SECOND, breaks: [] };
  const broken = (...breaks: readonly (readonly [number, number])[]) => ({
    ...window,
    breaks: breaks.map(([from, to]) => ({ from: from * SECOND, to: to * SECOND, cause: 'oplog' })),
  });

  test.for([
    ['is the second before the trouble', window, 150, 149],
    ['is before the end of the window where the trouble came later', window, 999, 199],
    ['is the window’s first second, just', window, 101, 100],
    ['is none where the trouble began with the window', window, 100, null],
    ['is none where it began before the window', window, 50, null],
    ['is none without a window', null, 150, null],
    ['is a whole second', window, 150.5, 150],
    ['is before a break that it falls into', broken([140, 160]), 150, 139],
    ['is before a break whose very end it falls on', broken([140, 149]), 150, 139],
    ['is after a break that ended a second sooner', broken([140, 148]), 150, 149],
    ['is before a break that begins on it', broken([149, 160]), 150, 148],
    ['is what it is where a break begins a second later', broken([150, 160]), 150, 149],
    ['steps over breaks that meet', broken([120, 140], [139, 160]), 150, 119],
    ['steps over a break inside a break', broken([120, 160], [148, 152]), 150, 119],
    ['is none where a break covers the window’s beginning', broken([100, 160]), 150, null],
  ] as const)('%s: $3', ([, given, before, expected]) => {
    expect(lastRestorable(given, before * SECOND)).toBe(expected === null ? null : expected * SECOND);
  });
});

describe('how long it takes', () => {
  test('of this source is said with median and worst', () => {
    const measured = { ...NOTHING_MEASURED, restore: 20 * MINUTE, validate: 90 * SECOND };
    const values = live(
      {},
      head({ recovery: recovery([proof({ measured }), proof({ id: 't2', measured: { ...measured, restore: HOUR } })]) }),
    );
    expect(linesOf(values, 'Expected duration')).toBe(
      'restore: median 40 min, worst 1 h (2 restores by weekly) | validation: median 1 min 30 s, worst 1 min 30 s (2 restores by weekly)',
    );
  });

  test('was never measured here: that is said, with MongoDB’s own figure', () => {
    expect(linesOf(live(), 'Expected duration')).toBe(
      'Never measured here. | MongoDB’s own test clusters (M10, 102 recorded restores): 3 min 6 s to 6 min 15 s, median 3 min 50 s. More data takes longer.',
    );
  });
});

describe('what a runbook is opened for', () => {
  const about = incident({ id: 'i1', check: 'backup-age' });

  test('an incident finds its cluster', () => {
    const values = live({ incidentId: 'i1', clusterId: null }, head({ incidents: [about] }));
    expect(values).toMatchObject({
      incident: { id: 'i1' },
      cluster: { id: 'id-orders', name: 'orders' },
      project: { id: 'p1', name: 'shop' },
    });
    expect(linesOf(values, 'Incident')).toBe(
      'backup-age, P0: The newest recovery point is 30 h old. | Since 2026-11-22T15:30:00Z (6 h ago).',
    );
  });

  test('an incident comes before a cluster', () => {
    expect(live({ incidentId: 'i1', clusterId: 'id-events' }, head({ incidents: [about] })).cluster?.name).toBe('orders');
  });

  test('a cluster stands in for an incident that has left', () => {
    expect(live({ incidentId: 'gone', clusterId: 'id-events' })).toMatchObject({ incident: null, cluster: { name: 'events' } });
  });

  test('a cluster that was renamed has its new name', () => {
    const seen = view([row('orders-2', { clusterId: 'id-orders' })]);
    expect(live({ incidentId: 'i1' }, head({ incidents: [about] }), seen).cluster?.name).toBe('orders-2');
  });

  test('a cluster that is not listed any more keeps its name and its proof, and nothing else is made up', () => {
    const values = live({ incidentId: 'i1' }, head({ incidents: [about], recovery: recovery([proof()]) }), view([]));
    expect(values).toMatchObject({
      listed: false,
      cluster: { name: 'orders' },
      window: null,
      moment: null,
      proven: { testedAt: NOW - DAY },
    });
    expect(linesOf(values, 'Not listed')).toMatch(/^! The last check did not find this cluster/);
    expect(linesOf(values, 'Restorable window')).toBe('');
  });

  test('an incident of a whole project names no cluster', () => {
    const resource = { projectId: 'p1', projectName: 'shop', clusterId: null, name: 'shop' };
    const values = live({ incidentId: 'i1' }, head({ incidents: [incident({ check: 'visibility', resource })] }));
    expect(values.cluster).toBeNull();
    expect(liveRows(values).map(({ label }) => label)).toEqual(['Incident', 'Cluster', 'As of']);
    expect(linesOf(values, 'Cluster')).toBe('no single one | project shop');
  });

  test.for([
    ['is unknown', { incidentId: 'gone', clusterId: null }, head()],
    ['was not given', { incidentId: null, clusterId: null }, head()],
    ['is of a store that holds nothing', { incidentId: 'i1', clusterId: 'id-orders' }, null],
  ] as const)('what %s has no live values', ([, asked, state]) => {
    expect(liveRunbook(state, state && view([row('orders')]), { ...asked, policy: POLICY, now: NOW })).toBeNull();
  });
});

describe('what can be restored', () => {
  const hole = { from: NOW - 3 * DAY, to: NOW - 3 * DAY + 90 * MINUTE, cause: 'the oplog fell behind' };
  const window = { from: NOW - 7 * DAY, to: NOW - MINUTE, breaks: [hole] };

  test('is the window, in UTC with its age, and every break with its length and cause', () => {
    const values = live({}, head(), view([row('orders', { window })]));
    expect(linesOf(values, 'Restorable window')).toBe('from 2026-11-15T21:30:00Z (7 d ago) | to 2026-11-22T21:29:00Z (1 min ago)');
    expect(linesOf(values, 'Not restorable')).toBe('! 2026-11-19T21:30:00Z – 2026-11-19T23:00:00Z (1 h 30 min): the oplog fell behind');
  });

  test('ages in seconds only below a minute', () => {
    const at = (seconds: number) =>
      linesOf(
        live({}, head(), view([row('orders', { window: null, newestRecoveryPoint: NOW - seconds * SECOND })])),
        'What can be restored',
      );
    expect([at(59), at(60), at(61)].map((words) => words.match(/\([^)]* ago\)$/)?.[0])).toEqual([
      '(59 s ago)',
      '(1 min ago)',
      '(1 min ago)',
    ]);
  });

  test('without a break that is known is said so', () => {
    expect(linesOf(live(), 'Not restorable')).toBe('No break is known inside the window.');
  });

  test('ends with an open gap, which is said', () => {
    const values = live({}, head(), view([row('orders', { window: { ...window, breaks: [], to: NOW - 5 * HOUR } })]));
    expect(linesOf(values, 'Not restorable')).toBe('! after 2026-11-22T16:30:00Z (5 h ago): continuous backup reaches no further');
  });

  test('is said in the words of the page, with what it hangs on', () => {
    const until = { at: NOW - 3 * HOUR, by: 'snapshot', base: NOW - 3 * HOUR, baseExpiresAt: NOW + HOUR } as const;
    const values = live({}, head(), view([row('orders', { window: null, restorable: { until, readAt: NOW, mayReachFurther: false } })]));
    expect(linesOf(values, 'What can be restored')).toBe(
      'restorable to 2026-11-22T18:30:00Z by snapshot (3 h ago) | the last 3 h of writes would be lost | from the snapshot of 2026-11-22T18:30:00Z (3 h ago), which expires 2026-11-22T22:30:00Z (in 1 h)',
    );
  });

  test('is nothing where nothing is, and no snapshots are promised then', () => {
    const values = live({}, head(), view([row('orders', { window: null, newestRecoveryPoint: null })]));
    expect(linesOf(values, 'What can be restored')).toBe('! nothing can be restored');
    expect(linesOf(values, 'Restorable window')).toBe('');
  });

  test('does not end where it could not be read any further', () => {
    const readAt = NOW - 9 * HOUR;
    const restorable = { until: { at: readAt, by: 'pitr', base: readAt, baseExpiresAt: null }, readAt, mayReachFurther: false } as const;
    const values = live({}, head(), view([row('orders', { window: { ...window, breaks: [], to: readAt }, restorable })]));
    expect(linesOf(values, 'Not restorable')).toBe('No break is known inside the window.');
    expect(linesOf(values, 'Unknown')).toMatch(/^! Part of it could not be read/);
  });

  test('is snapshots only where no window is known', () => {
    const values = live({}, head(), view([row('orders', { window: null })]));
    expect(linesOf(values, 'Restorable window')).toBe('! None known: no moment can be restored to, only snapshots.');
    expect(linesOf(values, 'Moment to go back to')).toMatch(/^! None is known\./);
  });

  test('is not taken for the present where the last check is old', () => {
    expect(linesOf(live({}, head({ lastRun: run(3 * HOUR), lastComplete: run(3 * HOUR) })), 'As of')).toMatch(/^! .*Stale/);
    expect(linesOf(live(), 'As of')).toBe('Read by the check that ended 2026-11-22T21:10:00Z (20 min ago).');
  });

  test('that could not be read anew is said to be as it was last seen', () => {
    expect(linesOf(live({}, head(), view([row('orders', { verdict: 'unknown' })])), 'Unknown')).toMatch(/^! /);
  });
});

describe('what is proven', () => {
  const of = (...proofs: readonly Proof[]) => live({}, head({ recovery: recovery(proofs) }));
  const point = (at: number, expiresAt: number | null = null) => ({ kind: 'moment', at, expiresAt }) as const;

  test('is the newest point that passed, not the last test', () => {
    const newer = proof({ id: 't1', point: point(NOW - DAY), endedAt: NOW - 5 * DAY });
    const older = proof({ id: 't2', point: point(NOW - 9 * DAY), endedAt: NOW - HOUR });
    expect(of(newer, older).proven?.point.at).toBe(NOW - DAY);
  });

  test('is one that can still be restored, before a newer one that has expired', () => {
    const expired = proof({ point: point(NOW - DAY, NOW) });
    const kept = proof({ point: point(NOW - 3 * DAY, NOW + 1) });
    expect(of(expired, kept).proven).toMatchObject({ expired: false, point: { at: NOW - 3 * DAY } });
    expect(linesOf(of(expired), 'Newest proven point')).toMatch(/^! .*It has expired/);
  });

  test('tells the snapshot, when it was tested and when it expires', () => {
    expect(linesOf(of(proof()), 'Newest proven point')).toBe(
      'snapshot s1 of 2026-11-20T21:30:00Z (2 d ago) | restored and validated by weekly 2026-11-21T21:30:00Z (24 h ago) | expires 2026-11-23T21:30:00Z (in 24 h)',
    );
  });

  test.for(['failed', 'could-not-verify'] as const)(
    'is nothing if the last test ended as %s, and the row of the last test says why',
    (verdict) => {
      const values = of(proof({ verdict, why: 'orders.lines lost 10 %' }));
      expect(values.proven).toBeNull();
      expect(linesOf(values, 'Newest proven point')).toMatch(/^! None is known/);
      expect(linesOf(values, 'Last restore test')).toBe(
        `! ${verdict}, by weekly, ended 2026-11-21T21:30:00Z (24 h ago) | of snapshot s1 of 2026-11-20T21:30:00Z (2 d ago) | orders.lines lost 10 %`,
      );
    },
  );

  test('is said together with a later test that failed; an earlier failure is over', () => {
    const failed = proof({ id: 't2', verdict: 'failed', endedAt: NOW - HOUR });
    expect(of(proof(), failed)).toMatchObject({ proven: { testedAt: NOW - DAY }, lastFailure: { id: 't2' } });
    expect(of({ ...failed, endedAt: NOW - 3 * DAY }, proof()).lastFailure).toBeNull();
  });

  test('of another cluster proves nothing', () => {
    expect(of(proof({ source: { ...SOURCE, clusterId: 'id-events' } }))).toMatchObject({ proven: null, lastFailure: null });
  });
});

describe('the moment to go back to', () => {
  const opened = NOW - 6 * HOUR;

  test.for([
    ['backup-age', NOW - MINUTE - SECOND],
    ['snapshot-size', opened - SECOND],
    ['cluster-gone', opened - SECOND],
    ['integrity', opened - SECOND],
  ] as const)('with an incident of %s is before the trouble only where it is the data’s', ([check, expected]) => {
    expect(live({ incidentId: 'i1' }, head({ incidents: [incident({ check })] })).moment).toBe(expected);
  });

  test('is before the beginning that Atlas tells', () => {
    const state = head({ incidents: [incident({ check: 'snapshot-size', startedAt: NOW - 9 * HOUR })] });
    expect(live({ incidentId: 'i1' }, state).moment).toBe(NOW - 9 * HOUR - SECOND);
  });

  test('is before the last time at which a broken assertion held; those that hold say nothing', () => {
    const integrity = { at: NOW - 5 * HOUR, lines: [], lastHeld: { fine: NOW - 5 * HOUR, broken: NOW - 29 * HOUR } };
    const state = head({ incidents: [incident({ check: 'integrity' })], recovery: recovery([], { integrity }) });
    expect(live({ incidentId: 'i1' }, state).moment).toBe(NOW - 29 * HOUR - SECOND);
    expect(linesOf(live({ incidentId: 'i1' }, state), 'Moment to go back to')).toBe(
      '2026-11-21T16:29:59Z (29 h ago): the last before 2026-11-21T16:30:00Z (29 h ago), when the trouble may have begun | Check it against what you know: it may have begun earlier.',
    );
  });

  test('is none where the trouble is older than the window, and snapshots are pointed to', () => {
    const state = head({ incidents: [incident({ check: 'integrity', startedAt: NOW - 8 * DAY })] });
    expect(linesOf(live({ incidentId: 'i1' }, state), 'Moment to go back to')).toMatch(
      /^! No moment before .* can be restored\. \| Take a snapshot/,
    );
  });
});

describe('what the commands are filled with', () => {
  // Proof: only name, sources and target are read.
  const plan = (project: string, target: string) =>
    ({
      name: 'weekly',
      sources: [{ project, cluster: 'orders', uri: null }],
      target: { project: target, cluster: 'sandbox', uri: null },
    }) as unknown as RestorePlan;

  test.for([
    ['names', plan('shop', 'drills'), { name: 'sandbox', projectId: 'p9' }],
    ['ids', plan('p1', 'p9'), { name: 'sandbox', projectId: 'p9' }],
    ['a target in a project that no check has seen', plan('shop', 'elsewhere'), { name: 'sandbox', projectId: null }],
    ['another project’s cluster of the same name', plan('blog', 'drills'), null],
  ] as const)('the sandbox of the test that has the cluster as a source, by %s', ([, one, expected]) => {
    const seen = view([row('orders'), row('other', { projectId: 'p9', projectName: 'drills' })]);
    const values = live({ policy: { ...POLICY, restoreTests: [one] } }, head(), seen);
    expect([values.target, values.plan]).toEqual([expected, expected && 'weekly']);
  });

  test.for([
    [
      'snapshot',
      { kind: 'snapshot', snapshotId: 's9', at: NOW - HOUR, expiresAt: null },
      { snapshotId: 's9', moment: NOW - MINUTE - 1_000 },
    ],
    ['moment', { kind: 'moment', at: NOW - HOUR, expiresAt: null }, { snapshotId: null, moment: NOW - HOUR }],
  ] as const)('the %s whose test failed, where that is the incident', ([, point, expected]) => {
    const proofs = [proof(), proof({ id: 't2', verdict: 'failed', endedAt: NOW - MINUTE, point })];
    const state = (check: 'restore-test' | 'backup-age') => head({ incidents: [incident({ check })], recovery: recovery(proofs) });
    expect(commandValues(live({ incidentId: 'i1' }, state('restore-test')))).toMatchObject(expected);
    expect(commandValues(live({ incidentId: 'i1' }, state('backup-age'))).snapshotId).toBe('s1');
  });

  test('the proven snapshot, unless it has expired or was a moment', () => {
    const idOf = (said: Partial<Proof>) => commandValues(live({}, head({ recovery: recovery([proof(said)]) }))).snapshotId;
    expect(idOf({})).toBe('s1');
    expect(idOf({ point: { kind: 'snapshot', snapshotId: 's1', at: NOW - 2 * DAY, expiresAt: NOW } })).toBeNull();
    expect(idOf({ point: { kind: 'moment', at: NOW - 2 * DAY, expiresAt: null } })).toBeNull();
  });
});
