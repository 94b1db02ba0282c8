import { describe, expect, test } from 'vitest';
import { EVENT_TYPES, eventsSince } from '../../lib/collect/read-events.ts';
import type { AtlasEvent, EventBatch, ProjectFacts } from '../../lib/domain/facts/facts.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { collectFrom, hintsOf, onlyProject, START, startHarness, type Harness } from './harness.ts';

function batchOf({ events }: ProjectFacts): EventBatch {
  if (events.known) return events.value;
  throw new Error(`events unknown: ${events.reason}`);
}

/** Those that were planted: the snapshots' own events apart. */
function planted(project: ProjectFacts): readonly AtlasEvent[] {
  return batchOf(project).events.filter(({ type }) => !type.startsWith('CPS_SNAPSHOT'));
}

function eventRequests({ atlas }: Harness): readonly URLSearchParams[] {
  return atlas.apiRequests().flatMap(({ path, query }) => (path.endsWith('/events') ? [query] : []));
}

/** How late an event may appear in the feed (docs/contract.md, clause 16), and how far clocks may differ. */
const LATE = 7 * HOUR + 10 * MINUTE;

describe('how far back events are read', () => {
  test.for([
    ['a first run: a day more than the seven of the restore window', null, [], START - 8 * DAY],
    ['a first run with a shorter window', null, [3], START - 8 * DAY],
    ['a first run with a longer one', null, [3, 14], START - 15 * DAY],
    [
      'a later run: from the cursor, with an overlap of 7 h and the difference of clocks',
      { since: START - 20 * DAY, until: START - HOUR },
      [7],
      START - HOUR - LATE,
    ],
    ['a window that has grown past what is stored', { since: START - 8 * DAY, until: START - HOUR }, [14], START - 15 * DAY],
    ['a window exactly as far as what is stored', { since: START - 8 * DAY, until: START - HOUR }, [7], START - HOUR - LATE],
    ['a long silence: without a hole', { since: START - 90 * DAY, until: START - 40 * DAY }, [7], START - 40 * DAY - LATE],
    ['a cursor ahead of a clock that was set back', { since: START - 20 * DAY, until: START + DAY }, [7], START - LATE],
  ] as const)('%s', ([, stored, windows, since]) => {
    expect(eventsSince(stored, windows, START)).toBe(since);
  });

  test('the request and the batch say so, and only the types that are used are asked for', async () => {
    const harness = await startHarness();
    const project = harness.atlas.addProject('shop');
    const stored = { since: START - 20 * DAY, until: START - HOUR };
    project.addEvent('CPS_OPLOG_BEHIND', 8 * HOUR + 11 * MINUTE, { clusterName: 'orders' });
    const inside = project.addEvent('CPS_OPLOG_CAUGHT_UP', 8 * HOUR, { clusterName: 'orders' });
    const facts = onlyProject(await collectFrom(harness, { hints: hintsOf(project.id, { events: stored }) }));
    expect(batchOf(facts)).toMatchObject({ since: START - HOUR - LATE, until: START, events: [{ id: inside.id }] });
    const [query] = eventRequests(harness);
    expect(query?.get('minDate')).toBe('2026-11-22T03:50:00Z');
    expect(query?.getAll('eventType')).toEqual(EVENT_TYPES);
  });
});

