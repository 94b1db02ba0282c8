import { describe, expect, test } from 'vitest';
import { beginDrill, changeDrill } from '../../../lib/recovery/state/drills-in-head.ts';
import type { DrillState, EndedDrill } from '../../../lib/domain/recovery/drill.ts';
import { emptyHead } from '../../../lib/domain/incidents/head.ts';
import type { DrillPlan } from '../../../lib/domain/policy/recovery-plan.ts';
import { DAY, HOUR, type Instant } from '../../../lib/domain/time.ts';
import { drillFindings, isDrillOverdue } from '../../../lib/recovery/findings/drill-findings.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const PLAN: DrillPlan = {
  name: 'monthly',
  scenario: 'corruption',
  target: { project: 'shop', cluster: 'sandbox', uri: null },
  every: 30 * DAY,
  grace: 3 * DAY,
};
const NOTHING: DrillState = { ended: [], followUps: [], refusals: {} };

function ended(at: Instant, changes: Partial<EndedDrill> = {}): EndedDrill {
  return { id: 'drill-1', scenario: 'corruption', plan: 'monthly', at, verdict: 'passed', summary: 'RTO 4 min', ...changes };
}

function findings(state: DrillState | undefined, plans: readonly DrillPlan[] = [PLAN], seen: Readonly<Record<string, Instant>> = {}) {
  return drillFindings({ state, plans, seen, installedAt: NOW - 365 * DAY, now: NOW });
}

describe('a drill that is planned', () => {
  const LIMIT = 33 * DAY;
  type Case = readonly [title: string, state: DrillState | undefined, seen: Instant | null, verdict: string, words: string];
  const cases: readonly Case[] = [
    ['never done, seen for exactly its time and grace', undefined, NOW - LIMIT, 'ok', 'not done yet'],
    ['never done, a millisecond longer', undefined, NOW - LIMIT - 1, 'failing', 'was never done'],
    ['never done, seen by nobody yet: since the installation', undefined, null, 'failing', 'was never done'],
    ['done exactly its time and grace ago', { ...NOTHING, ended: [ended(NOW - LIMIT)] }, null, 'ok', 'RTO 4 min'],
    ['done a millisecond longer ago', { ...NOTHING, ended: [ended(NOW - LIMIT - 1)] }, null, 'failing', '33 d ago'],
    [
      'failed',
      { ...NOTHING, ended: [ended(NOW - DAY, { verdict: 'failed', summary: '3 missing' })] },
      null,
      'failing',
      'failed: 3 missing',
    ],
    ['not verified', { ...NOTHING, ended: [ended(NOW - DAY, { verdict: 'could-not-verify' })] }, null, 'failing', 'could not be verified'],
    ['passed after it failed', { ...NOTHING, ended: [ended(NOW - DAY, { verdict: 'failed' }), ended(NOW)] }, null, 'ok', 'last done'],
    [
      'another plan’s drill of the same scenario counts for nothing',
      { ...NOTHING, ended: [ended(NOW, { plan: 'other' })] },
      null,
      'failing',
      'never done',
    ],
    [
      'a drill by hand of another cluster counts for nothing',
      { ...NOTHING, ended: [ended(NOW, { plan: null })] },
      null,
      'failing',
      'never done',
    ],
    ['refused', { ...NOTHING, refusals: { monthly: { at: NOW - DAY, why: 'no tag' } } }, NOW, 'failing', 'refused: no tag'],
    ['another plan’s refusal', { ...NOTHING, refusals: { other: { at: NOW, why: 'no tag' } } }, NOW, 'ok', 'not done yet'],
  ];
  test.for(cases)('%s: $3', ([, state, seen, verdict, words]) => {
    const [finding] = findings(state, [PLAN], seen === null ? {} : { monthly: seen });
    expect(finding).toMatchObject({
      verdict,
      summary: expect.stringContaining(words),
      resource: { part: 'drill:monthly', clusterId: null },
    });
    const action = 'restorewatch drill --scenario corruption --target sandbox';
    expect(finding?.severity).toBe(verdict === 'failing' ? 'warning' : null);
    expect(finding?.action).toContain(verdict === 'failing' ? action : '');
  });

  test('is overdue in the daily run’s answer by the same limit', () => {
    const overdue = (since: Instant): boolean =>
      isDrillOverdue(PLAN, { state: undefined, seen: { monthly: since }, installedAt: 0, now: NOW });
    expect([overdue(NOW - LIMIT), overdue(NOW - LIMIT - 1)]).toEqual([false, true]);
  });

  test('that is overdue as a tabletop says how many steps are reported', () => {
    const plan = { ...PLAN, name: 'table', scenario: 'breach' as const };
    const head = beginDrill(emptyHead(NOW), {
      id: 'drill-b',
      scenario: 'breach',
      plan: 'table',
      by: 'cron',
      targetName: null,
      now: NOW - 40 * DAY,
    });
    const state = changeDrill(head, 'drill-b', (drill) => ({ ...drill, steps: [{ step: 1, by: 'Ada', at: NOW, note: 'firewall' }] }))
      .recovery?.drills;
    const [finding] = findings(state, [plan], { table: NOW - 40 * DAY });
    expect(finding).toMatchObject({ verdict: 'failing', summary: expect.stringContaining('1 of its steps are reported') });
  });

  test('has no finding without a plan and a drill', () => {
    expect(findings(undefined, [])).toEqual([]);
    expect(findings({ ...NOTHING, refusals: { gone: { at: NOW, why: 'no credentials' } } }, []).map(({ verdict }) => verdict)).toEqual([
      'ok',
      'ok',
    ]);
  });
});

