import { describe, expect, test } from 'vitest';
import { type Config, ConfigError, defineConfig, policyOf } from '../../../lib/config/policy/define-config.ts';
import type { RetentionPromise } from '../../../lib/domain/policy/policy.ts';

type Settings = NonNullable<Config['retention']>;

const ORDERS = { projectId: 'p1', projectName: 'shop', name: 'orders', tags: { data: 'user', tier: 'gold' } };

function promiseFor(retention: Settings | undefined): RetentionPromise | null {
  return policyOf(defineConfig(retention === undefined ? {} : { retention })).forCluster(ORDERS).retention;
}

/** The sentence about the first mistake, without the line before it; "taken" if there is none. */
function problem(retention: unknown): string {
  try {
    defineConfig({ retention } as Config); // Proof: none is needed, since what is wrong here is to be refused.
  } catch (cause) {
    return cause instanceof ConfigError ? (cause.message.split('\n')[1]?.trim() ?? '') : String(cause);
  }
  return 'taken';
}

describe('retention classes', () => {
  test('of the plan are there as minima, and none is assigned', () => {
    const minimumOf = (name: string): RetentionPromise | null => promiseFor({ assign: [{ cluster: 'orders', class: name }] });
    expect(['user', 'logs', 'analytics', 'financial'].map((name) => minimumOf(name)?.minDays)).toEqual([90, 30, 90, 2_555]);
    expect([promiseFor(undefined), promiseFor({}), promiseFor({ classes: { own: { minDays: 1 } } })]).toEqual([null, null, null]);
  });

  test('of the plan keep their minimum where the configuration gives a maximum alone', () => {
    const assign: Settings['assign'] = [{ cluster: 'orders', class: 'user' }];
    expect(promiseFor({ classes: { user: { maxDays: 400 } }, assign })).toEqual({ classes: ['user'], minDays: 90, maxDays: 400 });
    expect(promiseFor({ classes: { user: { minDays: 7 } }, assign })).toEqual({ classes: ['user'], minDays: 7, maxDays: null });
  });

  test('that a cluster has several of promise the longest minimum and the shortest maximum', () => {
    const classes = { brief: { maxDays: 300 }, briefer: { minDays: 5, maxDays: 200 } };
    const assign = [
      { tag: 'data=user', class: 'user' },
      { project: 'shop', class: 'brief' },
      { project: 'p1', tag: 'tier=gold', class: 'briefer' },
      { cluster: 'orders', class: 'brief' },
    ];
    expect(promiseFor({ classes, assign })).toEqual({ classes: ['user', 'brief', 'briefer'], minDays: 90, maxDays: 200 });
  });

  test('of other clusters promise nothing here', () => {
    const assign = [
      { cluster: 'billing', class: 'user' },
      { project: 'bank', cluster: 'orders', class: 'user' },
      { tag: 'data=logs', class: 'user' },
    ];
    expect(promiseFor({ assign })).toBeNull();
  });
});

