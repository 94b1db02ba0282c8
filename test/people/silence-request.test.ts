import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import { silenceOf, silenceProblems, type SilenceRequest } from '../../lib/people/silences.ts';
import { NOW } from '../support/facts.ts';

const FINE: SilenceRequest = { match: { cluster: 'orders' }, by: 'dana', why: 'disk resize', from: NOW, until: NOW + 2 * HOUR };

describe('a silence', () => {
  test.for([
    { cluster: 'orders' },
    { project: 'shop' },
    { check: 'rpo' },
    { priority: 'P1' },
    { project: 'shop', cluster: 'orders', check: 'backup-age', priority: 'P0' },
  ])('over %j is allowed', (match) => expect(silenceProblems({ ...FINE, match }, NOW)).toEqual([]));

  test.for([
    ['over everything', { match: {} }, 'match:'],
    ['over empty names', { match: { cluster: '', project: '' } }, 'match:'],
    ['of a check that is none', { match: { check: 'backup' } }, 'check:'],
    ['of a priority that is none', { match: { priority: 'P3' } }, 'priority:'],
    ['by nobody', { by: '  ' }, 'by:'],
    ['without a reason', { why: '' }, 'why:'],
    ['without words for a reason', { why: ' - ' }, 'why:'],
    ['in the past', { from: NOW - 2 * HOUR, until: NOW - HOUR }, 'until: lies in the past'],
    ['that ends now', { until: NOW }, 'until: lies in the past'],
    ['that ends before it begins', { from: NOW + 2 * HOUR, until: NOW + HOUR }, 'until: lies before its beginning'],
    ['without an end', { until: Number.POSITIVE_INFINITY }, 'until: a silence has an end'],
    ['with an end that is no time', { until: Number.NaN }, 'until: a silence has an end'],
    ['of more than 30 days', { until: NOW + 30 * DAY + 1 }, 'until: at most 30 days'],
  ] as const)('%s is refused in words', ([, changes, words]) =>
    expect(silenceProblems({ ...FINE, ...changes }, NOW).some((problem) => problem.startsWith(words))).toBe(true),
  );

  test('of exactly 30 days is allowed', () => expect(silenceProblems({ ...FINE, until: NOW + 30 * DAY }, NOW)).toEqual([]));

  test('lists every problem at once', () =>
    expect(silenceProblems({ match: {}, by: '', why: '', from: NOW, until: Number.NaN }, NOW)).toHaveLength(4));

  test('keeps the request without empty fields and with texts cut to size', () =>
    expect(silenceOf({ ...FINE, match: { cluster: 'orders', check: '' }, by: ' dana ', why: 'w'.repeat(999) }, 's1')).toEqual({
      id: 's1',
      match: { cluster: 'orders' },
      by: 'dana',
      why: 'w'.repeat(300),
      from: NOW,
      until: NOW + 2 * HOUR,
    }));
});
