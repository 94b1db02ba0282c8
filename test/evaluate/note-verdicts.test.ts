import { expect, test } from 'vitest';
import { failing, type Finding, notKnown, ok, type Resource } from '../../lib/domain/findings/finding.ts';
import { EMPTY_MEMORY, type Memory, type VerdictNote } from '../../lib/domain/memory/memory.ts';
import { noteVerdicts } from '../../lib/evaluate/note-verdicts.ts';
import { type CheckId } from '../../lib/domain/policy/policy.ts';
import { NOW, watcher } from '../support/facts.ts';

const resource: Resource = { projectId: 'p1', projectName: 'shop', clusterId: 'c1', name: 'orders' };
const said = (check: CheckId = 'rpo'): { check: CheckId; resource: Resource; summary: string } => ({ check, resource, summary: 'why' });
const fine = ok(said());
const blind = notKnown(said());
const bad = failing({ ...said(), severity: 'warning', action: '' });

type Run = readonly [finding: Finding, complete?: boolean];

function noted(...runs: readonly Run[]): VerdictNote | undefined {
  const start: Memory = watcher().look().memory;
  const clean: Memory = {
    ...start,
    projects: Object.fromEntries(
      Object.entries(start.projects).map(([id, project]) => [
        id,
        {
          ...project,
          verdicts: {},
          clusters: Object.fromEntries(Object.entries(project.clusters).map(([key, cluster]) => [key, { ...cluster, verdicts: {} }])),
        },
      ]),
    ),
  };
  const memory = runs.reduce(
    (before, [finding, complete = true], index) => noteVerdicts(before, [finding], { now: index, complete }),
    clean,
  );
  return memory.projects['p1']?.clusters['c1']?.verdicts[runs[0]?.[0].check ?? 'rpo'];
}

test.for<[string, readonly Run[], Partial<VerdictNote>]>([
  [
    'dates a verdict from its change, not from the last run',
    [[fine], [fine], [bad], [bad]],
    { verdict: 'failing', since: 2, lastKnown: 'failing' },
  ],
  [
    'remembers the last known verdict through unknown ones',
    [[bad], [blind], [blind]],
    { verdict: 'unknown', since: 1, lastKnown: 'failing', reason: 'why' },
  ],
  ['has no last known verdict where every one was unknown', [[blind]], { lastKnown: null }],
  [
    'counts only complete runs among the blind ones',
    [[blind, false], [blind], [blind, false], [blind]],
    { blindRuns: 2, blindSince: 0, blindFirst: 1, blindLast: 3 },
  ],
  ['counts blind runs anew after a run with a known verdict', [[blind], [fine], [blind]], { blindRuns: 1, blindSince: 2, blindFirst: 2 }],
  [
    'counts no blind run while the verdict is known',
    [[blind], [fine]],
    { blindRuns: 0, blindSince: null, blindFirst: null, blindLast: null, reason: null },
  ],
])('a verdict note %s', ([, runs, expected]) => expect(noted(...runs)).toMatchObject(expected));

test('a failing visibility finding counts as blindness, so that its duration goes on', () => {
  const pending: Finding = {
    ...failing({ ...said('visibility'), severity: 'warning', action: '' }),
    verdict: 'unknown',
    severity: null,
    startedAt: -5,
  };
  const open = failing({ ...said('visibility'), severity: 'warning', action: '' });
  expect(noted([pending], [open], [open])).toMatchObject({ blindSince: -5, blindRuns: 3, blindFirst: 0, blindLast: 2 });
});

test('a finding about the organisation is noted with the organisation', () => {
  const about = ok({ ...said(), resource: { projectId: null, projectName: null, clusterId: null, name: 'all' } });
  expect(noteVerdicts(EMPTY_MEMORY, [about], { now: NOW, complete: true }).verdicts.rpo?.since).toBe(NOW);
});

test('a finding about a resource that memory does not know changes nothing', () =>
  expect(noteVerdicts(EMPTY_MEMORY, [fine], { now: NOW, complete: true })).toEqual(EMPTY_MEMORY));
