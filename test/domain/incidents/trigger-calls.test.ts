import { describe, expect, test } from 'vitest';
import { ANY_TRIGGER, type CallsByTrigger, countCall, isRegular, isTriggerName } from '../../../lib/domain/incidents/trigger-calls.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { NOW } from '../../support/facts.ts';

/** A trigger that calls at these moments. */
function called(name: string, moments: readonly number[], before: CallsByTrigger = {}): CallsByTrigger {
  return moments.reduce((calls, at) => countCall(calls, name, at, HOUR), before);
}

function hours(from: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index * HOUR);
}

describe('the name of a trigger', () => {
  test.for([
    ['github', true],
    ['gitlab-ci-2', true],
    ['a'.repeat(32), true],
    ['a'.repeat(33), false],
    ['', false],
    ['GitHub', false],
    ['2nd', false],
    ['*', false],
    ['a b', false],
    ['<script>', false],
    ['gïthub', false],
  ] as const)('may be %j: %s', ([name, is]) => expect(isTriggerName(name)).toBe(is));
});

describe('calls are counted', () => {
  test('once in an interval, by whomever and by each trigger', () => {
    const calls = called('github', [NOW + 17 * MINUTE], called('vercel', [NOW, NOW + 59 * MINUTE, NOW + HOUR]));
    expect(calls['vercel']?.days).toEqual([['2026-11-22', 2]]);
    expect(calls['github']?.days).toEqual([['2026-11-22', 1]]);
    expect(calls[ANY_TRIGGER]?.days).toEqual([['2026-11-22', 2]]);
  });

  test('as the same object where nothing is new, so that no swap is needed', () => {
    const calls = called('vercel', [NOW]);
    expect(countCall(calls, 'vercel', NOW + MINUTE, HOUR)).toBe(calls);
  });

  test('not again when the clock is set back', () => {
    const calls = called('vercel', [NOW]);
    expect(countCall(calls, 'vercel', NOW - 3 * HOUR, HOUR)).toBe(calls);
  });

  test('by day, for 31 days', () => {
    const days = called('vercel', hours(NOW, 24 * 40))['vercel']?.days ?? [];
    expect(days).toHaveLength(31);
    expect(days.at(-2)?.[1]).toBe(24);
  });

  test('no more of a trigger that has not called for seven days, unless it is the one that calls', () => {
    const calls = called('github', [NOW]);
    expect(Object.keys(called('vercel', [NOW + 7 * DAY], calls))).toContain('github');
    expect(Object.keys(called('vercel', [NOW + 7 * DAY + 1], calls))).not.toContain('github');
    expect(called('github', [NOW + 9 * DAY], calls)['github']?.since).toBe(NOW);
  });

  test('of at most eight triggers: the one that was silent longest makes room', () => {
    const many = Array.from({ length: 9 }, (_, index) => `t${index}`);
    const calls = many.reduce<CallsByTrigger>((before, name, index) => countCall(before, name, NOW + index * HOUR, HOUR), {});
    expect(Object.keys(calls).toSorted()).toEqual([ANY_TRIGGER, ...many.slice(1)]);
  });
});

describe('a trigger is regular', () => {
  test('after calls in half of a day’s intervals, and not one call before', () => {
    const regular = (count: number): boolean | undefined => {
      const calls = called('vercel', hours(NOW, count))['vercel'];
      return calls && isRegular(calls, HOUR);
    };
    expect([regular(11), regular(12)]).toEqual([false, true]);
  });
});
