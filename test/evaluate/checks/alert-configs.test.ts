import { describe, expect, test } from 'vitest';
import { type AlertConfigFacts, type DailyFact, notPermitted } from '../../../lib/domain/facts/daily-facts.ts';
import { known } from '../../../lib/domain/facts/fact.ts';
import { DAY } from '../../../lib/domain/time.ts';
import { daily, inWords, type Looked, NOW, once, UNREAD, watcher } from '../../support/facts.ts';

const TYPES = ['CPS_SNAPSHOT_BEHIND', 'CPS_PREV_SNAPSHOT_OLD', 'CPS_OPLOG_BEHIND'] as const;

function configs(types: readonly string[], enabled = true): DailyFact<readonly AlertConfigFacts[]> {
  return known(
    types.map((type) => ({ type, enabled, threshold: null })),
    NOW,
  );
}

function seen(alertConfigs: DailyFact<readonly AlertConfigFacts[]>): Looked {
  return once({ project: { daily: daily(NOW, { alertConfigs }) } });
}

describe('alert-configs', () => {
  test.for<[string, DailyFact<readonly AlertConfigFacts[]>, string]>([
    ['is ok with all three', configs(TYPES), 'ok'],
    ['is info without one of them', configs(TYPES.slice(1)), 'failing info'],
    ['is info without any', configs([]), 'failing info'],
    ['does not count those that are disabled', configs(TYPES, false), 'failing info'],
    ['is unknown where they cannot be read', UNREAD, 'unknown'],
    ['is not watched without the role', notPermitted('Project Read Only', '403'), 'exempt'],
  ])('%s', ([, fact, words]) => expect(inWords(seen(fact).finding('alert-configs', null))).toBe(words));

  test('names those that are missing, with the call and the command that make them', () => {
    const finding = seen(configs(['CPS_OPLOG_BEHIND'])).finding('alert-configs', null);
    expect(finding?.summary).toBe('Atlas has no enabled alert CPS_SNAPSHOT_BEHIND, CPS_PREV_SNAPSHOT_OLD, as of 2026-11-22T12:00:00Z');
    expect(finding?.evidence).toEqual([
      ['Atlas CLI', 'atlas alerts settings create --projectId p1 --file FILE'],
      ['Admin API 2023-01-01', 'POST /api/atlas/v2/groups/p1/alertConfigs'],
      ['body for CPS_SNAPSHOT_BEHIND', expect.stringContaining('"threshold":{"operator":"GREATER_THAN","threshold":12,"units":"HOURS"}')],
      ['body for CPS_PREV_SNAPSHOT_OLD', expect.stringContaining('"eventTypeName":"CPS_PREV_SNAPSHOT_OLD","enabled":true')],
    ]);
  });

  test('keeps its verdict in runs that do not ask', () => {
    const watching = watcher();
    watching.look({ project: { daily: daily(NOW, { alertConfigs: configs([]) }) } });
    expect(inWords(watching.look({ at: NOW + DAY / 2, project: { daily: {} } }).finding('alert-configs', null))).toBe('failing info');
  });
});
