import { describe, expect, test } from 'vitest';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { Snapshot } from '../../../lib/domain/facts/facts.ts';
import { DAY, HOUR, iso, MINUTE } from '../../../lib/domain/time.ts';
import { confirmErasure } from '../../../lib/people/erasures/confirm-erasure.ts';
import { erasuresAfter, readErasures, unfinishedRestores } from '../../../lib/people/erasures/erasure-log.ts';
import { leavingNow } from '../../../lib/people/erasures/leaving-now.ts';
import { leavingInWords } from '../../../lib/domain/recovery/leaving-backups.ts';
import { type ErasureRequest, registerErasure } from '../../../lib/people/erasures/register-erasure.ts';
import { appendRecord } from '../../../lib/people/record-notes.ts';
import type { LogRecord } from '../../../lib/domain/recovery/log-record.ts';
import { check } from '../../../lib/run/check.ts';
import {
  cluster as clusterFacts,
  event,
  factsOf,
  factsOfLook,
  NOW,
  project as projectFacts,
  snapshot as listed,
} from '../../support/facts.ts';
import { type Stage, stage } from '../../support/ports.ts';

/** With an ObjectId, as Atlas gives them. */
function snapshot(at: number, changes: Partial<Snapshot> = {}): Snapshot {
  return listed(at, {
    id: Math.floor(at / 1_000)
      .toString(16)
      .padEnd(24, '0'),
    ...changes,
  });
}

const LIST: readonly Snapshot[] = [snapshot(NOW - DAY, { expiresAt: NOW + 30 * DAY })];

/** A check reads this list. */
async function seen(at: Stage, list: readonly Snapshot[]): Promise<void> {
  at.collect = (_, now) => factsOfLook({ at: now, cluster: { snapshots: known(list, now) } });
  await check(at.ports);
}

/** A check has seen the cluster that the facts are about, and Atlas lists one snapshot of it. */
async function watched(): Promise<{ readonly at: Stage; readonly cluster: string; readonly project: string }> {
  const at = stage();
  await seen(at, LIST);
  const facts = factsOfLook({ at: NOW });
  const [project] = facts.projects.known ? facts.projects.value : [];
  const [cluster] = project?.dedicated.known ? project.dedicated.value : [];
  if (project === undefined || cluster === undefined) throw new Error('the facts have no cluster');
  at.now = NOW + HOUR;
  return { at, cluster: cluster.name, project: project.name };
}

function asked(clusters: string, changes: Partial<ErasureRequest> = {}): ErasureRequest {
  return { reference: 'PRIV-123', clusters, namespaces: 'shop.users', erasedAt: NOW, by: 'dana', from: '192.0.2.1', ...changes };
}

function restored(id: string, subject: string, changes: Partial<LogRecord> = {}): LogRecord {
  const when = { startedAt: NOW + HOUR, endedAt: NOW + 2 * HOUR };
  const details = { point: `snapshot ${iso(NOW - DAY)}` };
  return {
    id,
    kind: 'restore',
    ...when,
    subject,
    by: 'erin',
    verdict: 'passed',
    summary: 'restored',
    measured: {},
    evidence: [],
    details,
    ...changes,
  };
}

