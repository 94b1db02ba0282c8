import { describe, expect, test } from 'vitest';
import { recoveryPoints } from '../../lib/domain/memory/held/recovery-points.ts';
import type { ClusterMemory, Memory } from '../../lib/domain/memory/memory.ts';
import { EMPTY_MEMORY } from '../../lib/domain/memory/memory.ts';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import { DAY, HOUR, MINUTE, type Instant } from '../../lib/domain/time.ts';
import { evaluateRun } from '../../lib/evaluate/evaluation.ts';
import { cluster, factsOf, NOW, project, schedule, snapshot, snapshots, unfinished } from '../support/facts.ts';
import { known } from '../../lib/domain/facts/fact.ts';

const policy = policyOf({});

function after(memory: Memory, now: Instant): Memory {
  const list = snapshots(NOW);
  const facts = cluster(now, { snapshots: known(list, now), schedule: known(schedule(), now) });
  return evaluateRun(memory, factsOf([project([facts], now)], now), { policy, projectIds: null }).memory;
}

function only(memory: Memory): ClusterMemory {
  const [found] = Object.values(memory.projects).flatMap(({ clusters }) => Object.values(clusters));
  if (!found) throw new Error('the memory has no cluster');
  return found;
}

// What is the very same need not be compared, copied or collected: most of memory, of most clusters, in most runs.
describe('a run that finds nothing new keeps the same object of memory for', () => {
  const first = after(EMPTY_MEMORY, NOW);
  const second = after(first, NOW + MINUTE);

  test.for(['signals', 'breaks', 'due', 'completions', 'lastPoint', 'changes', 'topology', 'verdicts'] as const)('%s', (part) => {
    expect(only(second)[part]).toBe(only(first)[part]);
  });

  test('a run that finds nothing new still records when it read', () => {
    expect([only(first).readAt, only(second).readAt]).toEqual([NOW, NOW + MINUTE]);
  });
});

describe('the recovery points of one list of snapshots', () => {
  const list = [snapshot(NOW - 2 * HOUR, { expiresAt: NOW + DAY }), snapshot(NOW - HOUR), unfinished(NOW)];

  test('are computed once, until the next of them expires', () => {
    const before = recoveryPoints(list, NOW);
    expect(recoveryPoints(list, NOW + DAY - 1)).toBe(before);
    expect(recoveryPoints(list, NOW + DAY).points).toHaveLength(1);
  });

  test('are in order of time, however the list is sorted', () => {
    const sorted = recoveryPoints(list, NOW).points;
    expect(recoveryPoints(list.toReversed(), NOW).points).toEqual(sorted);
  });

  test('leave the incomplete snapshots in their order', () => {
    const failed = snapshot(NOW, { status: 'failed' });
    const withoutStatus = snapshot(NOW, { status: null });
    expect(recoveryPoints([failed, ...list, withoutStatus], NOW).uncompleted.map(({ status }) => status)).toEqual([
      'failed',
      'inProgress',
      null,
    ]);
  });
});

describe('the policy of a cluster is computed once', () => {
  const asked: string[] = [];
  const counting = { ...policy, forCluster: (to: Parameters<typeof policy.forCluster>[0]) => (asked.push(to.name), policy.forCluster(to)) };
  const look = (changes: Parameters<typeof cluster>[1] = {}, name = 'shop'): readonly string[] => {
    asked.length = 0;
    evaluateRun(EMPTY_MEMORY, factsOf([project([cluster(NOW, changes)], NOW, { name })], NOW), { policy: counting, projectIds: null });
    return [...asked];
  };
  look();

  test('while nothing changes that it depends on', () => expect(look({ tags: {} })).toEqual([]));

  test.for([
    ['a tag comes', { tags: { 'restorewatch-exempt': 'a toy' } }],
    ['a tag changes', { tags: { 'restorewatch-exempt': 'rebuilt nightly' } }],
    ['a tag goes', {}],
    ['its name changes', { name: 'billing' }],
  ] as const)('and again when %s', ([, changes]) => expect(look(changes)).toHaveLength(1));

  test('and again when the name of its project changes', () => expect(look({ name: 'billing' }, 'store')).toHaveLength(1));
});
