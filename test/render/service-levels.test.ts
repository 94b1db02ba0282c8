import { describe, expect, test } from 'vitest';
import type { Head } from '../../lib/domain/incidents/head.ts';
import { type CallsByTrigger, countCall } from '../../lib/domain/incidents/trigger-calls.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { serviceLevels, serviceLevelsInWords } from '../../lib/render/service-levels.ts';
import { NOW } from '../support/facts.ts';
import { accepted, head, incident } from '../support/incidents.ts';

/** Midnight, so that days begin with an interval. */
const START = Math.ceil(NOW / DAY) * DAY;

function words(state: Partial<Head>, now: number): readonly string[] {
  return serviceLevelsInWords(serviceLevels(head(state), now, HOUR));
}

function calls(count: number, missing: (hour: number) => boolean, name = 'vercel', before: CallsByTrigger = {}): CallsByTrigger {
  const hours = Array.from({ length: count }, (_, hour) => hour).filter((hour) => !missing(hour));
  return hours.reduce((all, hour) => countCall(all, name, START + hour * HOUR + MINUTE, HOUR), before);
}

describe('the share of scheduled checks that ran', () => {
  test('counts each interval without a call as missed, over 30 days', () => {
    const missed = new Set([100, 200, 300]);
    expect(words({ calls: calls(30 * 24, (hour) => missed.has(hour)) }, START + 30 * DAY - 1)[1]).toBe(
      '717 of 720 scheduled checks ran; vercel missed 3 of 720',
    );
  });

  test('does not count the present interval before it is over, unless it had its call', () => {
    const state = { calls: calls(10, () => false) };
    const at = (offset: number): string | undefined => words(state, START + 10 * HOUR + offset)[1];
    expect(at(-1)).toBe('10 of 10 scheduled checks ran; vercel missed 0 of 10');
    expect(at(0)).toBe('10 of 10 scheduled checks ran; vercel missed 0 of 10');
    expect(at(HOUR)).toBe('10 of 11 scheduled checks ran; vercel missed 1 of 11');
  });

  test('counts a trigger from its first call on, and what the other did for the whole', () => {
    const both = calls(
      24,
      (hour) => hour < 12 || hour === 20,
      'github',
      calls(24, () => false),
    );
    expect(words({ calls: both }, START + DAY - 1)[1]).toBe('24 of 24 scheduled checks ran; github missed 1 of 12; vercel missed 0 of 24');
  });

  test('names calls without a name only if they are regular', () => {
    expect(words({ calls: calls(5, () => false, 'unnamed') }, START + 5 * HOUR - 1)[1]).toBe('5 of 5 scheduled checks ran');
    expect(words({ calls: calls(24, () => false, 'unnamed') }, START + DAY - 1)[1]).toBe(
      '24 of 24 scheduled checks ran; unnamed missed 0 of 24',
    );
  });

  test('leaves out what is older than 30 days', () => {
    const state = { calls: calls(40 * 24, (hour) => hour < 10 * 24 && hour > 0) };
    expect(serviceLevels(head(state), START + 40 * DAY - 1, HOUR).checks).toMatchObject({ kept: 720, of: 720 });
  });
});

describe('the share of incidents that a provider accepted in time', () => {
  test('is of those that have left the head and of those in it', () => {
    const state = { promptness: [['2026-11-21', 8, 7]] as const, incidents: [incident('a')], deliveries: [accepted('sms', ['a'])] };
    expect(words(state, NOW + HOUR)).toEqual(['a provider accepted 8 of 9 incidents of 30 days within 5 min']);
  });

  test('leaves out days older than 30 days, counted with today', () => {
    const of = (day: string): number => serviceLevels(head({ promptness: [[day, 1, 1]] }), NOW, HOUR).notified.of;
    expect([of('2026-10-24'), of('2026-10-23')]).toEqual([1, 0]);
  });

  test('says so where there is nothing to measure', () => {
    expect(words({}, NOW)).toEqual(['no incident to measure in 30 days']);
    expect(serviceLevels(null, NOW, HOUR).checks).toEqual({ kept: 0, of: 0, byTrigger: [] });
  });
});
