import { describe, expect, test } from 'vitest';
import type { Head } from '../../lib/domain/incidents/head.ts';
import { type CallsByTrigger, countCall } from '../../lib/domain/incidents/trigger-calls.ts';
import { ORGANISATION } from '../../lib/domain/memory/cluster-subject.ts';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import { triggerFindings } from '../../lib/reconcile/trigger-findings.ts';
import { NOW } from '../support/facts.ts';
import { head, incident } from '../support/incidents.ts';

const PART = 'trigger github';
const OPEN = incident('t', {
  check: 'monitor',
  severity: 'warning',
  resource: { ...ORGANISATION, name: 'the trigger github', part: PART },
});
const MISSING = [`failing warning ${PART}`];

/** github called in each of these many hours, the last time so long before NOW. */
function github(silentFor: number, hours = 24): CallsByTrigger {
  const times = Array.from({ length: hours }, (_, index) => NOW - silentFor - (hours - 1 - index) * HOUR);
  return times.reduce<CallsByTrigger>((calls, at) => countCall(calls, 'github', at, HOUR), {});
}

function found(calls: CallsByTrigger, changes: Partial<Head> = {}, trigger = 'vercel', lastRan = HOUR): readonly string[] {
  const lastRun = { runId: 'r', startedAt: NOW - lastRan, finishedAt: NOW - lastRan, complete: true };
  return triggerFindings(head({ calls, lastRun, ...changes }), { trigger, now: NOW, interval: HOUR }).map(
    ({ verdict, severity, resource }) => `${verdict} ${severity ?? 'none'} ${resource.part}`,
  );
}

describe('the finding about a trigger that has stopped', () => {
  test.for<[string, readonly string[], readonly string[]]>([
    ['is not made three hours after its last call', found(github(3 * HOUR)), []],
    ['is made a millisecond later', found(github(3 * HOUR + 1)), MISSING],
    ['is not made about one that called only now and then', found(github(4 * HOUR, 11)), []],
    ['is not made about the one that calls now', found(github(4 * HOUR), {}, 'github'), []],
    ['is not made while no check ran for long, since it had no turn', found(github(4 * HOUR), {}, 'vercel', 2 * HOUR), []],
    ['is not made before any check ran', found(github(4 * HOUR), { lastRun: null }), []],
    ['is not made after seven days, when somebody must have replaced it', found(github(7 * DAY + 1)), []],
    ['is not made where nothing was counted yet', found({}), []],
  ])('%s', ([, findings, expected]) => expect(findings).toEqual(expected));

  test('says since when it is missed, who calls instead, and what to do', () => {
    const [one] = triggerFindings(
      head({ calls: github(5 * HOUR), lastRun: { runId: 'r', startedAt: NOW, finishedAt: NOW, complete: true } }),
      {
        trigger: 'vercel',
        now: NOW,
        interval: HOUR,
      },
    );
    expect(one?.summary).toBe('the trigger github has not called the check since 2026-11-22T07:00:00Z (5 h); only vercel does');
    expect(one?.action).toMatch(/ends by itself after 7 d/);
  });
});

describe('the incident about a trigger that has stopped', () => {
  test('ends when it calls again', () => expect(found(github(4 * HOUR), { incidents: [OPEN] }, 'github')).toEqual([`ok none ${PART}`]));

  test('ends when its call was counted though its check was skipped', () =>
    expect(found(github(HOUR), { incidents: [OPEN] })).toEqual([`ok none ${PART}`]));

  test('stays open while it does not call', () => expect(found(github(4 * HOUR), { incidents: [OPEN] })).toEqual(MISSING));

  test('ends as expected no more after seven days, or when it was forgotten', () => {
    expect(found(github(7 * DAY + 1), { incidents: [OPEN] })).toEqual([`exempt none ${PART}`]);
    expect(found({}, { incidents: [OPEN] })).toEqual([`exempt none ${PART}`]);
  });
});
