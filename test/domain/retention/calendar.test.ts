import { describe, expect, test } from 'vitest';
import type { Retention } from '../../../lib/domain/facts/facts.ts';
import { daysOf, inWords, keptUntil, retentionOf } from '../../../lib/domain/retention/calendar.ts';

const at = (text: string): number => Date.parse(text);

describe('keptUntil', () => {
  test.for<[string, Retention, string]>([
    ['2026-11-30T06:00:00Z', { unit: 'days', value: 30 }, '2026-12-30T06:00:00Z'],
    ['2026-11-30T06:00:00Z', { unit: 'weeks', value: 5 }, '2027-01-04T06:00:00Z'],
    ['2026-11-30T06:00:00Z', { unit: 'months', value: 3 }, '2027-02-28T06:00:00Z'],
    ['2027-11-30T06:00:00Z', { unit: 'months', value: 3 }, '2028-02-29T06:00:00Z'],
    ['2026-12-31T23:59:59Z', { unit: 'months', value: 12 }, '2027-12-31T23:59:59Z'],
    ['2028-02-29T00:00:00Z', { unit: 'years', value: 1 }, '2029-02-28T00:00:00Z'],
    ['2026-12-01T01:02:03Z', { unit: 'years', value: 7 }, '2033-12-01T01:02:03Z'],
  ])('a snapshot of %s that is kept for %o is gone at %s', ([taken, retention, gone]) => {
    expect(new Date(keptUntil(at(taken), retention)).toISOString()).toBe(new Date(gone).toISOString());
  });
});

describe('daysOf', () => {
  test.for<[Retention, number, number]>([
    [{ unit: 'days', value: 90 }, 90, 90],
    [{ unit: 'weeks', value: 14 }, 98, 98],
    [{ unit: 'months', value: 1 }, 28, 31],
    [{ unit: 'months', value: 3 }, 89, 92],
    [{ unit: 'months', value: 12 }, 365, 366],
    [{ unit: 'years', value: 1 }, 365, 366],
    [{ unit: 'years', value: 7 }, 2556, 2557],
  ])('%o is at least %i and at most %i days', ([retention, least, most]) => {
    expect(daysOf(retention)).toEqual({ least, most });
  });
});

test('an item whose retention Atlas words is read in those words, one without in days, and one that is malformed is unknown', () => {
  const item = { frequency: 'monthly', interval: 40 } as const;
  const months = { unit: 'months', value: 12 } as const;
  expect(retentionOf({ ...item, retentionDays: 360, retention: months })).toEqual(months);
  expect(retentionOf({ ...item, retentionDays: 360 })).toEqual({ unit: 'days', value: 360 });
  expect(retentionOf({ ...item, retentionDays: null, retention: null })).toBeNull();
  expect(retentionOf({ ...item, retentionDays: null })).toBeNull();
});

test('a retention is spelt with its own unit', () => {
  expect([inWords({ unit: 'weeks', value: 12 }), inWords({ unit: 'years', value: 1 })]).toEqual(['12 weeks', '1 year']);
});