describe('registering an erasure', () => {
  test('of two people at once is done by one of them, and the other is told that it was', async () => {
    const { at, cluster } = await watched();
    const both = await Promise.all(
      ['dana', 'erin'].map((by) => registerErasure(at.ports, asked(cluster, { by, namespaces: `shop.of-${by}` }))),
    );
    const { erasures } = await readErasures(at.store);
    expect(both.filter((one) => 'erasure' in one)).toMatchObject([
      { erasure: { by: erasures[0]?.by, namespaces: erasures[0]?.namespaces } },
    ]);
    expect(both.filter((one) => 'problems' in one)).toEqual([{ problems: ['reference: PRIV-123 is registered already'] }]);
  });

  test('that names a cluster or a namespace twice, by name and by id, has each once', async () => {
    const { at, cluster } = await watched();
    const twice = asked(`${cluster}, ${cluster},c1`, { namespaces: 'shop.users, shop.users' });
    const result = await registerErasure(at.ports, twice);
    expect(result).toMatchObject({ erasure: { clusters: [{ cluster, clusterId: 'c1' }], namespaces: ['shop.users'] } });
    const leaves = 'erasure' in result ? result.erasure.leaves : '';
    expect(leaves.match(/would have to be deleted by hand/g)).toHaveLength(1);
  });

  test('records it with when the last backup that holds it expires, as Atlas lists them', async () => {
    const { at, cluster } = await watched();
    const result = await registerErasure(at.ports, asked(cluster));
    expect(result).toMatchObject({ erasure: { reference: 'PRIV-123', by: 'dana', namespaces: ['shop.users'] } });
    const { erasures } = await readErasures(at.store);
    expect(erasures.map(({ leaves }) => leaves)).toEqual([expect.stringContaining(`expires at ${iso(NOW + 30 * DAY)}`)]);
    expect(await at.store.trail({ limit: 1, before: null, actsOnly: true })).toMatchObject([
      { what: 'note', by: 'dana', about: 'erasure-PRIV-123' },
    ]);
  });

  test('says what the newest check knows: an expiry that was moved, and a snapshot that was taken between the last check and the erasure', async () => {
    const { at, cluster } = await watched();
    await registerErasure(at.ports, asked(cluster, { erasedAt: NOW + MINUTE }));
    const leaves = async (): Promise<string> => {
      const [first] = await leavingNow(at.ports, (await readErasures(at.store)).erasures);
      return first === undefined ? '' : leavingInWords(first.leaving);
    };
    const taken = `unknown for orders: what was taken between ${iso(NOW)}, when Atlas last listed its snapshots, and the erasure`;
    expect(await leaves()).toContain(`not before ${iso(NOW + 30 * DAY)} (a snapshot of orders); ${taken}`);
    await seen(at, [snapshot(NOW - DAY, { expiresAt: NOW + 20 * DAY }), snapshot(NOW + MINUTE, { expiresAt: NOW + 25 * DAY })]);
    expect(await leaves()).toContain(`the last backup that holds it expires at ${iso(NOW + 25 * DAY)} (a snapshot of orders)`);
    expect(await leaves()).toContain(`as of ${iso(NOW + HOUR)}`);
  });

  test('of single namespaces leaves the backups no earlier than one of the whole cluster, since a snapshot holds all of it', async () => {
    const { at, cluster } = await watched();
    await registerErasure(at.ports, asked(cluster, { reference: 'PRIV-1' }));
    await registerErasure(at.ports, asked(cluster, { reference: 'PRIV-2', namespaces: '' }));
    const [one, other] = await leavingNow(at.ports, (await readErasures(at.store)).erasures);
    expect(one?.leaving).toEqual(other?.leaving);
  });

  test('on a cluster that no check knows any more says so, and tells no date', async () => {
    const { at, cluster } = await watched();
    await registerErasure(at.ports, asked(cluster));
    const erasures = (await readErasures(at.store)).erasures.map((one) => ({
      ...one,
      clusters: one.clusters.map((place) => ({ ...place, clusterId: 'gone' })),
    }));
    const [first] = await leavingNow(at.ports, erasures);
    expect(first?.leaving).toMatchObject({ at: null, unknown: [expect.stringContaining('no check knows it any more')], asOf: null });
  });

  test.for([1, 5])(
    'and its dates, on clusters of %d projects, fail with the reason where a piece of memory is gone from the store',
    async (projects) => {
      const { at, cluster } = await watched();
      await registerErasure(at.ports, asked(cluster));
      const erasures = (await readErasures(at.store)).erasures.map((one) => ({
        ...one,
        clusters: Array.from({ length: projects }, (_, index) =>
          one.clusters.map((place) => ({ ...place, projectId: `p${index + 1}` })),
        ).flat(),
      }));
      const store = { ...at.ports.store, readBlobs: async (names: readonly string[]) => names.map(() => null) };
      await expect(leavingNow({ ...at.ports, store }, erasures)).rejects.toThrow(
        /is gone from the store; the next check writes all of it anew/,
      );
      await expect(registerErasure({ ...at.ports, store }, asked(cluster, { reference: 'PRIV-2' }))).rejects.toThrow(
        /is gone from the store/,
      );
    },
  );

  test.for<[string, Partial<ErasureRequest>, RegExp]>([
    ['a mail address as its subject', { reference: 'alice@example.com' }, /^reference: /],
    ['a mail address among the namespaces', { namespaces: 'shop.users,alice@example.com' }, /^namespaces: /],
    ['no cluster', { clusters: ' , ' }, /^clusters: /],
    ['a cluster that no check has seen', { clusters: 'nowhere' }, /^cluster: no check has seen/],
    ['a moment ahead of us', { erasedAt: NOW + HOUR + 1 }, /^at: /],
  ])('is refused for %s, is not repeated in the log, and writes nothing', async ([, changes, problem]) => {
    const { at, cluster } = await watched();
    const result = await registerErasure(at.ports, asked(cluster, changes));
    expect(result).toEqual({ problems: [expect.stringMatching(problem)] });
    expect(at.log.join('\n')).not.toContain('alice');
    expect((await readErasures(at.store)).erasures).toEqual([]);
  });

  test('on a name that a deleted cluster had before the present one asks for the id, and takes it', async () => {
    const { at, cluster, project } = await watched();
    const deletion = event('CLUSTER_DELETED', NOW + MINUTE);
    at.collect = (_, now) =>
      factsOf(
        [projectFacts([clusterFacts(now, { id: 'c2' })], now, { events: known({ since: NOW, until: now, events: [deletion] }, now) })],
        now,
      );
    await check(at.ports);
    expect(await registerErasure(at.ports, asked(cluster, { project }))).toEqual({
      problems: [`clusters: there are 2 of the name ${cluster} in one project; name by id whichever held the data: c2, c1 (deleted)`],
    });
    expect(await registerErasure(at.ports, asked('c1, c2'))).toMatchObject({
      erasure: { clusters: [{ clusterId: 'c1' }, { clusterId: 'c2' }] },
    });
  });

  test('is refused for a reference that is registered already', async () => {
    const { at, cluster } = await watched();
    await registerErasure(at.ports, asked(cluster));
    expect(await registerErasure(at.ports, asked(cluster, { namespaces: '' }))).toEqual({
      problems: ['reference: PRIV-123 is registered already'],
    });
  });

  test('is refused before any check has run', async () => {
    const at = stage();
    expect(await registerErasure(at.ports, asked('orders'))).toEqual({ problems: [expect.stringMatching(/no check has run yet/)] });
  });
});

