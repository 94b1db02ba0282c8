import { describe, expect, test } from 'vitest';
import type { Config } from '../../../lib/config/policy/define-config.ts';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { AtlasEvent, ClusterFacts, Facts, ProjectFacts } from '../../../lib/domain/facts/facts.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../../lib/domain/time.ts';
import { cluster, event, factsOf, NOW, project, snapshot, inWords, UNREAD, watcher, type Watcher } from '../../support/facts.ts';

const check = 'cluster-gone';
const other = (at: Instant): ClusterFacts => cluster(at, { id: 'c2', name: 'billing' });
const deleted = event('CLUSTER_DELETED', NOW + MINUTE, { actor: 'dana@example.com' });

function without(at: Instant, events: readonly AtlasEvent[], changes: Partial<ProjectFacts> = {}): Facts {
  return factsOf([project([other(at)], at, { events: known({ since: NOW - 8 * DAY, until: at, events }, at), ...changes })], at);
}

function watching(config: Config = {}, changes: Partial<ClusterFacts> = {}): Watcher {
  const monitor = watcher(config);
  monitor.read(factsOf([project([cluster(NOW, changes), other(NOW)])]));
  return monitor;
}

describe('cluster-gone: a cluster that is no longer listed', () => {
  test('and was deleted by an event is a warning that says who, when, and which backups are left', () => {
    const remains = { c1: known([snapshot(NOW - HOUR), snapshot(NOW - 7 * HOUR)], NOW) };
    const finding = watching()
      .read(without(NOW + HOUR, [deleted], { remains }))
      .finding(check);
    expect(inWords(finding)).toBe('failing warning');
    expect(finding?.summary).toBe(
      'the cluster was deleted at 2026-11-22T12:01:00Z by dana@example.com; backups left: 2 snapshots, newest of 2026-11-22T11:00:00Z',
    );
  });

  test.for([
    ['none', known([], NOW), 'none that Atlas lists'],
    ['unread', UNREAD, 'not known (403'],
  ] as const)('whose backups are %s says so', ([, remains, words]) =>
    expect(
      watching()
        .read(without(NOW + HOUR, [deleted], { remains: { c1: remains } }))
        .finding(check)?.summary,
    ).toContain(words),
  );

  test('without an event is unknown for every check', () => {
    const { judgement, row } = watching().read(without(NOW + HOUR, []));
    const own = judgement.findings.filter(({ resource }) => resource.clusterId === 'c1');
    expect(new Set(own.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
    expect(row().verdict).toBe('unknown');
  });

  test('counts as deleted once a later run reads the event', () => {
    const monitor = watching();
    monitor.read(without(NOW + HOUR, []));
    expect(inWords(monitor.read(without(NOW + 2 * HOUR, [deleted])).finding(check))).toBe('failing warning');
  });

  test('counts as deleted even if the event came while it was still listed', () => {
    const monitor = watching();
    const submitted = event('CLUSTER_DELETE_SUBMITTED', NOW + MINUTE);
    const still = project([cluster(NOW + HOUR), other(NOW + HOUR)], NOW + HOUR, {
      events: known({ since: NOW, until: NOW + HOUR, events: [submitted] }, NOW),
    });
    expect(monitor.read(factsOf([still], NOW + HOUR)).finding(check)).toBeUndefined();
    expect(inWords(monitor.read(without(NOW + 2 * HOUR, [])).finding(check))).toBe('failing warning');
  });

  test('does not count as deleted if the listing could not be read', () => {
    const monitor = watching();
    expect(monitor.read(without(NOW + HOUR, [deleted], { dedicated: UNREAD })).finding(check)).toBeUndefined();
  });

  test('is exempt from every other check once it is deleted', () => {
    const { judgement } = watching().read(without(NOW + HOUR, [deleted]));
    const rest = judgement.findings.filter(({ resource, check: id }) => resource.clusterId === 'c1' && id !== check);
    expect(rest.every(({ verdict, summary }) => verdict === 'exempt' && summary === 'cluster deleted')).toBe(true);
  });

  test('resolves its visibility incident once it is deleted', () => {
    const monitor = watching();
    for (const hours of [1, 2, 3, 4]) monitor.read(without(NOW + hours * HOUR, []));
    expect(inWords(monitor.read(without(NOW + 5 * HOUR, [deleted])).finding('visibility'))).toBe('exempt');
  });

  test.for([
    [7 * DAY, 'failing warning'],
    [7 * DAY + 1, 'ok'],
  ] as const)('%i ms after the deletion it is %s', ([after, verdict]) => {
    const monitor = watching();
    monitor.read(without(NOW + HOUR, [deleted]));
    expect(inWords(monitor.read(without(deleted.at + after, [])).finding(check))).toBe(verdict);
  });

  test('and was deleted long before the first run is still reported once, for seven days', () => {
    const monitor = watching();
    const verdictAt = (days: number): string =>
      inWords(monitor.read(without(NOW + days * DAY, days === 9 ? [deleted] : [])).finding(check));
    expect([9, 15, 16].map(verdictAt)).toEqual(['failing warning', 'failing warning', 'failing warning']);
    expect(verdictAt(17)).toBe('ok');
    expect(Object.keys(monitor.read(without(NOW + 18 * DAY, [])).memory.projects['p1']?.clusters ?? {})).toEqual(['c2']);
  });

  test('leaves the memory after that', () => {
    const monitor = watching();
    monitor.read(without(NOW + HOUR, [deleted]));
    monitor.read(without(NOW + 8 * DAY, []));
    expect(Object.keys(monitor.read(without(NOW + 9 * DAY, [])).memory.projects['p1']?.clusters ?? {})).toEqual(['c2']);
  });

  test('is not reported if it was exempt', () => {
    const monitor = watching({}, { tags: { 'restorewatch-exempt': 'rebuilt nightly' } });
    expect(inWords(monitor.read(without(NOW + HOUR, [deleted])).finding(check))).toBe('ok');
  });

  test('and a new cluster of the same name are two clusters', () => {
    const monitor = watching();
    const again = cluster(NOW + HOUR, { id: 'c9' });
    const byName = { ...deleted, clusterId: null };
    const facts = project([again, other(NOW + HOUR)], NOW + HOUR, {
      events: known({ since: NOW, until: NOW + HOUR, events: [byName] }, NOW),
    });
    const looked = monitor.read(factsOf([facts], NOW + HOUR));
    expect(inWords(looked.finding(check))).toBe('failing warning');
    expect(inWords(looked.finding('backup-off', 'c9'))).toBe('ok');
    expect(looked.memory.projects['p1']?.clusters['c9']?.signals).toEqual([]);
  });

  test('and is listed again resolves the finding', () => {
    const monitor = watching();
    monitor.read(without(NOW + HOUR, [deleted]));
    const back = factsOf([project([cluster(NOW + 2 * HOUR), other(NOW + 2 * HOUR)], NOW + 2 * HOUR)], NOW + 2 * HOUR);
    expect(inWords(monitor.read(back).finding(check))).toBe('ok');
  });
});

test.for(['flex', 'sharded', 'free'] as const)('cluster-gone: a deleted %s cluster is reported too', (kind) => {
  const monitor = watching({}, { kind });
  expect(inWords(monitor.read(without(NOW + HOUR, [deleted])).finding(check))).toBe('failing warning');
});

describe('cluster-gone: a cluster that was upgraded, which gave it a new id under its name', () => {
  /** From `NOW` on Atlas lists "orders" under another id. */
  function upgraded(at: Instant, kind: ClusterFacts['kind'], events: readonly AtlasEvent[] = []): Facts {
    const now = cluster(at, { id: 'c9', kind, createdAt: known(NOW, at), snapshots: known([], at) });
    const list = project([now, other(at)], at, { events: known({ since: NOW - 8 * DAY, until: at, events }, at) });
    return factsOf([list], at);
  }
  const verdictsOf = ({ judgement }: ReturnType<Watcher['read']>): readonly string[] => [
    ...new Set(
      judgement.findings.filter(({ resource }) => resource.clusterId === 'c1').map(({ verdict, summary }) => `${verdict}: ${summary}`),
    ),
  ];

  test.for([
    ['free', 'flex'],
    ['free', 'replicaSet'],
    ['flex', 'replicaSet'],
    ['flex', 'sharded'],
  ] as const)('from %s to %s raises nothing, also while its first backup is due, and its old id is forgotten', ([from, to]) => {
    const monitor = watching({}, { kind: from, pitEnabled: known(false, NOW) });
    for (const hours of [1, 2, 3, 4]) {
      const looked = monitor.read(upgraded(NOW + hours * HOUR, to));
      expect(verdictsOf(looked)).toEqual(['exempt: cluster upgraded: Atlas lists it under a new id']);
      expect(inWords(looked.finding('backup-age', 'c9'))).toBe('ok');
      expect(inWords(looked.finding('visibility'))).toBe('nothing');
      expect(looked.judgement.findings.filter(({ summary }) => summary.startsWith('M0 clusters'))).toEqual([]);
    }
    monitor.read(upgraded(NOW + 9 * HOUR, to));
    const after = monitor.read(upgraded(NOW + 10 * HOUR, to));
    expect(Object.keys(after.memory.projects['p1']?.clusters ?? {}).toSorted()).toEqual(['c2', 'c9']);
  });

  test.for([
    ['7 h after it was upgraded', 8, 'failing warning'],
    ['8 h after it was upgraded, when no event can be late any more', 9, 'ok'],
  ] as const)('counts as deleted if an event says so %s: then somebody made a new one', ([, hours, verdict]) => {
    const monitor = watching({}, { kind: 'flex' });
    monitor.read(upgraded(NOW + HOUR, 'replicaSet'));
    const looked = monitor.read(upgraded(NOW + hours * HOUR, 'replicaSet', hours === 8 ? [deleted] : []));
    expect(inWords(looked.finding(check))).toBe(verdict);
  });

  test.for([
    ['replicaSet', 'replicaSet'],
    ['sharded', 'replicaSet'],
    ['replicaSet', 'flex'],
    ['flex', 'flex'],
  ] as const)('is no such thing from %s to %s, which Atlas cannot do: it is unknown', ([from, to]) => {
    const looked = watching({}, { kind: from }).read(upgraded(NOW + HOUR, to));
    expect(looked.row().verdict).toBe('unknown');
  });
});
