import { describe, expect, test } from 'vitest';
import { exempt, type Finding, notKnown, ok } from '../../lib/domain/findings/finding.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { reconcile, type ReconcileContext, type Reconciled } from '../../lib/reconcile/reconcile.ts';
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

  test('opens nothing if the digest alone lists it', () =>
    expect(after([], [bad({ digestOnly: true })])).toEqual({ incidents: [], transitions: [] }));

  test('opens nothing if another check explains it', () =>
    expect(after([], [bad({ explainedBy: 'backup-off' })])).toEqual({ incidents: [], transitions: [] }));

  test('of an open incident is no transition, and updates its words', () => {
    const result = after([incident('a')], [bad({ summary: 'older still' })]);
    expect(kinds(result)).toEqual([]);
    expect(result.incidents[0]).toMatchObject({ id: 'a', summary: 'older still', openedAt: NOW });
  });

  test('that another check explains by now leaves its incident as it was', () =>
    expect(after([incident('a')], [bad({ explainedBy: 'backup-off' })])).toEqual({ incidents: [incident('a')], transitions: [] }));

  test('of which only the set-up is left by now ends its incident, since that was about something else', () => {
    const [ended] = after(
      [incident('a')],
      [bad({ severity: 'info', explainedBy: 'set-up', summary: 'no termination protection' })],
    ).incidents;
    expect(ended).toMatchObject({ state: 'resolved', resolution: 'recovered but for the set-up: no termination protection' });
  });

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

  test('that falls keeps what can be restored together with the summary that it was read with', () => {
    const until = { at: NOW, by: 'snapshot', base: NOW, baseExpiresAt: null } as const;
    const restorable = { until, window: null, readAt: NOW, mayReachFurther: false };
    const [kept] = after([incident('a')], [bad({ severity: 'warning', summary: 'milder', restorable })]).incidents;
    expect(kept).toEqual(incident('a'));
  });

  test.for([
    ['its severity', { severity: 'warning' }, bad(), 'raised from warning to critical'],
    ['what it counts', { counted: ['one'] }, bad({ counted: ['one', 'two'] }), 'new is two'],
    ['much of what it counts', { counted: [] }, bad({ counted: ['1', '2', '3', '4', '5'] }), 'new is 1, 2, 3 and 2 more'],
  ] as const)('that rises in %s says what changed, for whoever was notified before', ([, before, finding, words]) =>
    expect(after([incident('a', before)], [finding]).incidents[0]?.change).toEqual({ at: NOW + HOUR, words }),
  );

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
      'for the finding’s own reason, where nothing has recovered',
      ok({ ...said, ending: 'told; nothing further' }),
      'told; nothing further',
    ],
    ['if what is left stands in the digest alone', bad({ digestOnly: true, ending: 'told; nothing further' }), 'told; nothing further'],
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

  test('as no longer watched if its project was taken out', () => {
    expect(after([incident('a')], [], { projectIds: ['p2'] }).incidents[0]?.resolution).toBe('no longer watched');
    expect(after([incident('a')], [], { projectIds: ['p1'] }).incidents[0]?.state).toBe('open');
  });

  test('not about the organisation because projects were chosen', () => {
    const about = incident('a', { resource: { projectId: null, projectName: null, clusterId: null, name: 'all' } });
    expect(after([about], [], { projectIds: ['p2'] }).incidents[0]?.state).toBe('open');
  });

  test.for<[string, readonly Finding[]]>([
    ['unknown', [notKnown(said)]],
    ['no finding at all', []],
    ['a finding of another check', [ok({ ...said, check: 'rpo' })]],
    ['a finding on another cluster', [ok({ ...said, resource: resource('c2') })]],
  ])('not by %s', ([, findings]) => expect(after([incident('a')], findings)).toEqual({ incidents: [incident('a')], transitions: [] }));

  test('only once: a resolved incident is not resolved again', () => expect(kinds(after([resolved('a')], [ok(said)]))).toEqual([]));

  test('never before it began, even if the clock has stepped back', () =>
    expect(after([incident('a')], [ok(said)], { now: NOW - HOUR }).incidents[0]?.resolvedAt).toBe(NOW));
});

test('an id holds its check, resource and opening, and fits a dedup_key', () => {
  const id = after([], [bad({ check: 'snapshot-failed', resource: resource('65bb00000000000000000001') })]).incidents[0]?.id ?? '';
  expect(id).toMatch(/^snapshot-failed-65bb00000000000000000001-[0-9a-z]+-7$/);
  expect(id.length).toBeLessThan(255);
});

test('two openings at one moment under two revisions are two ids', () =>
  expect(after([], [bad()]).incidents[0]?.id).not.toBe(after([], [bad()], { revision: 8 }).incidents[0]?.id));

describe('a cluster that Atlas is deleting', () => {
  const beingDeleted = new Set(['c1']);

  test.for([
    ['failing', bad()],
    ['blind', bad({ check: 'visibility', severity: 'warning' })],
  ] as const)('opens nothing where a check finds it %s', ([, finding]) =>
    expect(after([], [finding], { beingDeleted }).incidents).toEqual([]),
  );

  test.for([
    ['well', [ok(said)]],
    ['worse', [bad({ summary: 'older' })]],
    ['unknown', [notKnown(said)]],
    ['exempt', [exempt(said)]],
    ['not at all', []],
  ] as const)('keeps what is open as it is where a check finds it %s', ([, findings]) => {
    const open = incident('a', { severity: 'warning', priority: 'P1' });
    expect(after([open], findings, { beingDeleted })).toEqual({ incidents: [open], transitions: [] });
  });

  test('changes nothing for other clusters', () =>
    expect(kinds(after([], [bad({ resource: resource('c2') })], { beingDeleted }))).toHaveLength(1));
});

describe('a finding that counts one more of the same', () => {
  const broken = (counted: readonly string[]): Finding => ({ ...bad({ severity: 'warning' }), counted });
  const once = (changes: Partial<Incident> = {}): Incident =>
    incident('a', { severity: 'warning', priority: 'P1', counted: ['one'], ...changes });
  const acknowledgement = { by: 'dana', via: 'page', at: NOW, until: NOW + 8 * HOUR } as const;

  test('is notified again, and restarts the clocks of an open incident', () => {
    const result = after([once()], [broken(['one', 'two'])]);
    expect(kinds(result)).toEqual(['renewed a']);
    expect(result.incidents[0]).toMatchObject({ state: 'open', notifiedAt: NOW + HOUR });
  });

  test('is told to whoever has it in hand, and ends no acknowledgement', () => {
    const result = after([once({ state: 'acknowledged', acknowledgement })], [broken(['one', 'two'])]);
    expect(kinds(result)).toEqual(['renewed a']);
    expect(result.incidents[0]).toMatchObject({ state: 'acknowledged', acknowledgement, counted: ['one', 'two'] });
  });
});