describe('a simulated outage that is not ended', () => {
  function ending(since: Instant): DrillState | undefined {
    const head = beginDrill(emptyHead(NOW), {
      id: 'drill-o',
      scenario: 'region-outage',
      plan: null,
      by: 'Ada',
      targetName: PLAN.target,
      now: since,
    });
    return changeDrill(head, 'drill-o', (drill) => ({ ...drill, phase: 'end', troubles: { count: 3, last: 'endOutage sandbox: 500' } }))
      .recovery?.drills;
  }
  test.for([
    ['an hour', HOUR, 'ok', null],
    ['a millisecond more than an hour', HOUR + 1, 'failing', 'critical'],
  ] as const)('for %s', ([, age, verdict, severity]) => {
    const finding = findings(ending(NOW - age), []).find(({ resource }) => resource.part === 'drill:outages');
    expect(finding).toMatchObject({ verdict, severity });
    const words = verdict === 'failing' ? 'sandbox (project shop) could not be ended for 1 h: endOutage sandbox: 500' : '';
    expect(finding?.summary).toContain(words);
  });
});

describe('a simulated outage whose end Atlas took', () => {
  test.for([
    ['recover', HOUR, 'ok'],
    ['recover', HOUR + 1, 'failing'],
    ['end', HOUR + 1, 'failing'],
  ] as const)('in phase %s %i ms after the first request, however often it was made since: %s', ([phase, age, verdict]) => {
    const head = beginDrill(emptyHead(NOW), {
      id: 'drill-o',
      scenario: 'region-outage',
      plan: null,
      by: 'Ada',
      targetName: PLAN.target,
      now: 0,
    });
    const marks = { outageAsked: NOW - 3 * HOUR, endAsked: NOW - age };
    const state = changeDrill(head, 'drill-o', (drill) => ({ ...drill, phase, marks, since: NOW - 1 })).recovery?.drills;
    const finding = findings(state, []).find(({ resource }) => resource.part === 'drill:outages');
    expect(finding).toMatchObject({ verdict, startedAt: verdict === 'failing' ? NOW - age : null });
    expect(finding?.summary).toContain(verdict === 'failing' ? 'Atlas took the request, and does not say that the region is back' : '');
  });
});

describe('follow-ups of drills', () => {
  const followUp = (due: Instant | null, id = 'follow-up-1'): DrillState['followUps'][number] => ({
    id,
    drill: 'drill-1',
    text: 'raise the tier',
    since: NOW - DAY,
    due,
  });
  test.for([
    ['closed, all of them', [], 'ok', null],
    ['open, without a day', [followUp(null)], 'failing', 'info'],
    ['open, exactly until now', [followUp(NOW)], 'failing', 'info'],
    ['open, a millisecond too late', [followUp(NOW - 1)], 'failing', 'warning'],
    ['one of two too late', [followUp(null), followUp(NOW - 1, 'follow-up-2')], 'failing', 'warning'],
  ] as const)('%s', ([, followUps, verdict, severity]) => {
    const finding = findings({ ...NOTHING, followUps }, []).find(({ resource }) => resource.part === 'drill:follow-ups');
    expect(finding).toMatchObject({ verdict, severity });
    expect(finding?.evidence[0]?.[1] ?? '').toContain(verdict === 'failing' ? 'raise the tier' : '');
  });
});