describe('after a restore', () => {
  test('what it brought back is named, and is not finished until each is confirmed', async () => {
    const { at, cluster, project } = await watched();
    await registerErasure(at.ports, asked(cluster));
    await appendRecord(at.ports, restored('r1', `${cluster} (project ${project})`));
    const again = { again: [expect.objectContaining({ reference: 'PRIV-123' })] };
    expect(await erasuresAfter(at.store, 'r1')).toEqual(again);
    expect(await unfinishedRestores(at.store, await readErasures(at.store))).toMatchObject([{ restore: { id: 'r1' } }]);
    expect(await confirmErasure(at.ports, { reference: 'PRIV-123', restore: 'r1', by: 'erin', from: null })).toHaveProperty('id');
    expect(await erasuresAfter(at.store, 'r1')).toEqual({ again: [] });
    expect(await unfinishedRestores(at.store, await readErasures(at.store))).toEqual([]);
  });

  test('a restore test has the same follow-up, and is finished without it, since it deletes what it restored', async () => {
    const { at, cluster, project } = await watched();
    await registerErasure(at.ports, asked(cluster));
    await appendRecord(at.ports, restored('t1', `${cluster} (project ${project})`, { kind: 'restore-test' }));
    expect(await erasuresAfter(at.store, 't1')).toMatchObject({ again: [{ reference: 'PRIV-123' }] });
    expect(await unfinishedRestores(at.store, await readErasures(at.store))).toEqual([]);
  });

  test('whose process was killed, so that only its beginning is recorded, is not finished either', async () => {
    const { at, cluster, project } = await watched();
    await registerErasure(at.ports, asked(cluster));
    const begun = { verdict: 'noted', endedAt: NOW + HOUR } as const;
    await appendRecord(at.ports, restored('r1-begun', `${cluster} (project ${project})`, begun));
    expect(await unfinishedRestores(at.store, await readErasures(at.store))).toMatchObject([{ restore: { id: 'r1-begun' } }]);
    await appendRecord(at.ports, restored('r1', `${cluster} (project ${project})`, { corrects: 'r1-begun' }));
    expect(await unfinishedRestores(at.store, await readErasures(at.store))).toMatchObject([{ restore: { id: 'r1' } }]);
  });

  test('whose beginning was recorded and which Atlas then refused has brought nothing back', async () => {
    const { at, cluster, project } = await watched();
    await registerErasure(at.ports, asked(cluster));
    await appendRecord(at.ports, restored('r1-begun', `${cluster} (project ${project})`, { verdict: 'noted' }));
    await appendRecord(at.ports, restored('r1', `${cluster} (project ${project})`, { verdict: 'refused', corrects: 'r1-begun' }));
    expect(await unfinishedRestores(at.store, await readErasures(at.store))).toEqual([]);
  });

  test('that Atlas refused nothing has come back', async () => {
    const { at, cluster, project } = await watched();
    await registerErasure(at.ports, asked(cluster));
    await appendRecord(at.ports, restored('r1', `${cluster} (project ${project})`, { verdict: 'refused' }));
    expect(await unfinishedRestores(at.store, await readErasures(at.store))).toEqual([]);
  });

  test.for<[string, Partial<LogRecord>, number]>([
    ['a restore by hand that was refused', { verdict: 'refused' }, 0],
    ['a restore by hand that failed in Atlas', { verdict: 'failed' }, 0],
    ['a restore test that was refused', { kind: 'restore-test', verdict: 'refused' }, 0],
    ['a restore test that failed, which may have restored before', { kind: 'restore-test', verdict: 'failed' }, 1],
    ['a drill that was refused', { kind: 'drill', verdict: 'refused' }, 0],
    ['a restore by hand of which nobody knows', { verdict: 'could-not-verify' }, 1],
  ])('%s names what may have come back with it, and nothing else', async ([, changes, count]) => {
    const { at, cluster, project } = await watched();
    await registerErasure(at.ports, asked(cluster));
    await appendRecord(at.ports, restored('r1', `${cluster} (project ${project})`, changes));
    expect(await erasuresAfter(at.store, 'r1')).toEqual({ again: Array(count).fill(expect.objectContaining({ reference: 'PRIV-123' })) });
    const confirmed = await confirmErasure(at.ports, { reference: 'PRIV-123', restore: 'r1', by: 'erin', from: null });
    expect('id' in confirmed).toBe(count === 1);
  });

  test('that there is not, or that brought nothing back, nothing can be confirmed', async () => {
    const { at, cluster } = await watched();
    await registerErasure(at.ports, asked(cluster));
    await appendRecord(at.ports, restored('r2', 'ledger (project shop)'));
    const confirm = (restore: string) => confirmErasure(at.ports, { reference: 'PRIV-123', restore, by: 'erin', from: null });
    expect(await confirm('gone')).toEqual({ problems: [expect.stringMatching(/^restore: the log has no restore/)] });
    expect(await confirm('r2')).toEqual({ problems: [expect.stringMatching(/nothing of PRIV-123 is to be erased again/)] });
  });
});
