import { describe, expect, test } from 'vitest';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { AtlasEvent, Facts, ProjectFacts } from '../../../lib/domain/facts/facts.ts';
import { type Proof, NO_RECOVERY, type RecoveryState, type RestoreTest } from '../../../lib/domain/recovery/restore-test.ts';
import { HOUR, type Instant, MINUTE, SECOND } from '../../../lib/domain/time.ts';
import { emptyHead } from '../../../lib/domain/incidents/head.ts';
import { beginTest } from '../../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { withoutOwnRestores } from '../../../lib/recovery/restore-tests/own-restores.ts';
import { factsOfLook, NOW } from '../../support/facts.ts';
import { proof, restorePlan } from '../../support/recovery.ts';

const REQUESTED = 'CPS_RESTORE_REQUESTED_AUDIT';
const DONE = 'CPS_RESTORE_SUCCESSFUL';
const restoredAt = NOW - 10 * MINUTE;
/** Asked for four minutes before it was restored. */
const requestedAt = restoredAt - 4 * MINUTE;
const ORDERS = { clusterId: 'c-orders', clusterName: 'orders' };

/** The ids of the events that are left. */
function left(state: RecoveryState, ...given: readonly (Partial<AtlasEvent> & { readonly at: Instant })[]): readonly string[] {
  const events = given.map((event, index) => ({ id: `e${index}`, type: DONE, ...ORDERS, actor: null, snapshot: null, ...event }));
  const { projects } = factsOfLook({ at: NOW });
  const [project] = projects.known ? projects.value : [];
  if (!project) throw new Error('the look has a project');
  const read: ProjectFacts = { ...project, id: 'p1', events: known({ since: 0, until: NOW, events }, NOW) };
  const facts: Facts = { startedAt: NOW, complete: true, projects: known([read], NOW) };
  const after = withoutOwnRestores(facts, state);
  const kept = after.projects.known ? after.projects.value[0]?.events : undefined;
  return kept?.known ? kept.value.events.map(({ id }) => id) : ['unread'];
}

function ended(changes: Partial<Proof> = {}): RecoveryState {
  return { ...NO_RECOVERY, proofs: [proof({ startedAt: NOW - 20 * MINUTE, restoredAt, endedAt: NOW, ...changes })] };
}

describe('the events of a restore test that ended', () => {
  test.for<readonly [string, Partial<AtlasEvent>, number]>([
    ['the end of our own restore, which names its source', {}, 0],
    ['one that names it by name alone', { clusterId: null }, 0],
    ['five minutes after its end', { at: restoredAt + 5 * MINUTE }, 0],
    ['a second later: somebody else’s', { at: restoredAt + 5 * MINUTE + SECOND }, 1],
    ['its request, by a clock a minute behind', { type: REQUESTED, at: requestedAt - MINUTE }, 0],
    ['a request of a second before that', { type: REQUESTED, at: requestedAt - MINUTE - SECOND }, 1],
    ['one into another cluster', { clusterId: 'c-billing', clusterName: 'billing' }, 1],
    ['one into a cluster that took its name', { clusterId: 'c-other' }, 1],
    ['another event of the source in that time', { type: 'CPS_OPLOG_BEHIND' }, 1],
  ])('%s leaves $2 event(s)', ([, event, count]) => expect(left(ended(), { at: restoredAt, ...event })).toHaveLength(count));

  test('are one request and one end: somebody else’s restore of the same time is kept', () =>
    expect(
      left(
        ended(),
        { type: REQUESTED, at: requestedAt },
        { type: REQUESTED, at: requestedAt + MINUTE },
        { at: restoredAt - MINUTE },
        { at: restoredAt },
      ),
    ).toEqual(['e1', 'e2']));

  test('include the end of a restore that failed', () =>
    expect(left(ended({ restoredAt: null, verdict: 'failed' }), { type: 'CPS_RESTORE_FAILED', at: NOW - MINUTE })).toEqual([]));

  test.for<Partial<Proof>>([
    { restoredAt: null, verdict: 'could-not-verify' },
    { restoredAt: null, verdict: 'failed', point: null },
  ])('are none where nothing was restored: %j', (changes) => expect(left(ended(changes), { at: NOW - MINUTE })).toEqual(['e0']));
});

describe('the events of a restore test under way', () => {
  function underWay(changes: Partial<RestoreTest>): RecoveryState {
    const head = beginTest(emptyHead(NOW), restorePlan(), { id: 't1', now: NOW - 3 * HOUR });
    const source = { projectId: 'p1', projectName: 'shop', clusterId: 'c-orders', name: 'orders' };
    const { tests } = head.recovery ?? NO_RECOVERY;
    return { ...NO_RECOVERY, tests: tests.map((one) => ({ ...one, source, requestedAt: NOW - 2 * HOUR, ...changes })) };
  }

  test.for<readonly [string, Partial<RestoreTest>, Partial<AtlasEvent>, number]>([
    ['its end, come by now', {}, {}, 0],
    ['its request', {}, { type: REQUESTED, at: NOW - 2 * HOUR }, 0],
    ['somebody’s end of before its request', {}, { at: NOW - 2 * HOUR - MINUTE - SECOND }, 1],
    ['before it has asked for anything', { requestedAt: null }, {}, 1],
    ['what comes long after it was restored, while it validates', { restoredAt: NOW - HOUR }, {}, 1],
  ])('%s leaves $3 event(s)', ([, changes, event, count]) =>
    expect(left(underWay(changes), { at: NOW - MINUTE, ...event })).toHaveLength(count),
  );

  test('do not include somebody else’s second restore in that time', () =>
    expect(
      left(
        underWay({}),
        { type: REQUESTED, at: NOW - 2 * HOUR },
        { type: DONE, at: NOW - 100 * MINUTE },
        { type: REQUESTED, at: NOW - HOUR },
        { type: DONE, at: NOW - 40 * MINUTE },
      ),
    ).toEqual(['e2', 'e3']));

  test('are those of one restore where the verdict is known while it cleans up', () => {
    const state = underWay({ restoredAt });
    const proofs = [proof({ id: 't1', restoredAt })];
    expect(left({ ...state, proofs }, { at: restoredAt }, { at: restoredAt + MINUTE })).toEqual(['e1']);
  });

  test('are those of two restores where two tests run on one source', () => {
    const { tests } = underWay({ restoredAt });
    const two = tests.flatMap((one) => [one, { ...one, id: 't2' }]);
    expect(left({ ...NO_RECOVERY, tests: two }, { at: restoredAt }, { at: restoredAt + SECOND }, { at: restoredAt + 2 * SECOND })).toEqual([
      'e2',
    ]);
  });
});

test('facts that could not be read stay unknown', () => {
  const facts: Facts = { startedAt: NOW, complete: true, projects: { known: false, reason: 'no answer' } };
  expect(withoutOwnRestores(facts, ended())).toBe(facts);
});
