import { describe, expect, test } from 'vitest';
import { policyOf } from '../../lib/config/policy.ts';
import type { Run } from '../../lib/domain/head.ts';
import { ORGANISATION } from '../../lib/domain/subject.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { monitorOverdue, monitorRuns } from '../../lib/incidents/monitor.ts';
import { NOW } from '../support/facts.ts';
import { head, incident, resolved } from '../support/incidents.ts';

const { general } = policyOf({});

function run(finishedAt: number, complete = true): Run {
  return { runId: 'run', startedAt: finishedAt - MINUTE, finishedAt, complete };
}

describe('no complete check for three intervals', () => {
  test.for([
    ['exactly three intervals after the last one: not yet', head({ lastComplete: run(NOW - 3 * HOUR) }), false],
    ['1 ms later: yes', head({ lastComplete: run(NOW - 3 * HOUR - 1) }), true],
    ['1 ms before: not yet', head({ lastComplete: run(NOW - 3 * HOUR + 1) }), false],
    ['an incomplete one since then does not count', head({ lastComplete: run(NOW - 4 * HOUR), lastRun: run(NOW - HOUR, false) }), true],
    ['none ever, three intervals after the installation: not yet', head({ createdAt: NOW - 3 * HOUR }), false],
    ['none ever, 1 ms later: yes', head({ createdAt: NOW - 3 * HOUR - 1 }), true],
  ] as const)('%s', ([, state, overdue]) => expect(monitorOverdue(state, general, NOW) !== null).toBe(overdue));

  test('is critical, and says since when', () => {
    const finding = monitorOverdue(head({ lastComplete: run(NOW - 5 * HOUR) }), general, NOW);
    expect(finding).toMatchObject({ check: 'monitor', verdict: 'failing', severity: 'critical', resource: ORGANISATION, saidBy: null });
    expect(finding?.summary).toBe('no check has completed since 2026-11-22T07:00:00Z (5 h ago)');
    expect(finding?.action).not.toBe('');
  });
});

describe('a complete check', () => {
  const open = incident('m', { check: 'monitor', resource: ORGANISATION });
  test('ends the incident that dispatch raised', () =>
    expect(monitorRuns(head({ incidents: [open] }))).toMatchObject([{ check: 'monitor', verdict: 'ok' }]));
  test('says nothing where none is open', () => {
    expect(monitorRuns(head())).toEqual([]);
    expect(monitorRuns(head({ incidents: [resolved('m', { check: 'monitor', resource: ORGANISATION })] }))).toEqual([]);
  });
});
