import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../lib/config/environment/read-environment.ts';
import { type Config, defineConfig, env, policyOf } from '../../lib/config/policy/define-config.ts';
import type { Silence } from '../../lib/domain/incidents/head.ts';
import { EMPTY_MEMORY } from '../../lib/domain/memory/memory.ts';
import type { CheckId, Priority } from '../../lib/domain/policy/policy.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { explainRoute } from '../../lib/route/explain-route.ts';
import { routeContext } from '../../lib/ports/ports.ts';
import { recipientsNamed } from '../../lib/config/environment/team-settings.ts';
import { type Naming, subjectNamed } from '../../lib/route/subject-named.ts';
import { openEveryChannel } from '../../lib/wire/channels.ts';
import { COMPLETE, LEAST } from '../config/environment/environment-source.ts';
import { cluster, factsOf, NOW, project, watcher } from '../support/facts.ts';

const CONFIG = defineConfig({
  teams: [
    { name: 'core', match: { cluster: 'ledger' }, to: { pagerduty: env('PD_CORE') } },
    {
      name: 'payments',
      match: { project: 'shop', tag: 'team=payments' },
      to: { pagerduty: env('PD_PAYMENTS'), email: ['dana@example.com', 'ed@example.org'] },
    },
  ],
});
const SOURCE = { ...COMPLETE, PD_CORE: `Core${'0'.repeat(28)}`, PD_PAYMENTS: `Paym${'0'.repeat(28)}` };

const { memory } = watcher().read(
  factsOf([
    project([cluster(NOW, { tags: { team: 'payments' } }), cluster(NOW, { id: 'c2', name: 'twin' })]),
    project([cluster(NOW, { id: 'c3', name: 'twin' })], NOW, { id: 'p2', name: 'lab' }),
  ]),
);

type How = {
  readonly config?: Config;
  readonly source?: Readonly<Record<string, string>>;
  readonly silences?: readonly Silence[];
  readonly priorities?: readonly Priority[];
  readonly known?: typeof memory | null;
  readonly check?: CheckId;
};

function explain(
  naming: Partial<Naming>,
  { config = CONFIG, source = SOURCE, silences = [], priorities = ['P0'], known = memory, check = 'backup-age' }: How = {},
): string {
  const environment = readEnvironment(source, { teams: config.teams });
  const policy = policyOf(config);
  const { roster } = routeContext(
    { channels: openEveryChannel(environment, policy.general.contacts), policy, canAcknowledge: false },
    NOW,
    null,
  );
  const subject = subjectNamed({ tags: {}, ...naming }, known);
  const recipientsOf: Parameters<typeof explainRoute>[1]['recipientsOf'] = (entry) =>
    recipientsNamed(entry, environment, config.teams ?? []);
  return explainRoute({ subject, check, priorities }, { policy, roster, silences, recipientsOf, now: NOW });
}