describe('events without a cluster', () => {
  async function startTwo(): Promise<Harness> {
    const harness = await startHarness();
    const project = harness.atlas.addProject('shop');
    for (const name of ['orders', 'billing']) project.addCluster(name);
    project.addCluster('small', { kind: 'flex' });
    return harness;
  }

  test("are asked for once more by cluster, and are that one's which alone holds them", async () => {
    const harness = await startTwo();
    const project = harness.atlas.projects[0];
    const event = project?.addEvent('CPS_OPLOG_BEHIND_AUDIT', 90 * MINUTE, { hiddenCluster: 'billing' });
    const facts = onlyProject(await collectFrom(harness));
    const billing = project?.clusters[1]?.id;
    expect(planted(facts)).toMatchObject([{ id: event?.id, clusterId: billing, clusterName: 'billing' }]);
    expect(eventRequests(harness).map((query) => query.get('clusterNames'))).toEqual([null, 'orders', 'billing']);
  });

  test('are not asked for again by later runs, which read them again for hours', async () => {
    const harness = await startTwo();
    const project = harness.atlas.projects[0];
    const [owned, unowned] = [
      project?.addEvent('CPS_OPLOG_BEHIND_AUDIT', 90 * MINUTE, { hiddenCluster: 'billing' }),
      project?.addEvent('CPS_OPLOG_BEHIND', 80 * MINUTE),
    ];
    const first = batchOf(onlyProject(await collectFrom(harness)));
    const billing = project?.clusters[1]?.id ?? '';
    expect(first.owners).toEqual({ [owned?.id ?? '']: billing, [unowned?.id ?? '']: '' });
    const before = eventRequests(harness).length;
    const hints = hintsOf(project?.id ?? '', { events: null, ...(first.owners && { eventOwners: first.owners }) });
    const again = onlyProject(await collectFrom(harness, { hints }));
    expect(eventRequests(harness).length - before).toBe(1);
    expect(new Set(planted(again).map(({ clusterName }) => clusterName))).toEqual(new Set([null, 'billing']));
  });

  test('of a change that may be about several clusters are asked for by cluster, once, and only if memory is in doubt', async () => {
    const harness = await startTwo();
    const project = harness.atlas.projects[0];
    const [id, billing] = [project?.id ?? '', project?.clusters[1]?.id];
    const edited = project?.addEvent('CPS_SNAPSHOT_SCHEDULE_UPDATED_AUDIT', 90 * MINUTE, { hiddenCluster: 'billing' });
    const named = async (said: Parameters<typeof hintsOf>[1]): Promise<readonly (string | null)[]> => {
      const before = eventRequests(harness).length;
      const batch = batchOf(onlyProject(await collectFrom(harness, { hints: hintsOf(id, { events: null, ...said }) })));
      const [owner = null] = batch.events.filter((event) => event.id === edited?.id).map(({ clusterId }) => clusterId);
      return [owner, String(eventRequests(harness).length - before)];
    };
    const doubtful = [edited?.id ?? ''];
    expect(await named({})).toEqual([null, '1']);
    expect(await named({ doubtful })).toEqual([billing, '3']);
    expect(await named({ doubtful, eventOwners: { [edited?.id ?? '']: billing ?? '' } })).toEqual([billing, '1']);
  });

  test("stay nobody's where no cluster holds them, or more than one", async () => {
    const harness = await startTwo();
    const project = harness.atlas.projects[0];
    project?.addEvent('CPS_OPLOG_BEHIND', 90 * MINUTE);
    const shared = project?.addEvent('CPS_RESTORE_SUCCESSFUL', 80 * MINUTE);
    harness.atlas.fault(/clusterNames=/, {
      kind: 'edit',
      edit: (answer) => ({
        ...answer,
        body: { links: [], results: [{ id: shared?.id, created: '2026-11-22T10:40:00Z', eventTypeName: 'CPS_RESTORE_SUCCESSFUL' }] },
      }),
    });
    expect(planted(onlyProject(await collectFrom(harness))).map(({ clusterId, clusterName }) => [clusterId, clusterName])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  test("stay nobody's where the second question fails", async () => {
    const harness = await startTwo();
    harness.atlas.projects[0]?.addEvent('CPS_OPLOG_BEHIND', 90 * MINUTE, { hiddenCluster: 'orders' });
    harness.atlas.fault(/clusterNames=/, { kind: 'status', status: 500 });
    expect(planted(onlyProject(await collectFrom(harness)))).toMatchObject([{ clusterId: null, clusterName: null }]);
  });

  test('an event that names its cluster costs no second question, nor does one of another type', async () => {
    const harness = await startTwo();
    harness.atlas.projects[0]?.addEvent('CPS_OPLOG_BEHIND', 90 * MINUTE, { clusterName: 'orders' });
    harness.atlas.projects[0]?.addEvent('GROUP_DELETED', 90 * MINUTE);
    await collectFrom(harness);
    expect(eventRequests(harness)).toHaveLength(1);
  });
});

describe('event types that Atlas no longer knows', () => {
  test.for(['INVALID_ENUM_VALUE', 'DEPRECATED_EVENT_TYPE'])(
    'after a %s the live types are asked for once, and the rest is read',
    async (code) => {
      const harness = await startHarness();
      for (const name of ['shop', 'other']) {
        harness.atlas.addProject(name).addCluster('orders');
        harness.atlas.projects.at(-1)?.addEvent('CPS_OPLOG_BEHIND', HOUR, { clusterName: 'orders' });
      }
      harness.atlas.eventTypes.delete('SERVERLESS_INSTANCE_DELETED');
      if (code !== 'INVALID_ENUM_VALUE')
        harness.atlas.fault(/SERVERLESS_INSTANCE_DELETED/, { kind: 'status', status: 400, body: { errorCode: code } });
      const facts = await collectFrom(harness);
      const projects = facts.projects.known ? facts.projects.value : [];
      expect(projects.map((project) => planted(project).length)).toEqual([1, 1]);
      expect(harness.atlas.apiRequests().filter(({ path }) => path.endsWith('/eventTypes'))).toHaveLength(1);
    },
  );

  test('if the current event types cannot be read either, events are unknown', async () => {
    const harness = await startHarness();
    harness.atlas.addProject('shop');
    harness.atlas.eventTypes.delete('GROUP_DELETED');
    harness.atlas.fault(/eventTypes/, { kind: 'status', status: 403 });
    expect(onlyProject(await collectFrom(harness)).events).toMatchObject({
      known: false,
      reason: expect.stringContaining('listEventTypes: 403'),
    });
  });
});

describe('what comes with events', () => {
  test('an event that cannot be used is named, and the others are read', async () => {
    const harness = await startHarness();
    const project = harness.atlas.addProject('shop');
    project.addEvent('CPS_OPLOG_BEHIND', HOUR, { clusterName: 'orders' });
    project.addEvent('CPS_OPLOG_CAUGHT_UP', MINUTE, { id: 'x' });
    project.addEvent('CPS_OPLOG_CAUGHT_UP', MINUTE, { created: 'just now' });
    const facts = onlyProject(await collectFrom(harness));
    expect(planted(facts)).toHaveLength(1);
    expect(facts.unreadable).toEqual([]);
    const sentence = 'Atlas lists an event CPS_OPLOG_CAUGHT_UP without a usable id, type or time';
    const remnant = { type: 'CPS_OPLOG_CAUGHT_UP', sentence };
    expect(batchOf(facts).lost).toMatchObject([remnant, remnant]);
  });

  test('finished snapshots bring their durations', async () => {
    const harness = await startHarness();
    harness.atlas.addProject('shop').addCluster('orders');
    const { events } = batchOf(onlyProject(await collectFrom(harness)));
    const finished = events.filter(({ type }) => type === 'CPS_SNAPSHOT_SUCCESSFUL');
    expect(finished.length).toBeGreaterThan(20);
    expect(
      finished.every(
        ({ snapshot, clusterName }) => clusterName === 'orders' && snapshot?.completedAt === (snapshot?.createdAt ?? 0) + 3 * MINUTE,
      ),
    ).toBe(true);
  });

  test('open alerts about backups are read, closed ones and others are not', async () => {
    const harness = await startHarness();
    const project = harness.atlas.addProject('shop');
    const open = project.addAlert('CPS_OPLOG_BEHIND', HOUR);
    project.addAlert('CPS_SNAPSHOT_BEHIND', HOUR).status = 'CLOSED';
    project.addAlert('HOST_DOWN', HOUR);
    expect(onlyProject(await collectFrom(harness)).alerts).toMatchObject({
      value: [{ id: open.id, type: 'CPS_OPLOG_BEHIND', openedAt: START - HOUR, clusterId: null }],
    });
  });

  test('an alert that names only a replica set is about the cluster of that replica set; of another replica set it stays without', async () => {
    const harness = await startHarness();
    const project = harness.atlas.addProject('shop');
    const orders = project.addCluster('orders', { mongo: { uri: 'mongodb://127.0.0.1:1/', databases: [] } });
    project.addAlert('NO_PRIMARY', HOUR, { replicaSetName: 'atlas-abc123-shard-0' });
    project.addAlert('NO_PRIMARY', HOUR, { replicaSetName: 'atlas-other-shard-0' });
    project.addAlert('REPLICATION_OPLOG_WINDOW_RUNNING_OUT', HOUR, { clusterName: 'orders', replicaSetName: 'atlas-other-shard-0' });
    const { alerts } = onlyProject(await collectFrom(harness));
    expect(alerts.known && alerts.value.map(({ clusterId, clusterName }) => clusterId ?? clusterName)).toEqual([orders.id, null, 'orders']);
  });
});
