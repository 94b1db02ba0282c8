import { describe, expect, test } from 'vitest';
import type { Config } from '../../../lib/config/policy/define-config.ts';
import { exempt, failing, type Finding, ok } from '../../../lib/domain/findings/finding.ts';
import type { Head } from '../../../lib/domain/incidents/head.ts';
import { EMPTY_MEMORY } from '../../../lib/domain/memory/memory.ts';
import { MINUTE } from '../../../lib/domain/time.ts';
import { withChecklist } from '../../../lib/render/checklist/record-checklist.ts';
import type { RouteContext } from '../../../lib/route/plan-deliveries.ts';
import { contextAt } from '../../support/context.ts';
import { NOW } from '../../support/facts.ts';
import { head, resource } from '../../support/incidents.ts';

const RUN = { runId: 'run-1', startedAt: NOW, finishedAt: NOW + MINUTE, complete: true };
const ORGANISATION = { ...resource(null), projectId: null, projectName: null };

type Look = {
  readonly findings?: readonly Finding[];
  readonly head?: Partial<Head>;
  readonly config?: Config;
  readonly context?: Partial<RouteContext>;
};

function withSteps({ findings = [], head: changes = {}, config = {}, context = {} }: Look): Head {
  const view = { runId: 'run-1', clusters: [], wider: [] };
  return withChecklist(head(changes), { run: RUN, findings, view, memory: EMPTY_MEMORY, logEntries: 0 }, contextAt(NOW, config, context));
}

/** The steps that are open, by id. */
function open(look: Look): readonly string[] {
  return (withSteps(look).checklist?.steps ?? []).filter(({ done }) => !done).map(({ id }) => id);
}

describe('the set-up', () => {
  test('begins with everything to do but the check that lists it, and the channels that are configured', () => {
    expect(open({})).toEqual(expect.arrayContaining(['acknowledgement', 'contacts', 'restore-tests', 'drills', 'alert-path', 'review']));
    expect(open({})).not.toContain('check');
    expect(open({})).not.toContain('channels');
  });

  const proof = { startedAt: NOW, endedAt: NOW, incidents: [], verdict: 'passed', detail: '' } as const;
  const contacts = { check: 'contacts', resource: ORGANISATION };
  const review = { check: 'review', resource: ORGANISATION };
  const drills: Config = { drills: [{ name: 'monthly', scenario: 'breach', target: { project: 'shop', cluster: 'sandbox' } }] };
  const tests: Config = {
    restoreTests: [{ name: 'weekly', sources: [{ project: 'shop', cluster: 'orders' }], target: { project: 'd', cluster: 's' } }],
  };
  const named: Config = { review: { next: '2027-03-01' } };

  test.for<[string, Look, string]>([
    ['roles that are filled', { findings: [ok({ ...contacts, summary: 'filled' })] }, 'contacts'],
    ['a restore test in the policy', { config: tests }, 'restore-tests'],
    ['a drill in the policy', { config: drills }, 'drills'],
    ['a proof of the alert path', { head: { proof } }, 'alert-path'],
    ['a day of the next review', { config: named, findings: [ok({ ...review, summary: 'due' })] }, 'review'],
    ['a page on which people can acknowledge', { context: { acknowledgementPaths: ['page'] } }, 'acknowledgement'],
  ])('%s is a step that is done', ([, look, id]) => expect(open(look)).not.toContain(id));

  test.for<[string, Look, string]>([
    ['roles that are TBD', { findings: [failing({ ...contacts, severity: 'info', summary: 'none', action: '' })] }, 'contacts'],
    ['no day of the next review', { findings: [exempt({ ...review, summary: 'no day is named' })] }, 'review'],
    [
      'a review that is overdue',
      { config: named, findings: [failing({ ...review, severity: 'info', summary: 'over', action: '' })] },
      'review',
    ],
    ['a proof of the alert path that failed', { head: { proof: { ...proof, verdict: 'failed' } } }, 'alert-path'],
    ['a first proof of the alert path that is under way', { head: { proof: { ...proof, verdict: 'running' } } }, 'alert-path'],
    ['a priority none of whose channels is configured', { context: { roster: [{ id: 'slack', recipients: 1 }] } }, 'channels'],
  ])('%s is a step that is open', ([, look, id]) => expect(open(look)).toContain(id));

  test('keeps the alert path as proven while another proof is under way', () => {
    const first = withSteps({ head: { proof } });
    const running = { ...proof, verdict: 'running' } as const;
    const { checklist } = first;
    expect(open({ head: { proof: running, ...(checklist && { checklist }) } })).not.toContain('alert-path');
  });

  test('has a step for each check whose settings the first check found', () => {
    const found = failing({
      check: 'snapshot-size',
      resource: resource(),
      severity: 'info',
      summary: 'x',
      action: '',
      explainedBy: 'set-up',
    });
    expect(open({ findings: [found, found] })).toContain('snapshot-size');
    expect(open({ findings: [{ ...found, explainedBy: 'rpo' }] })).not.toContain('snapshot-size');
  });
});
