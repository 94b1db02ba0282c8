import { describe, expect, test } from 'vitest';
import type { Incident } from '../../../lib/domain/incidents/incident.ts';
import type { Resource } from '../../../lib/domain/findings/finding.ts';
import type { WiderFinding } from '../../../lib/domain/findings/recorded-view.ts';
import { ORGANISATION } from '../../../lib/domain/memory/cluster-subject.ts';
import { DAILY_CHECKS } from '../../../lib/evaluate/checks/registry.ts';
import { HOUR } from '../../../lib/domain/time.ts';
import { pageModel } from '../../../lib/render/first-page/page-model.ts';
import { NOW } from '../../support/facts.ts';
import { head, incident } from '../../support/incidents.ts';

const REASON = 'listClusters: 403 IP_ADDRESS_NOT_ON_ACCESS_LIST';
const SHOP: Resource = { projectId: 'p1', projectName: 'shop', clusterId: null, name: 'shop' };
const run = { runId: 'run', startedAt: NOW, finishedAt: NOW, complete: true };

function unknown(changes: Partial<WiderFinding> = {}): WiderFinding {
  return {
    check: 'access-logging',
    verdict: 'unknown',
    severity: null,
    summary: REASON,
    evidence: [],
    since: NOW,
    resource: SHOP,
    ...changes,
  };
}

function blind(resource: Resource, summary = `blind since 2026-11-22T09:00:00Z: ${REASON}`): Incident {
  return incident('blind', { check: 'visibility', resource, summary });
}

function shown(wider: readonly WiderFinding[], incidents: readonly Incident[]): readonly string[] {
  const request = { now: NOW, checkInterval: HOUR, limit: 200, cursor: null, channels: ['sms'] };
  const page = pageModel(head({ lastRun: run, lastComplete: run, incidents }), { runId: 'run', clusters: [], wider }, request);
  return page.wider.flatMap(({ tags }) => tags.map(({ check }) => check));
}

describe('while a project cannot be read', () => {
  test.for([
    ['of the organisation', ORGANISATION],
    ['of its project', SHOP],
  ] as const)('a finding of any daily check that only repeats why is left to the card of the blindness %s', ([, resource]) => {
    const repeating = DAILY_CHECKS.map(({ id }) => unknown({ check: id }));
    expect(repeating.length).toBeGreaterThan(3);
    expect(shown(repeating, [blind(resource)])).toEqual([]);
  });

  test('a finding for the same answer about another project than the card of the organisation names is left to that card', () => {
    const one = blind(ORGANISATION, 'blind since 2026-11-22T09:00:00Z: listClusters billing: 403 IP_ADDRESS_NOT_ON_ACCESS_LIST');
    expect(shown([unknown({ summary: 'listClusters shop: 403 IP_ADDRESS_NOT_ON_ACCESS_LIST' })], [one])).toEqual([]);
    expect(shown([unknown({ summary: 'listClusters shop: 503' })], [one])).toEqual(['access-logging']);
  });

  test('a finding that only repeats why is left to the finding of the blindness before that is an incident', () =>
    expect(shown([unknown(), unknown({ check: 'visibility' })], [])).toEqual(['visibility']));

  test('a finding says why itself where nothing else does, or something else for another reason or about another project', () => {
    expect(shown([unknown()], [])).toEqual(['access-logging']);
    expect(shown([unknown({ summary: 'getAuditLog: 500' })], [blind(SHOP)])).toEqual(['access-logging']);
    expect(shown([unknown()], [blind({ ...SHOP, projectId: 'p2', name: 'billing' })])).toEqual(['access-logging']);
    expect(shown([unknown()], [{ ...blind(SHOP), state: 'resolved', resolvedAt: NOW }])).toEqual(['access-logging']);
  });
});
