import { describe, expect, test } from 'vitest';
import { type Config, ConfigError, defineConfig, policyOf } from '../../../lib/config/policy/define-config.ts';
import type { ClusterPolicy } from '../../../lib/domain/policy/policy.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';

const orders: {
  readonly projectId: string;
  readonly projectName: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
} = { projectId: 'p1', projectName: 'shop', name: 'orders', tags: { tier: 'gold', owner: 'a=b' } };

function forOrders(config: Config, changes: Partial<typeof orders> = {}): ClusterPolicy {
  return policyOf(config).forCluster({ ...orders, ...changes });
}

describe('a configuration without settings', () => {
  test('promises what the tables of the plan promise', () => {
    const { backupAge, rpo, snapshotSize, pitr, exempt } = forOrders({});
    expect([backupAge.limit, rpo.target, pitr.gap, pitr.wanted, snapshotSize.change, exempt]).toEqual([
      24 * HOUR,
      HOUR,
      HOUR,
      true,
      0.5,
      null,
    ]);
    expect(snapshotSize).toMatchObject({ atLeastBytes: 1024 ** 3, criticalChange: null });
    expect(backupAge).toMatchObject({ excuseAtLeast: 30 * MINUTE, excuseAtMost: 2 * HOUR });
  });

  test('has the routes of the plan, and sends no resolves by SMS', () => {
    const { routes, smsResolves, stormAbove } = policyOf({}).general;
    expect(routes).toEqual({ P0: ['pagerduty', 'sms'], P1: ['slack', 'email'], P2: ['email'] });
    expect([smsResolves, stormAbove]).toEqual([false, 5]);
  });

  test('counts failed reads as the contract says', () =>
    expect(policyOf({}).general.visibility).toEqual({ runs: 2, apart: 30 * MINUTE, atMost: 2 * HOUR, criticalAfter: 24 * HOUR }));
});

describe('a promise of redundancy', () => {
  test.for([0, -1, 2.5, 51, '3', null])('of %o nodes is refused with its path and what to write', (nodes) => {
    // POLICY_FILE is JSON, so that any value may come.
    const config = { redundancy: { nodes } } as unknown as Config;
    expect(() => defineConfig(config)).toThrow(/redundancy\.nodes: must be a whole number from 1 to 50/);
  });

  test.for([1, 50])('of %i regions is accepted', (regions) => {
    expect(forOrders(defineConfig({ redundancy: { regions } })).redundancy).toEqual({ nodes: 3, regions });
  });
});

