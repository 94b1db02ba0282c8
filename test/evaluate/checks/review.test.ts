import { describe, expect, test } from 'vitest';
import { type Config, policyOf } from '../../../lib/config/policy/define-config.ts';
import { DAY } from '../../../lib/domain/time.ts';
import { withSetUp } from '../../../lib/reconcile/set-up-findings.ts';
import { inWords, NOW, type Watcher, watcher } from '../../support/facts.ts';
import { head } from '../../support/incidents.ts';

const MARCH: Config = { review: { next: '2027-03-01' } };
/** The day is over. */
const OVER = Date.UTC(2027, 2, 2);

function at(moment: number, config: Config = MARCH, seen: Watcher = watcher(config)) {
  return seen.look({ at: moment }).finding('review', null);
}

describe('review', () => {
  test.for([
    ['before the day it is ok', OVER - 30 * DAY, 'ok'],
    ['in the last millisecond of the day it is ok', OVER - 1, 'ok'],
    ['when the day is over it is failing', OVER, 'failing info'],
    ['a year later it is failing', OVER + 365 * DAY, 'failing info'],
  ] as const)('%s', ([, moment, verdict]) => expect(inWords(at(moment))).toBe(verdict));

  test('without a day in the policy is exempt', () => expect(inWords(at(NOW, {}))).toBe('exempt'));

  test('names the day and how long it is over, and began when it was over', () => {
    const found = at(OVER + 3 * DAY);
    expect(found?.summary).toBe('the review of the backup and recovery plan was due on 1 Mar 2027, which ended 3 d ago');
    expect(found?.startedAt).toBe(OVER);
  });

  test('is asked whether or not a cluster can be read', () =>
    expect(
      inWords(
        watcher(MARCH)
          .look({ at: OVER, cluster: { read: false } })
          .finding('review', null),
      ),
    ).toBe('failing info'));

  /** What `set-up` makes of the last of these checks. */
  function explained(moments: readonly number[]): string {
    const seen = watcher(MARCH);
    const last = moments.map((moment) => seen.look({ at: moment })).at(-1);
    if (last === undefined) return 'no check';
    const { findings, memory } = last.judgement;
    const all = withSetUp(findings, { head: head(), memory, general: policyOf(MARCH).general, now: moments.at(-1) ?? NOW });
    return inWords(all.find(({ check }) => check === 'review'));
  }

  test('that the first check finds over is part of the set-up', () => expect(explained([OVER])).toBe('failing info (set-up)'));

  test('that passes later is an incident of its own', () => expect(explained([OVER - DAY, OVER])).toBe('failing info'));
});
