import { describe, expect, test } from 'vitest';
import { calendarPeriods, lastQuarter } from '../../lib/domain/calendar-periods.ts';

describe('the periods that people ask for', () => {
  test.for([
    ['2026-11-30T14:00:00Z', '2026-11-01 2026-11-30', '2026-10-01 2026-10-31', '2026-10-01 2026-12-31', '2026-07-01 2026-09-30'],
    ['2026-01-01T00:00:00Z', '2026-01-01 2026-01-31', '2025-12-01 2025-12-31', '2026-01-01 2026-03-31', '2025-10-01 2025-12-31'],
    ['2025-12-31T23:59:59Z', '2025-12-01 2025-12-31', '2025-11-01 2025-11-30', '2025-10-01 2025-12-31', '2025-07-01 2025-09-30'],
    ['2028-03-31T12:00:00Z', '2028-03-01 2028-03-31', '2028-02-01 2028-02-29', '2028-01-01 2028-03-31', '2027-10-01 2027-12-31'],
  ])('on %s are this month %s, last month %s, this quarter %s, last quarter %s', ([now = '', ...expected]) => {
    const periods = calendarPeriods(Date.parse(now));
    expect(periods.map(({ from, to }) => `${from} ${to}`)).toEqual(expected);
    expect(periods.map(({ name }) => name)).toEqual(['this month', 'last month', 'this quarter', 'last quarter']);
    expect(lastQuarter(Date.parse(now))).toMatchObject({ from: expected[3]?.slice(0, 10) });
  });
});
