import { describe, expect, test } from 'vitest';
import { type CronCallers, isBetweenChecks, withCall } from '../../../lib/domain/crons/cron-callers.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

describe('a call of a cron route', () => {
  const noted: { readonly callers?: CronCallers } = { callers: { dispatch: { github: NOW } } };

  test.for([
    ['within the hour', HOUR - 1, false],
    ['exactly an hour later', HOUR, true],
    ['by a clock that was set back', -1, true],
  ] as const)('by the same caller %s is noted: $2', ([, later, isNoted]) => {
    expect(withCall(noted, { cron: 'dispatch', caller: 'github', at: NOW + later }) !== noted).toBe(isNoted);
  });

  test('by another caller, or of another route, is noted beside it', () => {
    const other = withCall(noted, { cron: 'dispatch', caller: 'vercel', at: NOW + MINUTE });
    expect(withCall(other, { cron: 'drill', caller: 'github', at: NOW + MINUTE })).toEqual({
      callers: { dispatch: { github: NOW, vercel: NOW + MINUTE }, drill: { github: NOW + MINUTE } },
    });
  });

  test('forgets who has not called for over seven days, and all but the last eight', () => {
    const at = NOW + 7 * DAY;
    expect(withCall(noted, { cron: 'dispatch', caller: 'vercel', at }).callers?.dispatch).toEqual({ github: NOW, vercel: at });
    expect(withCall(noted, { cron: 'dispatch', caller: 'vercel', at: at + 1 }).callers?.dispatch).toEqual({ vercel: at + 1 });
    const names = Array.from({ length: 20 }, (_, index) => `caller-${index}`);
    const many = names.reduce((head, caller, index) => withCall(head, { cron: 'drill', caller, at: NOW + index }), noted);
    expect(Object.keys(many.callers?.drill ?? {}).toSorted()).toEqual(names.slice(-8).toSorted());
  });
});

test.for([
  ['none has run', null, true],
  ['it began now', 0, false],
  ['it began just under a sixth of an interval ago', 10 * MINUTE - 1, false],
  ['it began a sixth of an interval ago', 10 * MINUTE, true],
  ['it began five sixths of an interval ago', 50 * MINUTE, true],
  ['the next one is due in under a sixth', 50 * MINUTE + 1, false],
  ['the next one is due now', HOUR, false],
  ['two did not come, in the middle of an interval', 2.5 * HOUR, true],
  ['it begins half an hour from now by a clock that was set back', -30 * MINUTE, true],
] as const)('a dispatch may write between two checks: %s', ([, ago, may]) => {
  expect(isBetweenChecks(ago === null ? null : NOW - ago, NOW, HOUR)).toBe(may);
});