describe('a retention that is wrong', () => {
  const financial = { assign: [{ cluster: 'orders', class: 'financial' }] };
  const brief = { classes: { brief: { maxDays: 90 } } };

  test.for<[string, unknown, string]>([
    [
      'names a class that there is not',
      { assign: [{ cluster: 'orders', class: 'usr' }] },
      'retention.assign.0.class: there is no class "usr"; there are user, logs, analytics, financial',
    ],
    [
      'names a class as every object has one',
      { assign: [{ cluster: 'orders', class: 'constructor' }] },
      'retention.assign.0.class: there is no class "constructor"; there are user, logs, analytics, financial',
    ],
    [
      'has a class whose minimum is more than its maximum',
      { classes: { own: { minDays: 91, maxDays: 90 } } },
      'retention.classes.own: class own keeps backups for at least 91 days and at most 90 days: raise maxDays, or lower minDays',
    ],
    [
      'gives a class of the plan a maximum below the plan’s minimum',
      { classes: { financial: { maxDays: 90 } } },
      'retention.classes.financial: class financial keeps backups for at least 2555 days and at most 90 days: raise maxDays, or lower minDays',
    ],
    [
      'assigns contradicting classes to one cluster',
      { ...brief, assign: [...financial.assign, { cluster: 'orders', class: 'brief' }] },
      'retention.assign.1.class: contradicts assign.0, which chooses the same clusters: class brief keeps backups for at most 90 days, class financial keeps backups for at least 2555 days; assign one of the two',
    ],
    [
      'assigns contradicting classes to a cluster and to the cluster of that name in one project',
      { ...brief, assign: [...financial.assign, { project: 'shop', cluster: 'orders', class: 'brief' }] },
      'retention.assign.1.class: contradicts assign.0',
    ],
    [
      'assigns classes of which one ends a day before the other may',
      {
        classes: { brief: { maxDays: 89 } },
        assign: [
          { cluster: 'orders', class: 'user' },
          { cluster: 'orders', class: 'brief' },
        ],
      },
      'class brief keeps backups for at most 89 days, class user keeps backups for at least 90 days; assign one of the two',
    ],
    ['assigns to nothing', { assign: [{ class: 'user' }] }, 'retention.assign.0: choose clusters by project, cluster or tag'],
    [
      'has a class that promises nothing',
      { classes: { own: {} } },
      'retention.classes.own: say what is promised: minDays, maxDays or both',
    ],
    ['has days that are none', { classes: { own: { minDays: 0 } } }, 'retention.classes.own.minDays: must be more than 0 days'],
    ['has parts of days', { classes: { own: { minDays: 1.5 } } }, 'retention.classes.own.minDays: write whole days'],
    ['has a tag without a value', { assign: [{ tag: 'pii', class: 'user' }] }, 'retention.assign.0.tag: write a tag as key=value'],
    ['has a key that there is not', { assing: [] }, 'retention: unknown key assing'],
  ])('%s', ([, retention, words]) => expect(problem(retention)).toContain(words));

  test.for<[string, unknown]>([
    ['two clusters have contradicting classes', { ...brief, assign: [...financial.assign, { cluster: 'sessions', class: 'brief' }] }],
    [
      'a project and a tag may never meet on a cluster',
      {
        ...brief,
        assign: [
          { project: 'bank', class: 'financial' },
          { tag: 'a=b', class: 'brief' },
        ],
      },
    ],
    [
      'one cluster has a class that ends on the day up to which the other keeps',
      {
        ...brief,
        assign: [
          { cluster: 'orders', class: 'user' },
          { cluster: 'orders', class: 'brief' },
        ],
      },
    ],
    ['minimum and maximum are the same', { classes: { own: { minDays: 90, maxDays: 90 } } }],
    ['the same class is assigned twice', { assign: [...financial.assign, ...financial.assign] }],
  ])('is not one in which %s', ([, retention]) => expect(problem(retention)).toBe('taken'));
});

describe('a class that allows fewer days than `backupPolicy.dailyDays` promises', () => {
  const retention: Settings = { classes: { brief: { maxDays: 29 } }, assign: [{ project: 'shop', tag: 'pii=yes', class: 'brief' }] };
  const kept = (dailyDays: number): Pick<Config, 'backupPolicy'> => ({ backupPolicy: { dailyDays } });

  function problemOf(config: Config): string {
    try {
      defineConfig({ retention, ...config });
    } catch (cause) {
      return cause instanceof ConfigError ? (cause.message.split('\n')[1]?.trim() ?? '') : String(cause);
    }
    return 'taken';
  }

  test('contradicts it', () =>
    expect(problemOf({})).toBe(
      'retention.assign.0.class: contradicts backupPolicy.dailyDays: class brief keeps backups for at most 29 days, and daily snapshots are promised for 30; lower dailyDays for these clusters, or raise maxDays',
    ));

  test.for<[string, Config, boolean]>([
    ['the promise is as short', kept(29), false],
    ['the promise is a day longer', kept(30), true],
    ['nothing is promised', kept(0), false],
    ['the project promises less', { projects: { shop: kept(7) } }, false],
    ['another project promises less, which may be the same by its id', { projects: { p1: kept(7) } }, false],
    ['some of its clusters may promise less', { clusters: [{ cluster: 'orders', ...kept(7) }] }, false],
    ['the project promises more', { ...kept(7), projects: { shop: kept(40) } }, true],
    ['the class is assigned to none', { retention: { classes: { brief: { maxDays: 29 } } } }, false],
  ])('where %s is refused: $2', ([, config, isRefused]) => expect(problemOf(config) !== 'taken').toBe(isRefused));
});