describe('an override', () => {
  const limit = (hours: number): { backupAge: { limitHours: number } } => ({ backupAge: { limitHours: hours } });

  test.for<[string, Config, number]>([
    ['for all', limit(30), 30],
    ['for a project by name', { projects: { shop: limit(31) } }, 31],
    ['for a project by id', { projects: { p1: limit(32) } }, 32],
    ['for a cluster by name', { clusters: [{ cluster: 'orders', ...limit(33) }] }, 33],
    ['for a cluster by tag', { clusters: [{ tag: 'tier=gold', ...limit(34) }] }, 34],
    ['for a tag whose value has an equals sign', { clusters: [{ tag: 'owner=a=b', ...limit(35) }] }, 35],
    ['for a cluster of one project only', { clusters: [{ project: 'bank', cluster: 'orders', ...limit(36) }] }, 24],
    ['for another cluster', { clusters: [{ cluster: 'billing', ...limit(37) }] }, 24],
    ['for another value of the tag', { clusters: [{ tag: 'tier=silver', ...limit(38) }] }, 24],
    ['for another project', { projects: { bank: limit(39) } }, 24],
    [
      'of a cluster beats its project’s, and that what holds for all',
      { ...limit(1), projects: { shop: limit(2) }, clusters: [{ cluster: 'orders', ...limit(3) }] },
      3,
    ],
    [
      'later in the list wins',
      {
        clusters: [
          { cluster: 'orders', ...limit(40) },
          { tag: 'tier=gold', ...limit(41) },
        ],
      },
      41,
    ],
  ])('%s', ([, config, hours]) => expect(forOrders(defineConfig(config)).backupAge.limit).toBe(hours * HOUR));

  test('changes what it names and nothing else', () => {
    const changed = forOrders({ clusters: [{ cluster: 'orders', rpo: { targetMinutes: 15 } }] });
    expect(changed).toEqual({ ...forOrders({}), rpo: { target: 15 * MINUTE, dayIsEnough: false } });
  });

  test('is read in its own unit', () => {
    const policy = forOrders({
      graceHours: 3,
      snapshotSize: { changePercent: 80, criticalChangePercent: 90 },
      pitr: { gapMinutes: 30 },
      snapshotRunning: { atLeastHours: 1, withoutHistoryHours: 6 },
      redundancy: { regions: 2 },
      onDemand: 'kept',
      pausedExpiry: { warningDays: 10, criticalDays: 2 },
      backupPolicy: { dailyDays: 60 },
    });
    expect(policy).toMatchObject({
      grace: 3 * HOUR,
      snapshotSize: { change: 0.8, criticalChange: 0.9 },
      pitr: { gap: 30 * MINUTE, wanted: true },
      snapshotRunning: { factor: 3, atLeast: HOUR, withoutHistory: 6 * HOUR },
      redundancy: { nodes: 3, regions: 2 },
      onDemand: 'kept',
      pausedExpiry: { warning: 10 * DAY, critical: 2 * DAY },
      backupPolicy: { restoreWindowDays: 7, dailyDays: 60, onDemandDays: 90 },
    });
  });

  test('can undo a critical change of size of the level above', () =>
    expect(
      forOrders({
        snapshotSize: { criticalChangePercent: 90 },
        clusters: [{ cluster: 'orders', snapshotSize: { criticalChangePercent: null } }],
      }).snapshotSize.criticalChange,
    ).toBeNull());

  test('of severities adds up over the levels', () =>
    expect(forOrders({ severity: { rpo: 'warning' }, projects: { shop: { severity: { 'backup-age': 'warning' } } } }).severity).toEqual({
      rpo: 'warning',
      'backup-age': 'warning',
    }));

  test('of one route leaves the others', () =>
    expect(policyOf({ routes: { P1: ['slack'] } }).general.routes).toEqual({ P0: ['pagerduty', 'sms'], P1: ['slack'], P2: ['email'] }));
});

describe('an exemption', () => {
  test.for<[string, Config, Partial<typeof orders>, string | null]>([
    ['by config', { clusters: [{ cluster: 'orders', exempt: 'rebuilt nightly' }] }, {}, 'rebuilt nightly'],
    ['of a project', { projects: { shop: { exempt: 'a playground' } } }, {}, 'a playground'],
    ['by tag', {}, { tags: { ...orders.tags, 'restorewatch-exempt': 'a sandbox' } }, 'a sandbox'],
    ['not by a tag without a reason', {}, { tags: { ...orders.tags, 'restorewatch-exempt': '  ' } }, null],
    ['not of another cluster', { clusters: [{ cluster: 'scratch', exempt: 'rebuilt nightly' }] }, {}, null],
  ])('%s', ([, config, changes, exempt]) => expect(forOrders(defineConfig(config), changes).exempt).toBe(exempt));
});

