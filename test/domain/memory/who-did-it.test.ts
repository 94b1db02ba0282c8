import { describe, expect, test } from 'vitest';
import type { AtlasEvent } from '../../../lib/domain/facts/facts.ts';
import { EMPTY_MEMORY, type Memory } from '../../../lib/domain/memory/memory.ts';
import { fold } from '../../../lib/domain/memory/fold/fold.ts';
import { type Act, actInWords, actorInWords, actorsOf, SCHEDULE_ACTS, SNAPSHOT_ACTS } from '../../../lib/domain/memory/who-did-it.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../../lib/domain/time.ts';
import { event, factsOfLook, NOW } from '../../support/facts.ts';

const [EDITED] = SCHEDULE_ACTS;
const [DELETED] = SNAPSHOT_ACTS;
/** For so long an act is kept: 72 h, the 7 h that it may be late, and the 10 minutes by which clocks may differ. */
const KEPT = 79 * HOUR + 10 * MINUTE;

type Reading = { readonly at?: Instant; readonly events: readonly AtlasEvent[] };

function remembered(...readings: readonly Reading[]): readonly Act[] | undefined {
  const memory = readings.reduce<Memory>((before, { at = NOW, events }) => {
    const facts = factsOfLook({ at, events });
    return fold(before, facts, { now: at, projectIds: null, checkInterval: HOUR, deletionCheck: 'cluster-gone' });
  }, EMPTY_MEMORY);
  return memory.projects['p1']?.acts;
}

function edit(at: Instant, changes: Partial<AtlasEvent> = {}): AtlasEvent {
  return event(EDITED, at, { clusterId: null, clusterName: null, actor: 'ann@example.com', ...changes });
}

describe('the acts that a project remembers', () => {
  test('are its audit events of the types that name who did it, oldest first', () => {
    const acts = remembered({ events: [edit(NOW - HOUR), event('CPS_SNAPSHOT_SUCCESSFUL', NOW - HOUR), event(DELETED, NOW - 2 * HOUR)] });
    expect(acts?.map(({ type }) => type)).toEqual([DELETED, EDITED]);
  });

  test('are absent if there was none, so that a memory without them can be read', () => {
    expect(remembered({ events: [] })).toBeUndefined();
  });

  test('stay the same list when the overlap shows them again', () => {
    const events = [edit(NOW - HOUR)];
    const before = fold(EMPTY_MEMORY, factsOfLook({ events }), {
      now: NOW,
      projectIds: null,
      checkInterval: HOUR,
      deletionCheck: 'cluster-gone',
    });
    const after = fold(before, factsOfLook({ events }), { now: NOW, projectIds: null, checkInterval: HOUR, deletionCheck: 'cluster-gone' });
    expect(after.projects['p1']?.acts).toBe(before.projects['p1']?.acts);
  });

  test.for([
    ['exactly 79 h 10 min old is dropped', KEPT, undefined],
    ['one millisecond younger is kept', KEPT - 1, 1],
  ] as const)('an act %s', ([, age, count]) => {
    const later = remembered({ at: NOW - HOUR, events: [edit(NOW - age)] }, { events: [] });
    expect(later?.length).toBe(count);
  });

  test('are at most 50 of a type, the newest, so that a thousand deletions hide no edited schedule', () => {
    const deletions = Array.from({ length: 1_000 }, (_, index) => event(DELETED, NOW - DAY + index * MINUTE, { id: `d${index}` }));
    const acts = remembered({ events: [edit(NOW - 2 * DAY), ...deletions] });
    expect(acts).toHaveLength(51);
    expect([acts?.[0]?.type, acts?.at(-1)?.id]).toEqual([EDITED, 'd999']);
  });

  test('have the id of the cluster that they name only by name', () => {
    expect(remembered({ events: [edit(NOW, { clusterName: 'orders' })] })).toMatchObject([{ clusterId: 'c1', clusterName: 'orders' }]);
  });

  test('leave out what Atlas found out about a key by itself', () => {
    const found = event('AWS_ENCRYPTION_KEY_INVALID', NOW - HOUR, { actor: null });
    const made = event('AWS_ENCRYPTION_KEY_ROTATED', NOW - HOUR, { actor: 'ann@example.com' });
    expect(remembered({ events: [found, made] })?.map(({ type }) => type)).toEqual(['AWS_ENCRYPTION_KEY_ROTATED']);
  });
});

describe('who may explain a change', () => {
  const act = (at: Instant, changes: Partial<Act> = {}): Act => ({
    id: `a${at}`,
    type: EDITED,
    at,
    actor: 'ann@example.com, 203.0.113.7',
    clusterId: null,
    clusterName: null,
    ...changes,
  });
  const found = (acts: readonly Act[] | undefined, clusterId: string | null = 'c1'): readonly string[] =>
    actorsOf(acts, { types: SCHEDULE_ACTS, clusterId, from: NOW - HOUR, to: NOW }).map(actInWords);

  test.for<[string, Partial<Act> & { readonly at: Instant }, number]>([
    ['between the two checks', { at: NOW - 30 * MINUTE }, 1],
    ['10 minutes before the first, since clocks differ', { at: NOW - 70 * MINUTE }, 1],
    ['one millisecond earlier', { at: NOW - 70 * MINUTE - 1 }, 0],
    ['10 minutes after the second', { at: NOW + 10 * MINUTE }, 1],
    ['one millisecond later', { at: NOW + 10 * MINUTE + 1 }, 0],
    ['of this cluster', { at: NOW, clusterId: 'c1', clusterName: 'orders' }, 1],
    ['of another cluster', { at: NOW, clusterId: 'c2', clusterName: 'billing' }, 0],
    ['of a cluster that is not listed', { at: NOW, clusterName: 'gone' }, 0],
    ['of another type', { at: NOW, type: DELETED }, 0],
  ])('an act %s', ([, { at, ...changes }, count]) => expect(found([act(at, changes)])).toHaveLength(count));

  test('every act of the project may explain a change of the project', () => {
    expect(found([act(NOW, { clusterId: 'c2', clusterName: 'billing' })], null)).toHaveLength(1);
  });

  test('an actor who did the same several times is named once, with the last time', () => {
    expect(found([act(NOW - 20 * MINUTE), act(NOW - 10 * MINUTE)])).toEqual(['ann@example.com, 203.0.113.7 at 2026-11-22T11:50:00Z']);
  });

  test('nobody explains anything in a memory without acts', () => expect(found(undefined)).toEqual([]));

  test('an act without an actor says that Atlas does not name one', () => {
    expect(actorInWords({ actor: null })).toBe('somebody whom Atlas does not name');
  });
});
