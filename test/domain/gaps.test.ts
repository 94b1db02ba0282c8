import { describe, expect, test } from 'vitest';
import { allGaps, type OplogSource, oplogGaps, restoreGaps } from '../../lib/domain/gaps.ts';
import type { ClusterMemory, Signal } from '../../lib/domain/memory.ts';
import type { RecoveryPoint } from '../../lib/domain/recovery.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { NOW, watcher } from '../support/facts.ts';

/** "b3" is behind three hours ago, "c2" caught up two hours ago, "a", "r": restore asked for and ended. */
function signals(...written: readonly string[]): readonly Signal[] {
  const kinds = { b: 'behind', c: 'caughtUp', a: 'restoreAsked', r: 'restored' } as const;
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
    ['none', [], [1], []],
    ['open', ['b3'], [], ['3…']],
    ['caught up', ['b3', 'c2'], [], ['3…2']],
    ['caught up, in any order of telling', ['c2', 'b3'], [], ['3…2']],
    ['told twice is one', ['b3', 'b2.9', 'c2', 'c1.9'], [], ['3…2']],
    ['caught up without a beginning is none', ['c2'], [], []],
    ['ended by the first snapshot after the last behind', ['b6', 'b5'], [5.5, 4, 3], ['6…4']],
    ['not by one while it was quiet for less than two hours', ['b1.9'], [1], ['1.9…']],
    ['by one after exactly two quiet hours', ['b2'], [1], ['2…1']],
    ['two, with a snapshot between them', ['b9', 'b3'], [8, 1], ['9…8', '3…1']],
    ['one, with a snapshot in between but no two quiet hours', ['b5', 'b3.5'], [4.5], ['5…']],
    ['two, caught up and open', ['b9', 'c8', 'b1'], [], ['9…8', '1…']],
    ['caught up long after a snapshot had ended it', ['b9', 'c2'], [8], ['9…8']],
  ])('%s', ([, told, taken, expected]) =>
    expect(inHours(oplogGaps({ signals: signals(...told) }, points(...taken), 0, NOW))).toEqual(expected),
  );

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
    ['are as told where it was always on', { ...on, onSince: null, brokeAt: null }, ['b5'], ['5…']],
  ])('%s', ([, pitr, told, expected]) => {
    const source: OplogSource = pitr ? { signals: signals(...told), pitr } : { signals: signals(...told) };
    expect(inHours(oplogGaps(source, [], 0, NOW))).toEqual(expected);
  });

  test('of ten thousand signals are found in a moment', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `${index % 2 === 0 ? 'b' : 'c'}${10_000 - index}`);
    expect(oplogGaps({ signals: signals(...many) }, points(1), 0, NOW)).toHaveLength(5_000);
  });
});

describe('restores into a cluster', () => {
  test.for<[string, readonly string[], readonly number[], readonly string[]]>([
    ['from the request to the first snapshot after the end', ['a5', 'r4'], [4.5, 3, 2], ['5…3']],
    ['from the end where nobody asked', ['r4'], [3], ['4…3']],
    ['from the newest of several requests', ['a9', 'a5', 'r4'], [3], ['5…3']],
    ['not from a request of more than a day before', ['a30', 'r4'], [3], ['4…3']],
    ['open while no snapshot has followed', ['a5', 'r4'], [4.5], ['5…']],
    ['not by a request alone', ['a5'], [3], []],
  ])('%s', ([, told, taken, expected]) =>
    expect(inHours(restoreGaps(memory({ signals: signals(...told) }), points(...taken)))).toEqual(expected),
  );
});

test('all gaps: the folded ones and those still told, each once, oldest first', () => {
  const folded = [{ from: NOW - 5 * DAY, to: NOW - 4 * DAY, cause: 'paused' }];
  const cluster = memory({ breaks: folded, signals: signals('b3', 'c2', 'a9', 'r8') });
  expect(inHours(allGaps(cluster, points(7), 0, NOW))).toEqual(['120…96', '9…7', '3…2']);
});
