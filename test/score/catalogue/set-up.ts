import { DAY, HOUR } from '../../../lib/domain/time.ts';
import type { Chapter, Expected } from '../fault.ts';
import type { World } from '../world.ts';

/** The world begins at 09:00 of this day, and a fault two hours and seven minutes later. */
const TODAY = '2026-10-05';
const review: Expected = { check: 'review', severity: 'info', about: 'the review of the plan', within: 14 * HOUR, by: 'email' };

function byMailAlone({ slack, pagerduty, twilio }: World): string | null {
  return slack.messages.length + pagerduty.alerts.length + twilio.messages.length === 0 ? null : 'it did not go by mail alone';
}

export const SET_UP: Chapter = {
  heading: 'What people have to set up and keep (plan 8, and its last line)',
  faults: [
    {
      id: 'review-over',
      title: 'the day of the plan’s next review passes, and nobody reviews it: told once, by mail alone',
      source: '[D] docs/plan.md (next review)',
      setup: { policy: { digestHour: null, review: { next: TODAY } } },
      start: () => {},
      expect: [review],
      lasts: 2 * DAY,
      proof: byMailAlone,
    },
    {
      id: 'contacts-tbd',
      title: 'the plan’s roles are TBD, and nothing else is set up either: nobody is told for six days',
      source: '[D] docs/plan.md §8',
      setup: { policy: { people: [], restoreTests: [], drills: [] } },
      start: () => {},
      expect: [],
      lasts: 6 * DAY,
    },
    {
      id: 'never-set-up',
      title: 'the same for more than a week: one P2 by mail lists all of it',
      source: '[D] docs/plan.md §8; docs/contract.md, clause 13',
      setup: { policy: { digestHour: null, people: [], restoreTests: [], drills: [] } },
      start: () => {},
      expect: [{ check: 'set-up', severity: 'info', about: 'the set-up', within: 7 * DAY + HOUR, by: 'email' }],
      lasts: 8 * DAY,
      proof: byMailAlone,
    },
  ],
};
