import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, dayInWords, HOUR, iso, MINUTE, SECOND, spell, withShortTimes } from '../../lib/domain/time.ts';

describe('an instant', () => {
  test('is written as JavaScript itself writes it, without milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(9999, 11, 31) }), (at) => {
        expect(iso(at)).toBe(`${new Date(at).toISOString().slice(0, 19)}Z`);
      }),
    );
  });

  test.for([
    [0, '1970-01-01T00:00:00Z'],
    [-1, '1969-12-31T23:59:59Z'],
    [DAY - 1, '1970-01-01T23:59:59Z'],
    [DAY, '1970-01-02T00:00:00Z'],
    [Date.UTC(2028, 1, 29, 23, 59, 59, 999), '2028-02-29T23:59:59Z'],
    [Date.UTC(2028, 2, 1), '2028-03-01T00:00:00Z'],
  ] as const)('%d is %s', ([at, text]) => expect(iso(at)).toBe(text));

  test.for([Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + DAY])('%d is refused with a RangeError', (at) => {
    expect(() => iso(at)).toThrow(RangeError);
  });
});

describe('a length of time is spelled in its two largest units, rounded down:', () => {
  test.for([
    [0, '0 s'],
    [-1, '0 s'],
    [-20 * HOUR, '0 s'],
    [SECOND - 1, '0 s'],
    [SECOND, '1 s'],
    [MINUTE - 1, '59 s'],
    [MINUTE, '1 min'],
    [MINUTE + SECOND, '1 min 1 s'],
    [HOUR - 1, '59 min 59 s'],
    [HOUR, '1 h'],
    [HOUR + 59 * SECOND, '1 h'],
    [HOUR + MINUTE, '1 h 1 min'],
    [DAY - 1, '23 h 59 min'],
    [DAY, '24 h'],
    [DAY + 59 * MINUTE, '24 h 59 min'],
    [30 * HOUR, '30 h'],
    [2 * DAY - 1, '47 h 59 min'],
    [2 * DAY, '2 d'],
    [2 * DAY + 59 * MINUTE, '2 d'],
    [2 * DAY + HOUR, '2 d 1 h'],
    [400 * DAY + 23 * HOUR, '400 d 23 h'],
    [-90 * SECOND, '0 s'],
  ] as const)('%d is %s', ([length, words]) => expect(spell(length)).toBe(words));
});

describe('recorded text, as people read it on 5 October 2026,', () => {
  const now = Date.UTC(2026, 9, 5, 12);

  test.for([
    ['has the time alone of today', 'failed at 2026-10-05T11:03:00Z', 'failed at 11:03Z'],
    ['has the day of another day', 'since 2026-10-04T11:03:00Z', 'since 4 Oct 11:03Z'],
    ['has the year of another year', 'since 2025-10-05T11:03:00Z', 'since 5 Oct 2025 11:03Z'],
    [
      'says of a span from another day that it ends today',
      'taken 2026-09-06T08:40:00Z to 2026-10-05T08:40:00Z',
      'taken 6 Sep 08:40Z to today 08:40Z',
    ],
    ['says it of a span in other words', 'between 2026-10-04T23:00:00Z and 2026-10-05T00:00:00Z', 'between 4 Oct 23:00Z and today 00:00Z'],
    ['leaves a span of today short', 'between 2026-10-05T11:00:00Z and 2026-10-05T12:00:00Z', 'between 11:00Z and 12:00Z'],
    ['leaves a span of other days', '2026-10-03T11:00:00Z to 2026-10-04T12:00:00Z', '3 Oct 11:00Z to 4 Oct 12:00Z'],
    ['takes no two moments for a span', 'of 2026-10-04T11:00:00Z, read 2026-10-05T12:00:00Z', 'of 4 Oct 11:00Z, read 12:00Z'],
  ] as const)('%s', ([, recorded, read]) => expect(withShortTimes(recorded, now)).toBe(read));
});

test.for([
  [Date.UTC(2026, 9, 5), '5 Oct 2026'],
  [Date.UTC(2026, 9, 6) - 1, '5 Oct 2026'],
  [Date.UTC(2027, 0, 31), '31 Jan 2027'],
] as const)('the day of %d is %s in words, with its year', ([at, words]) => expect(dayInWords(at)).toBe(words));
