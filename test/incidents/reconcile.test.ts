import { describe, expect, test } from 'vitest';
import { exempt, type Finding, notKnown, ok } from '../../lib/domain/finding.ts';
import type { Incident } from '../../lib/domain/incident.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { reconcile, type ReconcileContext, type Reconciled } from '../../lib/incidents/reconcile.ts';
import { NOW } from '../support/facts.ts';
import { bad, incident, resolved, resource } from '../support/incidents.ts';

const context: ReconcileContext = { now: NOW + HOUR, revision: 7, projectIds: null };
const said = { check: 'backup-age', resource: resource(), summary: 'one hour old' } as const;

function after(previous: readonly Incident[], findings: readonly Finding[], changes: Partial<ReconcileContext> = {}): Reconciled {
  return reconcile(previous, findings, { ...context, ...changes });
}

function kinds({ transitions }: Reconciled): readonly string[] {
  return transitions.map(({ kind, incident: { id } }) => `${kind} ${id}`);
}

describe('a failing finding', () => {
  test('opens an incident with its words', () => {
    const { incidents, transitions } = after([], [bad({ startedAt: NOW })]);
    expect(incidents).toEqual([transitions[0]?.incident]);
    expect(transitions[0]).toMatchObject({
      kind: 'opened',
      incident: { severity: 'critical', priority: 'P0', state: 'open', summary: 'old', openedAt: NOW + HOUR, startedAt: NOW },
    });
  });

  test.for([
    ['critical', 'P0'],
    ['warning', 'P1'],
    ['info', 'P2'],
  ] as const)('of severity %s is a %s', ([severity, priority]) =>
    expect(after([], [bad({ severity })]).incidents[0]?.priority).toBe(priority),
  );

  test('opens nothing where another check says it', () =>
    expect(after([], [bad({ saidBy: 'backup-off' })])).toEqual({ incidents: [], transitions: [] }));

  test('of an open incident is no transition, and brings its newer words', () => {
    const result = after([incident('a')], [bad({ summary: 'older still' })]);
    expect(kinds(result)).toEqual([]);
    expect(result.incidents[0]).toMatchObject({ id: 'a', summary: 'older still', openedAt: NOW });
  });

  test('that another check says by now leaves its incident as it was', () =>
    expect(after([incident('a')], [bad({ saidBy: 'backup-off' })])).toEqual({ incidents: [incident('a')], transitions: [] }));

  test('after the incident was resolved opens another, with another id', () => {
    const result = after([resolved('a')], [bad()]);
    expect(result.incidents.map(({ state }) => state)).toEqual(['resolved', 'open']);
    expect(result.incidents[1]?.id).not.toBe('a');
  });

  test('of the same check on another cluster is another incident', () =>
    expect(after([incident('a')], [bad(), bad({ resource: resource('c2') })]).incidents).toHaveLength(2));

  test('of the same cluster in another project is another incident', () => {
    const twin = { ...resource(), projectId: 'p2' };
    expect(after([incident('a')], [bad({ resource: twin })]).incidents).toHaveLength(2);
  });

  test('under a new name is the same incident', () => {
    const result = after([incident('a')], [bad({ resource: { ...resource(), name: 'renamed' } })]);
    expect(result.incidents.map(({ id, resource: { name } }) => [id, name])).toEqual([['a', 'renamed']]);
  });
});

describe('severity', () => {
  test('that rises is a transition, and nobody has acknowledged that yet', () => {
    const acknowledged = incident('a', {
      severity: 'warning',
      state: 'acknowledged',
      acknowledgement: { by: 'dana', via: 'slack', at: NOW, until: NOW + HOUR },
    });
    const result = after([acknowledged], [bad()]);
    expect(kinds(result)).toEqual(['raised a']);
    expect(result.incidents[0]).toMatchObject({ severity: 'critical', priority: 'P0', state: 'open', acknowledgement: null });
  });

  test('that falls while still failing keeps the incident as it was', () => {
    const result = after([incident('a')], [bad({ severity: 'warning', summary: 'milder' })]);
    expect(result).toEqual({ incidents: [incident('a')], transitions: [] });
  });

  test('that stays keeps an acknowledgement', () => {
    const acknowledged = incident('a', {
      state: 'acknowledged',
      acknowledgement: { by: 'dana', via: 'slack', at: NOW, until: NOW + HOUR },
    });
    expect(after([acknowledged], [bad()]).incidents[0]?.state).toBe('acknowledged');
  });
});

describe('an incident ends', () => {
  test.for<[string, Finding, string]>([
    ['recovered', ok(said), 'recovered: one hour old'],
    [
      'as paused',
      exempt({ ...said, summary: 'paused; the last recovery point is of yesterday' }),
      'paused; the last recovery point is of yesterday',
    ],
    ['as deleted', exempt({ ...said, summary: 'cluster deleted' }), 'cluster deleted'],
    ['as exempt', exempt({ ...said, summary: 'exempt: a sandbox' }), 'exempt: a sandbox'],
  ])('%s', ([, finding, resolution]) => {
    const result = after([incident('a')], [finding]);
    expect(kinds(result)).toEqual(['resolved a']);
    expect(result.incidents[0]).toMatchObject({ state: 'resolved', resolvedAt: NOW + HOUR, resolution });
  });

  test('as no longer watched where its project was taken out', () => {
    expect(after([incident('a')], [], { projectIds: ['p2'] }).incidents[0]?.resolution).toBe('no longer watched');
    expect(after([incident('a')], [], { projectIds: ['p1'] }).incidents[0]?.state).toBe('open');
  });

  test('not of the organisation because projects were chosen', () => {
    const about = incident('a', { resource: { projectId: null, projectName: null, clusterId: null, name: 'all' } });
    expect(after([about], [], { projectIds: ['p2'] }).incidents[0]?.state).toBe('open');
  });

  test.for<[string, readonly Finding[]]>([
    ['unknown', [notKnown(said)]],
    ['no finding at all', []],
    ['a finding of another check', [ok({ ...said, check: 'rpo' })]],
    ['a finding on another cluster', [ok({ ...said, resource: resource('c2') })]],
  ])('not by %s', ([, findings]) => expect(after([incident('a')], findings)).toEqual({ incidents: [incident('a')], transitions: [] }));

  test('once: what has ended does not end again', () => expect(kinds(after([resolved('a')], [ok(said)]))).toEqual([]));

  test('never before it began, also where the clock has stepped back', () =>
    expect(after([incident('a')], [ok(said)], { now: NOW - HOUR }).incidents[0]?.resolvedAt).toBe(NOW));
});

test('an id holds its check, resource and opening, and fits a dedup_key', () => {
  const id = after([], [bad({ check: 'snapshot-failed', resource: resource('65bb00000000000000000001') })]).incidents[0]?.id ?? '';
  expect(id).toMatch(/^snapshot-failed-65bb00000000000000000001-[0-9a-z]+-7$/);
  expect(id.length).toBeLessThan(255);
});

test('two openings at one moment under two revisions are two ids', () =>
  expect(after([], [bad()]).incidents[0]?.id).not.toBe(after([], [bad()], { revision: 8 }).incidents[0]?.id));
