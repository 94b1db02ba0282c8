import { describe, expect, test } from 'vitest';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import type { Run } from '../../lib/domain/incidents/head.ts';
import { ORGANISATION } from '../../lib/domain/memory/cluster-subject.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { checkOverdue, checkCompleted } from '../../lib/reconcile/monitor-findings.ts';
import { NOW } from '../support/facts.ts';
import { head, incident, resolved } from '../support/incidents.ts';

const { general } = policyOf({});

function run(finishedAt: number, complete = true): Run {
  return { runId: 'run', startedAt: finishedAt - MINUTE, finishedAt, complete };
}

describe('the finding that no check was complete for three intervals', () => {
  test.for([
    ['is not made exactly three intervals after the last complete check', head({ lastComplete: run(NOW - 3 * HOUR) }), false],
    ['is made one millisecond later', head({ lastComplete: run(NOW - 3 * HOUR - 1) }), true],
    ['is not made one millisecond before', head({ lastComplete: run(NOW - 3 * HOUR + 1) }), false],
    [
      'is made although an incomplete check ran since then',
      head({ lastComplete: run(NOW - 4 * HOUR), lastRun: run(NOW - HOUR, false) }),
      true,
    ],
    ['is not made exactly three intervals after an installation without any complete check', head({ createdAt: NOW - 3 * HOUR }), false],
    ['is made one millisecond later than three intervals after such an installation', head({ createdAt: NOW - 3 * HOUR - 1 }), true],
  ] as const)('%s', ([, state, overdue]) => expect(checkOverdue(state, general, NOW) !== null).toBe(overdue));

  test('is critical, and says since when', () => {
    const finding = checkOverdue(head({ lastComplete: run(NOW - 5 * HOUR) }), general, NOW);
    expect(finding).toMatchObject({
      check: 'monitor',
      verdict: 'failing',
      severity: 'critical',
      resource: ORGANISATION,
      explainedBy: null,
    });
    expect(finding?.summary).toBe('no check has completed since 2026-11-22T07:00:00Z (5 h ago)');
    expect(finding?.action).not.toBe('');
  });
});

describe('a complete check', () => {
  const open = incident('m', { check: 'monitor', resource: ORGANISATION });
  test('resolves the incident that dispatch raised', () =>
    expect(checkCompleted(head({ incidents: [open] }))).toMatchObject([{ check: 'monitor', verdict: 'ok' }]));
  test('gives no finding if no incident is open', () => {
    expect(checkCompleted(head())).toEqual([]);
    expect(checkCompleted(head({ incidents: [resolved('m', { check: 'monitor', resource: ORGANISATION })] }))).toEqual([]);
  });
});
