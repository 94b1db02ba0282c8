import { describe, expect, test } from 'vitest';
import type { ClusterRow, RecordedFinding } from '../../../lib/domain/findings/recorded-view.ts';
import { type Standing, standingOf } from '../../../lib/domain/findings/standing.ts';
import { DAY, HOUR } from '../../../lib/domain/time.ts';
import { NOW } from '../../support/facts.ts';
import { clusterRow } from '../../support/rows.ts';

function finding(changes: Partial<RecordedFinding> = {}): RecordedFinding {
  return { check: 'backup-age', verdict: 'ok', severity: null, summary: 'as it is', evidence: [], since: NOW, ...changes };
}

const OK = finding();
const UNKNOWN = finding({ check: 'rpo', verdict: 'unknown' });
const WARNING = finding({ check: 'snapshot-size', verdict: 'failing', severity: 'warning' });
const CRITICAL = finding({ verdict: 'failing', severity: 'critical' });
const INFO = finding({ check: 'disagreement', verdict: 'failing', severity: 'info' });
const PAST_BREAK = finding({ check: 'pitr-break', verdict: 'failing', severity: 'warning' });
const BLIND = finding({ check: 'visibility', verdict: 'failing', severity: 'critical' });

function standing(row: ClusterRow, settled = false): Standing {
  return standingOf(row, {
    readAt: NOW,
    isSettled: ({ check }) => settled && check === 'pitr-break',
    isBlindness: ({ check }) => check === 'visibility',
  });
}

function old(age: number, limit: number | null, ...findings: readonly RecordedFinding[]): ClusterRow {
  return clusterRow('orders', { newestRecoveryPoint: NOW - age, reachLimit: limit, findings: [OK, ...findings] });
}

describe('the standing of a cluster', () => {
  test.for<[string, ClusterRow, Standing]>([
    ['with nothing wrong is kept', old(HOUR, DAY), 'kept'],
    ['with a finding of severity info is kept', old(HOUR, DAY, INFO), 'kept'],
    ['with a warning is at risk, and not one that cannot be restored', old(HOUR, DAY, WARNING), 'atRisk'],
    ['with a critical finding, restorable to exactly the limit, is at risk', old(DAY, DAY, CRITICAL), 'atRisk'],
    ['with a critical finding, one millisecond beyond the limit, cannot be restored as promised', old(DAY + 1, DAY, CRITICAL), 'cannot'],
    [
      'with a failing finding and nothing to restore cannot be restored as promised',
      clusterRow('orders', { newestRecoveryPoint: null, findings: [CRITICAL] }),
      'cannot',
    ],
    ['beyond the limit without a failing finding is kept, since a snapshot that is due excuses the age', old(DAY + HOUR, DAY), 'kept'],
    [
      'beyond what would be the limit is at risk where no age is promised, such as while it is paused',
      old(9 * DAY, null, CRITICAL),
      'atRisk',
    ],
    [
      'beyond the limit as far as could be read, with a warning, is at risk: more may be restorable',
      { ...old(DAY + 1, DAY, WARNING), restorable: { ...old(DAY + 1, DAY).restorable, mayReachFurther: true } },
      'atRisk',
    ],
    ['with an unknown finding is unknown', old(HOUR, DAY, UNKNOWN), 'unknown'],
    ['with an unknown and a failing finding is at risk', old(HOUR, DAY, UNKNOWN, WARNING), 'atRisk'],
    [
      'that is new and has nothing to restore yet is unknown',
      clusterRow('orders', { newestRecoveryPoint: null, findings: [OK] }),
      'unknown',
    ],
    ['that is blind is unknown, however long it has been so', old(HOUR, DAY, UNKNOWN, BLIND), 'unknown'],
    ['to which nothing is promised is exempt', clusterRow('orders', { verdict: 'exempt', newestRecoveryPoint: null }), 'exempt'],
  ])('%s', ([, row, expected]) => expect(standing(row)).toBe(expected));

  test('of which the last check could read nothing is unknown, and never one that cannot be restored', () => {
    const unread = clusterRow('orders', { newestRecoveryPoint: NOW - 3 * DAY, findings: [UNKNOWN] }, NOW - HOUR);
    expect(standing(unread)).toBe('unknown');
    expect(standing({ ...unread, findings: [CRITICAL] })).toBe('atRisk');
  });

  test('with a fault that nobody can repair is at risk until people were notified, and kept afterwards', () => {
    expect(standing(old(HOUR, DAY, PAST_BREAK))).toBe('atRisk');
    expect(standing(old(HOUR, DAY, PAST_BREAK), true)).toBe('kept');
  });
});
