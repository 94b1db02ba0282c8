import { describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../../lib/domain/audit/audit-entry.ts';
import { HOUR, iso } from '../../../lib/domain/time.ts';
import { isOfRuns, runList } from '../../../lib/render/history/run-list.ts';
import { head, NOW, run } from '../../app/recorded.ts';

const REQUEST = { now: NOW, interval: HOUR };

function entry(what: AuditEntry['what'], details: AuditEntry['details'], data?: string): AuditEntry {
  const place = { number: 7, at: iso(NOW - HOUR), by: 'cron', from: null, about: 'r7', previous: '', hash: '' };
  return { ...place, what, details, ...(data !== undefined && { data }) };
}

function first(given: AuditEntry) {
  return runList(head(), { entries: [given], next: null }, REQUEST).entries[0];
}

describe('the interval since the last complete check', () => {
  test.for([
    ['of exactly two intervals is none that nobody watched', 2 * HOUR, null],
    ['of a millisecond more is one', 2 * HOUR + 1, '2 h'],
  ] as const)('%s', ([, ago, length]) => {
    const list = runList(head({ lastComplete: run(ago) }), { entries: [], next: null }, REQUEST);
    expect(list.gapNow?.length ?? null).toBe(length);
  });

  test('is without a beginning where no check was ever complete', () =>
    expect(runList(null, { entries: [], next: null }, REQUEST).gapNow).toEqual({ since: null, length: null }));
});

describe('an entry of the log', () => {
  const details = { startedAt: iso(NOW - HOUR), finishedAt: iso(NOW - HOUR + 61_000), complete: 'yes' };

  test('of a check has how long it took, and what an earlier version did not record as such', () =>
    expect(first(entry('run', details))).toMatchObject({
      took: '1 min 1 s',
      complete: true,
      trigger: null,
      clusters: null,
      unknown: null,
      changed: null,
    }));

  test.for([
    [{}, ''],
    [{ trigger: 'vercel' }, 'vercel'],
  ] as const)('of a check that recorded %j names the caller %j', ([more, trigger]) =>
    expect(first(entry('run', { ...details, clusters: '3', unknown: '1', 'unknown of': 'orders (shop)', ...more }))).toMatchObject({
      trigger,
      clusters: 3,
      unknown: 1,
      unknownOf: 'orders (shop)',
    }),
  );

  test.for([
    ['{"whole":true,"clusters":[{},{}]}', 2, true],
    ['{"whole":false,"clusters":[]}', 0, false],
    ['nonsense', null, false],
    ['{"clusters":7}', null, false],
  ] as const)('of a check with the verdicts %s lists %j clusters', ([data, changed, listsAll]) =>
    expect(first(entry('run', details, data))).toMatchObject({ changed, listsAll }),
  );

  test.for([
    ['has its length', {}, '3 h'],
    ['has none where the clock was set back', { clock: 'was set back' }, null],
  ] as const)('of an interval without a check %s', ([, more, length]) => {
    const span = { from: iso(NOW - 5 * HOUR), to: iso(NOW - 2 * HOUR) };
    expect(first(entry('gap', { ...span, ...more }))).toMatchObject({ kind: 'gap', ...span, length });
  });

  test.for([
    ['run', { complete: 'yes' }, [true, false]],
    ['run', { complete: 'no' }, [true, true]],
    ['gap', {}, [true, true]],
    ['note', {}, [false, false]],
  ] as const)('%s with %j is shown among all, and among what went wrong: %j', ([what, given, expected]) =>
    expect([isOfRuns(entry(what, given), 'all'), isOfRuns(entry(what, given), 'trouble')]).toEqual(expected),
  );
});
