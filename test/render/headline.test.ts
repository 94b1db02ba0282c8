import { describe, expect, test } from 'vitest';
import type { ClusterRow } from '../../lib/domain/findings/recorded-view.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { Delivery } from '../../lib/domain/incidents/incident.ts';
import { NO_RECOVERY, type Proof } from '../../lib/domain/recovery/restore-test.ts';
import { DAY } from '../../lib/domain/time.ts';
import { headlineInWords, headlineOf, type Headline } from '../../lib/render/headline.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, head, incident } from '../support/incidents.ts';
import { proof, restorePlan } from '../support/recovery.ts';
import { clusterRow, rowWith } from '../support/rows.ts';

const run = { runId: 'r', startedAt: NOW, finishedAt: NOW, complete: true };
const NONE: Headline = { kept: 0, atRisk: 0, cannot: 0, unknown: 0, exempt: 0, proven: 0 };

function headline(rows: readonly ClusterRow[], state: Partial<Head> = {}): Headline {
  return headlineOf(head({ lastRun: run, lastComplete: run, ...state }), rows, { restoreTests: [restorePlan()] }, NOW);
}

describe('the headline counts', () => {
  test('each cluster once, by its standing', () => {
    const rows = [rowWith('ok', 'a'), rowWith('failing', 'b'), rowWith('unknown', 'c'), rowWith('exempt', 'd')];
    expect(headline(rows)).toEqual({ ...NONE, kept: 1, atRisk: 1, unknown: 1, exempt: 1 });
  });

  const past = { check: 'pitr-break', verdict: 'failing', severity: 'warning', summary: 'a break', evidence: [], since: NOW } as const;
  const broken = clusterRow('c1', { verdict: 'failing', findings: [past] });
  const open = incident('i', { check: 'pitr-break', severity: 'warning', priority: 'P1' });

  test.for<[string, readonly Delivery[], Partial<Headline>]>([
    ['that was notified by every channel as kept', [accepted('slack', ['i']), accepted('email', ['i'])], { kept: 1 }],
    ['that one channel took and another still owes as kept', [accepted('slack', ['i']), delivery('email', ['i'])], { kept: 1 }],
    [
      'of which a newer one is still owed as at risk',
      [accepted('slack', ['i']), delivery('slack', ['i'], { key: 'u', kind: 'update', createdAt: NOW + 1 })],
      { atRisk: 1 },
    ],
    ['that nobody was notified of as at risk', [], { atRisk: 1 }],
  ])('a past break %s', ([, deliveries, expected]) =>
    expect(headline([broken], { incidents: [open], deliveries })).toEqual({ ...NONE, ...expected }),
  );
});

test('a past break that was found under a silence counts as at risk, one that somebody acknowledged does not', () => {
  const past = { check: 'pitr-break', verdict: 'failing', severity: 'warning', summary: 'a break', evidence: [], since: NOW } as const;
  const row = clusterRow('c1', { verdict: 'failing', findings: [past] });
  const open = incident('i', { check: 'pitr-break', severity: 'warning', priority: 'P1' });
  const deliveries = [accepted('slack', ['i'])];
  expect(headline([row], { incidents: [{ ...open, silencedBy: 'a silence' }], deliveries }).atRisk).toBe(1);
  expect(headline([row], { incidents: [{ ...open, state: 'acknowledged' }] }).kept).toBe(1);
});

test('a deleted cluster is at risk until people were notified, and exempt afterwards', () => {
  const gone = { check: 'cluster-gone', verdict: 'failing', severity: 'warning', summary: 'deleted', evidence: [], since: NOW } as const;
  const other = { ...gone, check: 'rpo', verdict: 'exempt', severity: null } as const;
  const row = clusterRow('c1', { verdict: 'failing', findings: [other, gone], newestRecoveryPoint: null }, 0);
  const open = incident('i', { check: 'cluster-gone', severity: 'warning', priority: 'P1' });
  expect(headline([row], { incidents: [open] }).atRisk).toBe(1);
  expect(headline([row], { incidents: [open], deliveries: [accepted('slack', ['i'])] }).exempt).toBe(1);
});

describe('of the clusters are proven', () => {
  const { every, grace, sources } = restorePlan();
  const limit = every * sources.length + grace;
  const of = (changes: Partial<Proof>): number => {
    const own = proof(changes);
    const row = clusterRow(own.source.clusterId);
    return headline([row, clusterRow('other')], { recovery: { ...NO_RECOVERY, proofs: [own] } }).proven;
  };

  test.for<[string, Partial<Proof>, number]>([
    ['those whose restore test passed exactly as long ago as policy allows', { endedAt: NOW - limit }, 1],
    ['not those whose restore test passed one millisecond longer ago', { endedAt: NOW - limit - 1 }, 0],
    ['not those whose restore test failed', { endedAt: NOW - DAY, verdict: 'failed' }, 0],
    ['not those whose restore could not be verified', { endedAt: NOW - DAY, verdict: 'could-not-verify' }, 0],
  ])('%s', ([, changes, expected]) => expect(of(changes)).toBe(expected));
});

describe('the headline in words', () => {
  test.for<[string, Partial<Headline>]>([
    ['9 as promised; none proven by a restore', { kept: 9 }],
    [
      '1 cannot be restored as promised, 2 at risk, 6 as promised, 1 unknown, 3 exempt; 4 of 10 proven by a restore',
      { cannot: 1, atRisk: 2, kept: 6, unknown: 1, exempt: 3, proven: 4 },
    ],
    ['Nothing is promised: 2 exempt', { exempt: 2 }],
    ['No cluster is known', {}],
  ])('is "%s"', ([words, counts]) => expect(headlineInWords({ ...NONE, ...counts })).toBe(words));
});
