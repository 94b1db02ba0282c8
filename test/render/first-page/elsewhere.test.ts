import { describe, expect, test } from 'vitest';
import type { Head } from '../../../lib/domain/incidents/head.ts';
import { NO_RECOVERY } from '../../../lib/domain/recovery/restore-test.ts';
import { DAY, HOUR } from '../../../lib/domain/time.ts';
import { pageModel, type PageModel } from '../../../lib/render/first-page/page-model.ts';
import { NOW } from '../../support/facts.ts';
import { head, incident, resource } from '../../support/incidents.ts';
import { proof } from '../../support/recovery.ts';

function model(state: Partial<Head>): PageModel {
  return pageModel(head(state), null, { now: NOW, checkInterval: HOUR, limit: 0, cursor: null, channels: ['sms'] });
}

const lineOf = (path: string, state: Partial<Head>) => {
  const line = model(state).elsewhere.find((one) => one.path === path);
  return line && [line.text, line.isTrouble];
};

const source = (name: string) => ({ projectId: 'p1', projectName: 'shop', clusterId: name, name });
const passed = proof({ id: 'a', source: source('orders'), startedAt: NOW - 2 * DAY, endedAt: NOW - DAY });
const failed = proof({ id: 'b', source: source('ledger'), verdict: 'failed', why: 'damaged', startedAt: NOW - DAY, endedAt: NOW - HOUR });

describe('the line of restore tests says how many clusters are proven', () => {
  test.for<[string, Partial<Head>, readonly [string, boolean]]>([
    ['without a plan', {}, ['none is planned', false]],
    [
      'after one that passed',
      { recovery: { ...NO_RECOVERY, proofs: [passed] } },
      ['1 of 1 cluster proven, the last 2026-11-21T12:00:00Z by weekly', false],
    ],
    [
      'after one of the same cluster that failed later',
      { recovery: { ...NO_RECOVERY, proofs: [passed, { ...failed, source: source('orders') }] } },
      ['0 of 1 cluster proven, the last 2026-11-21T12:00:00Z by weekly, the last test of 1 did not pass', true],
    ],
    [
      'after one that did not pass',
      { recovery: { ...NO_RECOVERY, proofs: [passed, failed] } },
      ['1 of 2 clusters proven, the last 2026-11-21T12:00:00Z by weekly, the last test of 1 did not pass', true],
    ],
  ])('%s', ([, state, expected]) => expect(lineOf('/records', state)).toEqual(expected));
});

describe('the line of the alert path', () => {
  const run = { startedAt: NOW - HOUR, endedAt: NOW, incidents: [], detail: '' };

  test.for<[string, Partial<Head>, readonly [string, boolean]]>([
    ['never proven', {}, ['never proven', false]],
    ['proven', { proof: { ...run, verdict: 'passed' } }, ['the proof of 2026-11-22T11:00:00Z passed', false]],
    ['not proven', { proof: { ...run, verdict: 'failed' } }, ['the proof of 2026-11-22T11:00:00Z failed', true]],
  ])('%s', ([, state, expected]) => expect(lineOf('/alert-path', state)).toEqual(expected));
});

describe('a restore test that was refused', () => {
  const refusals = {
    'nightly|shop/ledger': { at: NOW - HOUR, why: 'the target is busy', plan: 'nightly', source: { project: 'shop', cluster: 'ledger' } },
  };
  const refused: Partial<Head> = { recovery: { ...NO_RECOVERY, refusals } };

  test('stays on the first page until somebody finishes it', () =>
    expect(model(refused).unfinished).toEqual(['nightly of ledger (shop) refused at 2026-11-22T11:00:00Z: the target is busy']));

  test('stays where the open incident is about a cluster of the same name in another project', () => {
    const other = { ...resource('ledger'), projectId: 'p2', projectName: 'billing' };
    const about = incident('i', { check: 'restore-test', resource: other });
    expect(model({ ...refused, incidents: [about] }).unfinished).toHaveLength(1);
  });

  test('is not there a second time where an open incident is about it', () => {
    const about = incident('i', { check: 'restore-test', resource: resource('ledger') });
    expect(model({ ...refused, incidents: [about] }).unfinished).toEqual([]);
    const unlisted = { projectId: null, projectName: null, clusterId: null, name: 'restore test of ledger (project shop)' };
    const nowhere = incident('n', { check: 'restore-test', resource: { ...unlisted, part: 'restore-test:shop/ledger' } });
    expect(model({ ...refused, incidents: [nowhere] }).unfinished).toEqual([]);
    const over = { ...about, state: 'resolved' as const, resolvedAt: NOW };
    expect(model({ ...refused, incidents: [over] }).unfinished).toHaveLength(1);
  });
});
