import { describe, expect, test } from 'vitest';
import type { Config } from '../../../lib/config/policy/define-config.ts';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { ClusterFacts, Snapshot, SnapshotSource } from '../../../lib/domain/facts/facts.ts';
import type { Finding } from '../../../lib/domain/findings/finding.ts';
import { HOUR } from '../../../lib/domain/time.ts';
import { cluster, factsOf, inWords, NOW, project, snapshot, SOURCE, UNREAD, watcher } from '../../support/facts.ts';

const check = 'restorability';
const TARGET = { project: 'shop', cluster: 'recovery' };
const POLICY: Config = { restoreTests: [{ name: 'weekly', sources: [{ project: 'p1', cluster: 'orders' }], target: TARGET }] };
const SHARDED: SnapshotSource = { ...SOURCE, kind: 'sharded', shards: 2, configServer: 'DEDICATED' };

type Stage = {
  readonly snapshots?: readonly Snapshot[];
  readonly orders?: Partial<ClusterFacts>;
  readonly target?: Partial<ClusterFacts>;
  readonly policy?: Config;
};

/** "orders", whose restore tests go into "recovery", a sandbox of the same kind and version. */
function found({ snapshots, orders, target, policy = POLICY }: Stage): Finding | undefined {
  const source = cluster(NOW, { ...orders, ...(snapshots && { snapshots: known(snapshots, NOW) }) });
  const sandbox = cluster(NOW, { id: 'c2', name: 'recovery', tags: { restorewatch: 'sandbox' }, ...target });
  return watcher(policy)
    .read(factsOf([project([source, sandbox])]))
    .finding(check);
}

/** One snapshot of an hour ago, whose source differs so. */
function of(changes: Partial<SnapshotSource>, base: SnapshotSource = SOURCE): readonly Snapshot[] {
  return [snapshot(NOW - HOUR, { source: { ...base, ...changes } })];
}

const sharded: Partial<ClusterFacts> = {
  kind: 'sharded',
  topology: known('SHARDED/2', NOW),
  server: { majorVersion: '8.0', customerKey: false, configServer: 'DEDICATED' },
};
const runs = (majorVersion: string | null): Partial<ClusterFacts> => ({ server: { majorVersion, customerKey: false, configServer: null } });
const withKey = (customerKey: boolean | null): Partial<ClusterFacts> => ({
  server: { majorVersion: '8.0', customerKey, configServer: null },
});