describe('a configuration that is wrong', () => {
  /** As a newcomer might write it: the types forbid most of it. */
  const problem = (config: unknown): string => {
    try {
      defineConfig(config as Config); // Proof: none is needed, since what is wrong here is to be refused.
    } catch (cause) {
      return cause instanceof ConfigError ? cause.message : `not a ConfigError: ${String(cause)}`;
    }
    return 'taken';
  };

  test.for<[string, unknown, string]>([
    ['an unknown key', { backupAges: {} }, '(top): unknown key backupAges'],
    ['an unknown key further down', { projects: { shop: { backupAge: { limit: 3 } } } }, 'projects.shop.backupAge: unknown key limit'],
    ['a negative threshold', { backupAge: { limitHours: -1 } }, 'backupAge.limitHours: must be more than 0 hours'],
    ['a threshold of nothing', { rpo: { targetMinutes: 0 } }, 'rpo.targetMinutes: must be more than 0 minutes'],
    ['a threshold that is no number', { graceHours: 'two' }, 'graceHours: '],
    [
      'a route to a channel that does not exist',
      { routes: { P0: ['pager'] } },
      'routes.P0.0: there is no channel "pager"; there are pagerduty, sms, slack, email',
    ],
    ['a route to nobody', { routes: { P1: [] } }, 'routes.P1: a priority needs a channel'],
    ['a priority that does not exist', { routes: { P9: ['sms'] } }, 'routes: unknown key P9'],
    [
      'an exemption without a reason',
      { clusters: [{ cluster: 'scratch', exempt: ' ' }] },
      'clusters.0.exempt: an exemption needs a reason in words',
    ],
    ['an exemption of everything', { exempt: 'no backups at all' }, '(top): unknown key exempt'],
    ['a tag without a value', { clusters: [{ tag: 'tier', graceHours: 1 }] }, 'clusters.0.tag: write a tag as key=value'],
    ['a severity of a check that does not exist', { severity: { backups: 'info' } }, 'severity'],
    [
      'a cluster entry that chooses none: it would hold for all',
      { clusters: [{ graceHours: 1 }] },
      'clusters.0: choose clusters by project, cluster or tag',
    ],
    ['days below 0', { backupPolicy: { dailyDays: -1 } }, 'backupPolicy.dailyDays: days: 0 promises nothing, and less is not possible'],
    [
      'a part of a day',
      { clusters: [{ cluster: 'orders', backupPolicy: { onDemandDays: 1.5 } }] },
      'clusters.0.backupPolicy.onDemandDays: whole days',
    ],
  ])('by %s is refused by path, with the way out', ([, config, words]) => expect(problem(config)).toContain(words));

  test('is refused with every problem in one message', () => {
    const words = problem({ graceHours: -1, rpo: { targetMinutes: -1 }, nonsense: 1 });
    expect(words).toContain('wrong in 3 places:');
    expect(words.split('\n')).toHaveLength(4);
  });
});

describe('the escalation ladder', () => {
  const ladders = (escalation: Config['escalation']): unknown => policyOf(defineConfig({ escalation })).general.escalation;
  const usual = { P0: ['contacts'], P1: ['P0', 'contacts'], P2: ['P1'] };

  test.for<[string, Config['escalation'], unknown]>([
    ['is the plan’s where nothing is said', undefined, usual],
    ['may leave out a rung', { P2: ['P0'] }, { ...usual, P2: ['P0'] }],
    ['may end before it begins', { P1: [] }, { ...usual, P1: [] }],
  ])('%s', ([, given, expected]) => expect(ladders(given)).toEqual(expected));

  test.for<[NonNullable<Config['escalation']>, string]>([
    [{ P1: ['P0', 'P0'] }, 'escalation.P1.1: P0 stands on this ladder twice; take one of them out'],
    [{ P2: ['P1', 'contacts', 'P1'] }, 'escalation.P2.2: P1 stands on this ladder twice; take one of them out'],
    [{ P0: ['P0'] }, 'escalation.P0.0: P0 is where it begins, so climbing there would tell the same people; take it out'],
    [{ P0: ['P1'] }, 'escalation.P0.0: P1 is below P0, and a ladder only climbs; take it out'],
    [{ P2: ['P0', 'P1'] }, 'escalation.P2.1: P1 is below P0, and a ladder only climbs; put it before P0'],
    [{ P1: ['contacts', 'P0'] }, 'escalation.P1.1: P0 is below contacts, and a ladder only climbs; put it before contacts'],
  ])('%o is refused: %s', ([given, words]) => expect(() => ladders(given)).toThrow(words));

  test('with an unknown rung is refused with the names of those there are', () => {
    // Proof: what a config without types may hold.
    const wrong = { P2: ['P2', 'boss'] } as unknown as Config['escalation'];
    expect(() => ladders(wrong)).toThrow(/escalation\.P2\.1: there is no rung "boss"; a rung is P1, P0/);
  });
});
