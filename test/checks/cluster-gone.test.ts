import { describe, expect, test } from 'vitest';
import type { Config } from '../../lib/config/policy.ts';
import { known } from '../../lib/domain/fact.ts';
import type { AtlasEvent, ClusterFacts, Facts, ProjectFacts } from '../../lib/domain/facts.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { cluster, event, factsOf, NOW, project, snapshot, told, UNREAD, watcher, type Watcher } from '../support/facts.ts';

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

describe('a cluster that is no longer listed', () => {
  test('with an event that says so: a warning tells who, when, and which backups are left', () => {
    const remains = { c1: known([snapshot(NOW - HOUR), snapshot(NOW - 7 * HOUR)], NOW) };
    const finding = watching()
      .read(without(NOW + HOUR, [deleted], { remains }))
      .finding(check);
    expect(told(finding)).toBe('failing warning');
    expect(finding?.summary).toBe(
      'the cluster was deleted at 2026-11-22T12:01:00Z by dana@example.com; backups left: 2 snapshot(s), newest of 2026-11-22T11:00:00Z',
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

  test('without one is unknown, and nothing of it is called ok, exempt or failing', () => {
    const { judgement, row } = watching().read(without(NOW + HOUR, []));
    const own = judgement.findings.filter(({ resource }) => resource.clusterId === 'c1');
    expect(new Set(own.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
    expect(row().verdict).toBe('unknown');
  });

  test('is gone as soon as a later run brings the event', () => {
    const monitor = watching();
    monitor.read(without(NOW + HOUR, []));
    expect(told(monitor.read(without(NOW + 2 * HOUR, [deleted])).finding(check))).toBe('failing warning');
  });

  test('is gone also where the event came while it was still listed', () => {
    const monitor = watching();
    const submitted = event('CLUSTER_DELETE_SUBMITTED', NOW + MINUTE);
    const still = project([cluster(NOW + HOUR), other(NOW + HOUR)], NOW + HOUR, {
      events: known({ since: NOW, until: NOW + HOUR, events: [submitted] }, NOW),
    });
    expect(monitor.read(factsOf([still], NOW + HOUR)).finding(check)).toBeUndefined();
    expect(told(monitor.read(without(NOW + 2 * HOUR, [])).finding(check))).toBe('failing warning');
  });

  test('is not gone where the listing could not be read', () => {
    const monitor = watching();
    expect(monitor.read(without(NOW + HOUR, [deleted], { dedicated: UNREAD })).finding(check)).toBeUndefined();
  });

  test('asks nothing of any other check once it is gone', () => {
    const { judgement } = watching().read(without(NOW + HOUR, [deleted]));
    const rest = judgement.findings.filter(({ resource, check: id }) => resource.clusterId === 'c1' && id !== check);
    expect(rest.every(({ verdict, summary }) => verdict === 'exempt' && summary === 'cluster deleted')).toBe(true);
  });

  test('that had been blind for hours is blind no more once it is gone', () => {
    const monitor = watching();
    for (const hours of [1, 2, 3, 4]) monitor.read(without(NOW + hours * HOUR, []));
    expect(told(monitor.read(without(NOW + 5 * HOUR, [deleted])).finding('visibility'))).toBe('exempt');
  });

  test.for([
    [7 * DAY, 'failing warning'],
    [7 * DAY + 1, 'ok'],
  ] as const)('%i ms after the deletion it is %s', ([after, verdict]) => {
    const monitor = watching();
    monitor.read(without(NOW + HOUR, [deleted]));
    expect(told(monitor.read(without(deleted.at + after, [])).finding(check))).toBe(verdict);
  });

  test('that was deleted long before anybody looked is told all the same, for a while, and once', () => {
    const monitor = watching();
    const verdictAt = (days: number): string => told(monitor.read(without(NOW + days * DAY, days === 9 ? [deleted] : [])).finding(check));
    expect([9, 15, 16].map(verdictAt)).toEqual(['failing warning', 'failing warning', 'failing warning']);
    expect(verdictAt(17)).toBe('ok');
    expect(Object.keys(monitor.read(without(NOW + 18 * DAY, [])).memory.projects['p1']?.clusters ?? {})).toEqual(['c2']);
  });

  test('is forgotten after that', () => {
    const monitor = watching();
    monitor.read(without(NOW + HOUR, [deleted]));
    monitor.read(without(NOW + 8 * DAY, []));
    expect(Object.keys(monitor.read(without(NOW + 9 * DAY, [])).memory.projects['p1']?.clusters ?? {})).toEqual(['c2']);
  });

  test('is told to nobody where it was exempt', () => {
    const monitor = watching({}, { tags: { 'restorable-exempt': 'rebuilt nightly' } });
    expect(told(monitor.read(without(NOW + HOUR, [deleted])).finding(check))).toBe('ok');
  });

  test('a new one under its name is another cluster', () => {
    const monitor = watching();
    const again = cluster(NOW + HOUR, { id: 'c9' });
    const byName = { ...deleted, clusterId: null };
    const facts = project([again, other(NOW + HOUR)], NOW + HOUR, {
      events: known({ since: NOW, until: NOW + HOUR, events: [byName] }, NOW),
    });
    const looked = monitor.read(factsOf([facts], NOW + HOUR));
    expect(told(looked.finding(check))).toBe('failing warning');
    expect(told(looked.finding('backup-off', 'c9'))).toBe('ok');
    expect(looked.memory.projects['p1']?.clusters['c9']?.signals).toEqual([]);
  });

  test('that is back is there', () => {
    const monitor = watching();
    monitor.read(without(NOW + HOUR, [deleted]));
    const back = factsOf([project([cluster(NOW + 2 * HOUR), other(NOW + 2 * HOUR)], NOW + 2 * HOUR)], NOW + 2 * HOUR);
    expect(told(monitor.read(back).finding(check))).toBe('ok');
  });
});

test.for(['flex', 'sharded', 'free'] as const)('a deleted %s cluster is told as well', (kind) => {
  const monitor = watching({}, { kind });
  expect(told(monitor.read(without(NOW + HOUR, [deleted])).finding(check))).toBe('failing warning');
});