describe('restorability', () => {
  test.for<[string, Stage, string]>([
    ['a target of the same version and kind takes the snapshots', {}, 'ok'],
    ['a target of the next major version takes them', { target: runs('9.0') }, 'ok'],
    ['a target that is two major versions ahead does not', { target: runs('10.0') }, 'failing warning'],
    ['a target of the version before does not', { target: runs('7.0') }, 'failing warning'],
    ['a target of a later minor version takes them', { target: runs('8.2') }, 'ok'],
    ['a target of unknown version is unknown', { target: runs(null) }, 'unknown'],
    ['a newest snapshot of unknown version is unknown', { snapshots: of({ majorVersion: null }) }, 'unknown'],
    [
      'a snapshot of which nothing is known is unknown',
      { snapshots: [{ ...snapshot(NOW - HOUR), source: { ...SOURCE, kind: null } }] },
      'unknown',
    ],
    [
      'a known reason against it counts for more than what is unknown',
      { snapshots: of({ customerKey: null, majorVersion: '6.0' }) },
      'failing warning',
    ],
    ['a replica set does not go into a sharded cluster', { target: sharded }, 'failing warning'],
    ['a sharded cluster does not go into a replica set', { orders: sharded, snapshots: of({}, SHARDED) }, 'failing warning'],
    ['a sharded cluster goes into one of as many shards', { orders: sharded, snapshots: of({}, SHARDED), target: sharded }, 'ok'],
    ['not into one of more', { orders: sharded, snapshots: of({ shards: 3 }, SHARDED), target: sharded }, 'failing warning'],
    ['an unknown number of shards is unknown', { orders: sharded, snapshots: of({ shards: null }, SHARDED), target: sharded }, 'unknown'],
    [
      'a target of unknown topology is unknown',
      { orders: sharded, snapshots: of({}, SHARDED), target: { ...sharded, topology: UNREAD } },
      'unknown',
    ],
    [
      'not into one with another kind of config server',
      { orders: sharded, snapshots: of({ configServer: 'EMBEDDED' }, SHARDED), target: sharded },
      'failing warning',
    ],
    ['a snapshot with a customer’s key goes into a target with one', { snapshots: of({ customerKey: true }), target: withKey(true) }, 'ok'],
    ['not into a target without', { snapshots: of({ customerKey: true }), target: withKey(false) }, 'failing warning'],
    ['a snapshot without such a key goes anywhere', { target: withKey(true) }, 'ok'],
    ['whether the target has a key matters for encrypted snapshots alone', { target: withKey(null) }, 'ok'],
    [
      'an encrypted snapshot and a target of which it is not known are unknown',
      { snapshots: of({ customerKey: true }), target: withKey(null) },
      'unknown',
    ],
    ['a cluster that no restore test has as a source is exempt', { policy: {} }, 'exempt'],
    ['a target that is not among the clusters is not compared', { target: { name: 'other' } }, 'exempt'],
    ['snapshots that cannot be read are unknown', { orders: { snapshots: UNREAD } }, 'unknown'],
    ['a cluster without a snapshot yet is ok', { snapshots: [], orders: { createdAt: known(NOW - HOUR, NOW) } }, 'ok'],
    ['a paused cluster is exempt', { orders: { paused: known(true, NOW) } }, 'exempt'],
    ['flex snapshots are not judged', { orders: { kind: 'flex', schedule: known(null, NOW) } }, 'exempt'],
  ])('%s', ([, stage, verdict]) => expect(inWords(found(stage))).toBe(verdict));

  test('a snapshot that would not restore stays a warning through a pause, so that nightly pauses make one incident of it', () => {
    const monitor = watcher(POLICY);
    const look = (orders: Partial<ClusterFacts>): string => {
      const source = cluster(NOW, { ...orders, snapshots: known(of({ majorVersion: '6.0' }), NOW) });
      const sandbox = cluster(NOW, { id: 'c2', name: 'recovery', tags: { restorewatch: 'sandbox' } });
      return inWords(monitor.read(factsOf([project([source, sandbox])])).finding(check));
    };
    expect([look({}), look({ paused: known(true, NOW) })]).toEqual(['failing warning', 'failing warning']);
  });

  test('says how many would restore, and why the rest would not', () => {
    const old = Array.from({ length: 7 }, (_, index) =>
      snapshot(NOW - (10 + index) * HOUR, { source: { ...SOURCE, majorVersion: '6.0' } }),
    );
    const young = Array.from({ length: 23 }, (_, index) => snapshot(NOW - (1 + index / 4) * HOUR));
    expect(found({ snapshots: [...old, ...young] })?.summary).toBe(
      '23 of 30 would restore into recovery today; 7 would not: they are of MongoDB 6.0, and recovery runs 8.0',
    );
  });

  test('says what is against the newest, and counts what is not known apart', () => {
    const mixed = [
      snapshot(NOW - 3 * HOUR),
      snapshot(NOW - 2 * HOUR, { source: { ...SOURCE, majorVersion: null } }),
      ...of({ majorVersion: '9.0' }),
    ];
    const finding = found({ snapshots: mixed });
    expect(finding?.summary).toBe(
      'the newest snapshot would not restore into recovery: it is of MongoDB 9.0, and recovery runs 8.0; 1 of 3 would restore into recovery today',
    );
    expect(finding?.evidence).toContainEqual([
      'the others',
      'of 1 it is not known (Atlas does not tell the version of MongoDB); 1 would not: it is of MongoDB 9.0, and recovery runs 8.0',
    ]);
  });

  test('a target that Atlas no longer lists is unknown', () => {
    const { read } = watcher(POLICY);
    const sandbox = cluster(NOW, { id: 'c2', name: 'recovery', tags: { restorewatch: 'sandbox' } });
    read(factsOf([project([cluster(), sandbox])]));
    expect(inWords(read(factsOf([project([cluster()])])).finding(check))).toBe('unknown');
  });
});
