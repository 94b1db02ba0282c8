import { describe, expect, test } from 'vitest';
import { allGaps, type OplogSource, oplogGaps, restoreGaps } from '../../../lib/domain/memory/pitr-breaks.ts';
import type { ClusterMemory, Signal } from '../../../lib/domain/memory/memory.ts';
import type { RecoveryPoint } from '../../../lib/domain/memory/held/recovery-points.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { NOW, watcher } from '../../support/facts.ts';

/** "b3" is behind three hours ago, "c2" caught up two hours ago, "a", "r": restore asked for and ended. */
function signals(...written: readonly string[]): readonly Signal[] {
  const kinds = { b: 'behind', c: 'caughtUp', a: 'restoreRequested', r: 'restored' } as const;
  return written.map((text) => {
    const kind = kinds[text[0] === 'b' || text[0] === 'c' || text[0] === 'a' ? text[0] : 'r'];
    return { id: text, kind, at: NOW - Number(text.slice(1)) * HOUR, actor: null };
  });
}

function points(...hoursAgo: readonly number[]): readonly RecoveryPoint[] {
  return hoursAgo.map((hours) => ({ createdAt: NOW - hours * HOUR, expiresAt: null, sizeBytes: null }));
}

function memory(changes: Partial<ClusterMemory>): ClusterMemory {
  const seen = watcher().look().memory.projects['p1']?.clusters['c1'];
  if (!seen) throw new Error('the watcher saw no cluster');
  return { ...seen, ...changes };
}

function inHours(gaps: readonly { readonly from: number; readonly to: number | null }[]): readonly string[] {
  return gaps.map(({ from, to }) => `${(NOW - from) / HOUR}…${to === null ? '' : (NOW - to) / HOUR}`);
}

describe('oplog gaps', () => {
  test.for<[string, readonly string[], readonly number[], readonly string[]]>([
    ['are none without events', [], [1], []],
    ['are open while nothing has ended them', ['b3'], [], ['3…']],
    ['end where Atlas says that the oplog caught up', ['b3', 'c2'], [], ['3…2']],
    ['are the same in whatever order the events are listed', ['c2', 'b3'], [], ['3…2']],
    ['are one where the events are repeated', ['b3', 'b2.9', 'c2', 'c1.9'], [], ['3…2']],
    ['are none where an end has no beginning', ['c2'], [], []],
    ['end with the first snapshot after the last event that the oplog is behind', ['b6', 'b5'], [5.5, 4, 3], ['6…4']],
    ['do not end with a snapshot while no such event came for less than two hours', ['b1.9'], [1], ['1.9…']],
    ['end with a snapshot once no such event came for exactly two hours', ['b2'], [1], ['2…1']],
    ['are two with a snapshot and two hours between them', ['b9', 'b3'], [8, 1], ['9…8', '3…1']],
    ['are one where a snapshot lies between but not two hours without such an event', ['b5', 'b3.5'], [4.5], ['5…']],
    ['are two where one was caught up and one is open', ['b9', 'c8', 'b1'], [], ['9…8', '1…']],
    ['end with the snapshot where Atlas says much later that the oplog caught up', ['b9', 'c2'], [8], ['9…8']],
  ])('%s', ([, written, taken, expected]) =>
    expect(inHours(oplogGaps({ signals: signals(...written) }, points(...taken), 0, NOW))).toEqual(expected),
  );

  test.for([
    [2 * HOUR - 1, ['6.5…']],
    [2 * HOUR, ['6.5…1']],
  ] as const)('whose last event was shown late end with a snapshot %i ms after it was shown', ([since, expected]) => {
    const late: Signal = { id: 'b', kind: 'behind', at: NOW - 6.5 * HOUR, actor: null, shownAt: NOW - since };
    expect(inHours(oplogGaps({ signals: [late] }, points(1), 0, NOW))).toEqual(expected);
  });

  test('begin earlier by the lag that Atlas’s threshold implies', () =>
    expect(inHours(oplogGaps({ signals: signals('b3', 'c2') }, [], 30 * MINUTE, NOW))).toEqual(['3.5…2']));

  const at = (hours: number): number => NOW - hours * HOUR;
  const on = { on: true, seenAt: NOW, onSince: at(4), offSince: null, brokeAt: at(6) } as const;
  test.for<[string, OplogSource['pitr'], readonly string[], readonly string[]]>([
    ['end where PITR was switched off', { on: false, seenAt: NOW, onSince: null, offSince: at(2), brokeAt: null }, ['b3'], ['3…2']],
    ['end there also after it is on again', on, ['b8'], ['8…6']],
    ['do not begin while it was off', on, ['b5', 'c4.5'], []],
    ['begin after it is on again', on, ['b8', 'b3'], ['8…6', '3…']],
    ['do not begin before it was on for the first time', { ...on, brokeAt: null }, ['b5', 'b3'], ['3…']],
    ['are none where it was off from the first', { on: false, seenAt: NOW, onSince: null, offSince: null, brokeAt: null }, ['b5'], []],
    ['are as the events say where PITR was always on', { ...on, onSince: null, brokeAt: null }, ['b5'], ['5…']],
  ])('%s', ([, pitr, written, expected]) => {
    const source: OplogSource = pitr ? { signals: signals(...written), pitr } : { signals: signals(...written) };
    expect(inHours(oplogGaps(source, [], 0, NOW))).toEqual(expected);
  });

  test('are found in ten thousand events without quadratic work', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `${index % 2 === 0 ? 'b' : 'c'}${10_000 - index}`);
    expect(oplogGaps({ signals: signals(...many) }, points(1), 0, NOW)).toHaveLength(5_000);
  });
});

describe('the gap that a restore into a cluster makes', () => {
  test.for<[string, readonly string[], readonly number[], readonly string[]]>([
    ['reaches from the request to the first snapshot after the restore’s end', ['a5', 'r4'], [4.5, 3, 2], ['5…3']],
    ['begins at the restore’s end where no request is known', ['r4'], [3], ['4…3']],
    ['begins at the newest of several requests', ['a9', 'a5', 'r4'], [3], ['5…3']],
    ['does not begin at a request more than a day before', ['a30', 'r4'], [3], ['4…3']],
    ['is open while no snapshot has followed', ['a5', 'r4'], [4.5], ['5…']],
    ['is none where there was only a request', ['a5'], [3], []],
  ])('%s', ([, written, taken, expected]) =>
    expect(inHours(restoreGaps(memory({ signals: signals(...written) }), points(...taken)))).toEqual(expected),
  );
});

test('all gaps: those kept in memory and those that events still show, each once, oldest first', () => {
  const folded = [{ from: NOW - 5 * DAY, to: NOW - 4 * DAY, cause: 'paused' }];
  const cluster = memory({ breaks: folded, signals: signals('b3', 'c2', 'a9', 'r8') });
  expect(inHours(allGaps(cluster, points(7), 0, NOW))).toEqual(['120…96', '9…7', '3…2']);
});
