import { describe, expect, test } from 'vitest';
import { type Config, defineConfig, policyOf } from '../../../lib/config/policy/define-config.ts';

/** What the refusal of a configuration says. */
function problem(config: unknown): string {
  try {
    // Proof: it is what a JavaScript file or POLICY_FILE may hold, and the function checks it.
    defineConfig(config as Config);
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? error.message : 'no error';
  }
}

describe('a configuration of the set-up is refused, and says where and what to do,', () => {
  const line = { id: 'sizes', title: 'Sizes are watched', check: 'snapshot-size' };
  test.for<[string, unknown, string]>([
    [
      'if a line of the checklist names an unknown check',
      { checklist: [{ ...line, check: 'snapshot-sise' }] },
      'checklist.0.check: there is no check "snapshot-sise"; write the id of one, such as snapshot-size',
    ],
    [
      'if a line has the id of one of the plan’s',
      { checklist: [{ ...line, id: 'multi-region' }] },
      'checklist.0.id: the checklist has an item of this id',
    ],
    ['if two lines have one id', { checklist: [line, line] }, 'checklist.1.id: there is another "sizes"; name each once'],
    ['if an id is a sentence', { checklist: [{ ...line, id: 'Sizes are watched' }] }, 'checklist.0.id: an id of small letters'],
    ['if the review is at no day of the calendar', { review: { next: '2027-02-30' } }, 'review.next: is no day of the calendar; write'],
    ['if the review is at a word', { review: { next: 'March' } }, 'review.next: is no day of the calendar; write'],
    ['if the review has no day', { review: {} }, 'review.next: is no day of the calendar; write'],
    [
      'if roles stand in two places',
      { people: [], contacts: { roles: [] } },
      'contacts.roles: names the same roles as `people`: keep one of the two',
    ],
    [
      'if a role stands there twice',
      { contacts: { roles: [{ role: 'CTO' }, { role: 'cto' }] } },
      'contacts.roles.1.role: there is another "cto"',
    ],
  ])('%s', ([, config, words]) => expect(problem(config)).toContain(words));
});

describe('the policy of a configuration', () => {
  test('has the day of the review in UTC', () =>
    expect(policyOf({ review: { next: '2027-03-01' } }).general.review).toEqual({ next: Date.UTC(2027, 2, 1) }));

  test('has no day of the review by default', () => expect(policyOf({}).general.review).toEqual({ next: null }));

  test('has the roles of `contacts.roles` as of `people`, with the plan’s duty where none is written', () => {
    const roles = [{ role: 'CTO', contact: 'carl' }];
    const expected = [{ role: 'CTO', contact: 'carl', duty: 'Decision authority' }];
    expect([policyOf({ contacts: { roles } }).general.people, policyOf({ people: roles }).general.people]).toEqual([expected, expected]);
    expect(policyOf({ contacts: { roles } }).general.contacts).toEqual({ sms: [], email: [] });
  });

  test('has the user’s own lines of the checklist', () => {
    const checklist = [{ id: 'sizes', title: 'Sizes are watched', check: 'snapshot-size' }];
    expect(policyOf({ checklist }).general.checklist).toEqual(checklist);
  });
});