describe('the explanation of a route', () => {
  test('names the first team that matches, channel by channel, with what it leaves out, why, and what comes next', () => {
    expect(explain({ cluster: 'orders' })).toBe(
      [
        'orders (shop), backup-age, P0',
        '  team payments, the first that fits: project shop, tag team=payments',
        '    not team core: the cluster is not ledger',
        '  told by',
        '    pagerduty: env PD_PAYMENTS  (team payments)',
        '    sms:       +1…0010, +4…5678  (default recipients: team payments names none here)',
        '  if all of these refuse',
        '    slack:     channel C0123456789  (default recipients: team payments names none here)',
        '    email:     d…@example.com, e…@example.org  (team payments)',
        '  silence or maintenance now: none, they are told at once',
      ].join('\n'),
    );
  });

  test('has a block for each priority', () => {
    const text = explain({ cluster: 'c1' }, { priorities: ['P0', 'P1', 'P2'] });
    expect(text.match(/^orders \(shop\), backup-age, P\d$/gm)).toHaveLength(3);
  });

  test('names the default recipients if no team matches, and why none does', () => {
    const text = explain({ cluster: 'twin', project: 'lab' });
    expect(text).toContain('default recipients: no team fits');
    expect(text).toContain('not team payments: the project is not shop, the cluster has no tag team=payments');
    expect(text).toContain('pagerduty: env PAGERDUTY_ROUTING_KEY');
  });

  test('names the default recipients for the organisation', () =>
    expect(explain({})).toContain('not team core: it is about no single project'));

  test.for<CheckId>(['alert-path', 'drill', 'integrity', 'monitor'])(
    'are the default recipients of %s, whichever cluster is named',
    (check) => {
      const text = explain({ cluster: 'orders' }, { check });
      expect(text).toContain(`Note: what ${check} finds is about the organisation, not about orders`);
      expect(text).toContain('default recipients: no team fits');
    },
  );

  test('names the cluster’s team for its restore test', () =>
    expect(explain({ cluster: 'orders' }, { check: 'restore-test' })).toContain('team payments, the first that fits'));

  test('holds for a whole project', () =>
    expect(explain({ project: 'shop' })).toContain('not team payments: the cluster has no tag team=payments'));

  test('uses tags from the command line for a cluster that no run has seen, and says so', () => {
    const text = explain({ cluster: 'new', project: 'shop', tags: { team: 'payments' } });
    expect(text).toContain('Note: no run has seen a cluster new in project shop');
    expect(text).toContain('team payments, the first that fits');
  });

  test.for([null, EMPTY_MEMORY])('says that it knows no tags: %j', (known) =>
    expect(explain({ cluster: 'orders' }, { known })).toContain('its project and tags are only those given'),
  );

  test('means the cluster that is there if another of its name was deleted', () => {
    const shop = memory.projects['p1'];
    const orders = shop?.clusters['c1'];
    if (shop === undefined || orders === undefined) throw new Error('no cluster');
    const old = { ...orders, id: 'c0', gone: { at: NOW, by: null, left: 'none' } };
    const known = (clusters: typeof shop.clusters) => ({ ...memory, projects: { p1: { ...shop, clusters } } });
    expect(explain({ cluster: 'orders' }, { known: known({ c0: old, c1: orders }) })).not.toContain('the cluster has been');
    expect(explain({ cluster: 'orders' }, { known: known({ c0: old }) })).toContain('the cluster has been deleted');
    const upgraded = { ...old, gone: { ...old.gone, upgradedTo: 'c1' } };
    expect(explain({ cluster: 'orders' }, { known: known({ c0: upgraded }) })).toContain('the cluster has been upgraded');
  });

  test('is an error that asks for the project if two clusters have one name', () =>
    expect(() => explain({ cluster: 'twin' })).toThrow(/2 clusters are called twin, in the projects shop, lab; say which with --project/));

  test('says NOBODY if no channel is configured', () =>
    expect(explain({ cluster: 'orders' }, { config: {}, source: LEAST })).toContain('NOBODY would be told'));

  test('says why another channel than the priority’s own is used', () => {
    const source = { ...LEAST, PAGERDUTY_ROUTING_KEY: COMPLETE.PAGERDUTY_ROUTING_KEY };
    expect(explain({ cluster: 'orders' }, { config: {}, source, priorities: ['P1'] })).toContain(
      'Sent here because Slack is not configured and email is not configured.',
    );
  });

  test('says that a silence holds now', () => {
    const silence: Silence = { id: 's', match: { cluster: 'orders' }, by: 'ann', why: 'disk resize', from: NOW - HOUR, until: NOW + HOUR };
    expect(explain({ cluster: 'orders' }, { silences: [silence] })).toContain(
      'silenced by ann until 2026-11-22T13:00:00Z: disk resize; nobody is told before it ends',
    );
    expect(explain({ cluster: 'orders' }, { silences: [{ ...silence, until: NOW }] })).toContain('none, they are told at once');
  });

  test('says that a maintenance window holds now', () => {
    const maintenance = [{ cluster: 'orders', cron: '0 12 * * *', timeZone: 'UTC', minutes: 30, why: 'weekly rebuild' }];
    expect(explain({ cluster: 'orders' }, { config: { ...CONFIG, maintenance } })).toContain(
      'maintenance until 2026-11-22T12:30:00Z: weekly rebuild',
    );
  });

  test('says that nothing is promised', () => {
    expect(
      explain({ cluster: 'orders' }, { config: { ...CONFIG, clusters: [{ cluster: 'orders', exempt: 'rebuilt nightly' }] } }),
    ).toContain('exempt: rebuilt nightly');
  });

  test('gives no secret and no whole address away', () => {
    const all = explain({ cluster: 'orders' }, { priorities: ['P0', 'P1', 'P2'] }) + explain({ cluster: 'twin', project: 'lab' });
    for (const secret of [SOURCE.PD_PAYMENTS, SOURCE.PAGERDUTY_ROUTING_KEY, '+15005550010', 'dana@', 'oncall@'])
      expect(all).not.toContain(secret);
  });
});
