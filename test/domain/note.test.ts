import { expect, test } from 'vitest';
import { failing, type Finding, notKnown, ok, type Resource } from '../../lib/domain/finding.ts';
import { EMPTY_MEMORY, type Memory, type VerdictNote } from '../../lib/domain/memory.ts';
import { noteVerdicts } from '../../lib/domain/note.ts';
import { type CheckId } from '../../lib/domain/policy.ts';
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
    'holds since it changed, not since it was last seen',
    [[fine], [fine], [bad], [bad]],
    { verdict: 'failing', since: 2, lastKnown: 'failing' },
  ],
  [
    'remembers the last verdict behind the unknown ones',
    [[bad], [blind], [blind]],
    { verdict: 'unknown', since: 1, lastKnown: 'failing', reason: 'why' },
  ],
  ['knows none where there never was one', [[blind]], { lastKnown: null }],
  [
    'counts complete blind runs only',
    [[blind, false], [blind], [blind, false], [blind]],
    { blindRuns: 2, blindSince: 0, blindFirst: 1, blindLast: 3 },
  ],
  ['begins anew after a run that could tell', [[blind], [fine], [blind]], { blindRuns: 1, blindSince: 2, blindFirst: 2 }],
  [
    'has no blindness where it is known',
    [[blind], [fine]],
    { blindRuns: 0, blindSince: null, blindFirst: null, blindLast: null, reason: null },
  ],
])('a note %s', ([, runs, expected]) => expect(noted(...runs)).toMatchObject(expected));

test('what visibility finds failing is blindness, so its clock goes on', () => {
  const pending: Finding = {
    ...failing({ ...said('visibility'), severity: 'warning', action: '' }),
    verdict: 'unknown',
    severity: null,
    startedAt: -5,
  };
  const open = failing({ ...said('visibility'), severity: 'warning', action: '' });
  expect(noted([pending], [open], [open])).toMatchObject({ blindSince: -5, blindRuns: 3, blindFirst: 0, blindLast: 2 });
});

test('a finding about the organisation is noted there', () => {
  const about = ok({ ...said(), resource: { projectId: null, projectName: null, clusterId: null, name: 'all' } });
  expect(noteVerdicts(EMPTY_MEMORY, [about], { now: NOW, complete: true }).verdicts.rpo?.since).toBe(NOW);
});

test('a finding about something that memory does not know changes nothing', () =>
  expect(noteVerdicts(EMPTY_MEMORY, [fine], { now: NOW, complete: true })).toEqual(EMPTY_MEMORY));
