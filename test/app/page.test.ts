import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { Checklist, SetUp } from '../../app/checklist/_parts/checklist-page.tsx';
import { Clusters } from '../../app/clusters/_list/clusters.tsx';
import { StatusPage, UnreadablePage } from '../../app/_page/status-page.tsx';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import { ORGANISATION } from '../../lib/domain/memory/cluster-subject.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import type { RecordedView } from '../../lib/domain/findings/recorded-view.ts';
import { pageModel, type PageRequest } from '../../lib/render/first-page/page-model.ts';
import { delivery, finding, head, incident, NOW, row, run, view, wider } from './recorded.ts';

const { general } = policyOf({});
const REQUEST: PageRequest = { now: NOW, checkInterval: HOUR, limit: 200, cursor: null, channels: ['pagerduty'], general };
const FAILING = finding({ verdict: 'failing', severity: 'critical', summary: 'The newest recovery point is 30 h old.' });
const LOST = { verdict: 'failing', window: null, newestRecoveryPoint: NOW - 30 * HOUR, findings: [FAILING] } as const;
const MIXED = view([
  row('orders', { verdict: 'failing', findings: [FAILING] }),
  row('events'),
  row('tutorial', { kind: 'free', verdict: 'exempt', window: null, newestRecoveryPoint: null }),
]);

function html(recorded: Head | null, seen: RecordedView | null, request: Partial<PageRequest> = {}): string {
  return renderToStaticMarkup(createElement(StatusPage, { model: pageModel(recorded, seen, { ...REQUEST, ...request }) }));
}

/** What a person reads. */
function words(markup: string): string {
  return markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

describe('the headline', () => {
  test.for([
    ['all is well', head(), view([row('orders')]), 'kept'],
    ['something fails, but all can be restored', head(), MIXED, 'atRisk'],
    ['something cannot be restored as promised', head(), view([row('orders', LOST), row('events')]), 'cannot'],
    ['a project fails as a whole', head(), view([row('orders')], [wider('shop', { verdict: 'failing', severity: 'warning' })]), 'atRisk'],
    ['a project fails with a P0', head(), view([row('orders')], [wider('shop', { verdict: 'failing', severity: 'critical' })]), 'cannot'],
    [
      'a project has news that is only for information',
      head(),
      view([row('orders')], [wider('shop', { verdict: 'failing', severity: 'info' })]),
      'kept',
    ],
    [
      'a project is blind',
      head(),
      view([row('orders')], [wider('shop', { check: 'visibility', verdict: 'failing', severity: 'warning' })]),
      'unknown',
    ],
    ['something is unknown', head(), view([row('orders', { verdict: 'unknown' })]), 'unknown'],
    ['the data is stale', head({ lastRun: run(3 * HOUR), lastComplete: run(3 * HOUR) }), view([row('orders')]), 'unknown'],
    ['the last run was cut off', head({ lastRun: run(MINUTE, false) }), view([row('orders')]), 'unknown'],
    ['no check has run', null, null, 'unknown'],
    ['nothing is promised', head(), view([row('tutorial', { verdict: 'exempt' })]), 'none'],
  ] as const)('if %s it has that tone', ([, recorded, seen, tone]) => {
    expect(html(recorded, seen)).toContain(`class="headline" data-tone="${tone}"`);
  });

  test('is the first heading, and says how many of each, as of when, and when the next check is due', () => {
    const text = html(head(), MIXED);
    expect(words(text)).toMatch(
      / 1 at risk, 1 as promised, 1 exempt; none proven by a restore No backup of these clusters has lately passed a restore test, so nobody knows .* Checked/,
    );
    expect(text.match(/<h\d/)?.[0]).toBe('<h1');
    expect(words(text)).toMatch(/Checked 21:10Z ?, 20 min ago ?\. Next check due in 39 min/);
  });
});

describe('banners', () => {
  test.for([
    ['no check yet', null, {}, /No check has run yet/],
    ['stale data', head({ lastRun: run(3 * HOUR), lastComplete: run(3 * HOUR) }), {}, /stale/i],
    ['a run that was cut off', head({ lastRun: run(MINUTE, false) }), {}, /Partial/],
    ['a monitor in trouble', head({ incidents: [incident({ check: 'monitor' })] }), {}, /monitor itself/],
    ['nobody to tell', head(), { channels: [] }, /no channel \(PagerDuty/],
  ] as const)('%s is marked up as an alert', ([, recorded, request, expected]) => {
    expect(html(recorded, MIXED, request)).toMatch(new RegExp(`role="alert"><span>[^<]*${expected.source}`, expected.flags));
  });

  test('there is no banner if all is well', () => {
    expect(html(head(), MIXED)).not.toContain('role="alert"');
  });

  test('state that cannot be read is unknown, not empty', () => {
    const text = renderToStaticMarkup(createElement(UnreadablePage));
    expect(text).toContain('role="alert"');
    expect(words(text)).toContain('Whether we can restore is unknown');
  });
});

describe('projects and organisation', () => {
  test('what is wrong with many projects alike is said once, with five of their names and the others folded', () => {
    const projects = Array.from({ length: 250 }, (_, at) =>
      wider(`project-${at}`, { verdict: 'failing', severity: 'info', summary: 'no alert is on' }),
    );
    const seen = words(html(head(), view([row('orders')], projects)));
    expect(seen.split('no alert is on')).toHaveLength(2);
    expect(seen).toContain('project-0, project-1, project-2, project-3, project-4 and 245 more project-5, project-6,');
    expect(seen).toContain('project-249');
  });

  const resource = { projectId: 'p1', projectName: 'shop', clusterId: null, name: 'shop' };
  const blind = wider('shop', { check: 'visibility', verdict: 'failing', severity: 'warning', summary: 'blind: 403' });
  const open = incident({ check: 'visibility', resource, severity: 'warning', priority: 'P1', summary: 'blind: 403' });

  test.for([
    ['on what no incident reports is shown', [], blind, 1],
    ['on what an open incident reports is not shown a second time', [open], blind, 0],
    ['on what only a resolved incident reported is shown', [{ ...open, state: 'resolved', resolvedAt: NOW }], blind, 1],
    ['is shown beside an incident of another project', [{ ...open, resource: { ...resource, name: 'billing' } }], blind, 1],
    ['is shown beside an incident of another check', [{ ...open, check: 'backup-off' }], blind, 1],
    ['that is unknown is shown beside the open incident', [open], { ...blind, verdict: 'unknown', severity: null }, 1],
    ['that is exempt is not shown', [], { ...blind, verdict: 'exempt', severity: null }, 0],
  ] as const)('a finding %s', ([, incidents, found, times]) => {
    const seen = words(html(head({ incidents }), view([row('orders')], [found])));
    expect(
      seen.split('shop: blind: 403').length -
        1 -
        incidents.filter(({ state, resource: { name } }) => state === 'open' && name === 'shop').length,
    ).toBe(times);
  });
});

describe('several findings on projects', () => {
  const note = (name: string, severity: 'info' | 'warning') =>
    wider(name, { check: 'alert-configs', verdict: 'failing', severity, summary: 'Atlas has no alert.' });

  test('of the same words are one, with the names of all', () =>
    expect(words(html(head(), view([row('orders')], [note('shop', 'warning'), note('billing', 'warning')])))).toContain(
      'P1 alert-configs shop, billing: Atlas has no alert.',
    ));

  test('that are only for information are folded', () => {
    const text = html(head(), view([row('orders')], [note('shop', 'info'), note('billing', 'info')]));
    expect(words(text.split('<summary>2 for information</summary>')[1] ?? '')).toContain('shop, billing: Atlas has no alert.');
    expect(html(head(), view([row('orders')], [note('shop', 'warning')]))).not.toContain('for information');
  });
});

describe('since yesterday', () => {
  test.for([
    [25, '25 ended in the last 24 hours', null],
    [26, '26 ended in the last 24 hours', 'And 1 more: all incidents'],
    [6_250, '6250 ended in the last 24 hours', 'And 6225 more: all incidents'],
  ] as const)(
    'of %i incidents that ended the last 25 are there: the page of the day after a storm is no longer than others',
    ([count, said, more]) => {
      const over = Array.from({ length: count }, (_, index) =>
        incident({ id: `over-${index}`, state: 'resolved', resolvedAt: NOW - HOUR - index * 1_000, resolution: 'recovered' }),
      );
      const text = html(head({ incidents: over.toReversed() }), MIXED);
      expect(words(text)).toContain(said);
      expect(text.match(/id="over-\d+"/g)).toEqual(Array.from({ length: 25 }, (_, index) => `id="over-${index}"`));
      expect(words(text).includes('more: all incidents')).toBe(more !== null);
      expect(words(text)).toContain(more ?? said);
    },
  );

  test('incidents that ended are listed with the time, newest first, and nothing of those whose card is above', () => {
    const ended = incident({
      id: 'i2',
      check: 'snapshot-size',
      openedAt: NOW - 30 * HOUR,
      resolvedAt: NOW - HOUR,
      state: 'resolved',
      resolution: 'paused',
    });
    const earlier = { ...ended, id: 'i3', check: 'pitr-gap', resolvedAt: NOW - 2 * HOUR, resolution: 'recovered' };
    const text = html(head({ incidents: [incident(), earlier, ended] }), MIXED);
    const since = words(text).split('Since yesterday')[1] ?? '';
    expect(since).toMatch(
      /2 ended in the last 24 hours .*snapshot-size .* Since .*, ended 1 h ago : paused .*pitr-gap .* Since .*, ended 2 h ago : recovered/,
    );
    expect(since.split('Clusters')[0]).not.toContain('backup-age');
    expect(text).toContain('<time dateTime="2026-11-22T20:30:00Z"');
  });

  test('is not there if nothing ended', () => {
    expect(words(html(head(), MIXED))).not.toContain('Since yesterday');
  });
});

describe('the list of clusters', () => {
  test('names each with its project, standing, to when it can be restored, and what is wrong since when; and leads to its page', () => {
    const text = html(head(), MIXED);
    expect(words(text)).toMatch(
      /orders shop At risk 21:29Z by PITR; from the 18:30Z snapshot P0 backup-age The newest recovery point is 30 h old\. since 15:30Z/,
    );
    expect(words(text)).toMatch(/tutorial shop Exempt nothing: an M0 has no backups/);
    expect(text).toContain('<a href="/clusters/p1/id-orders">orders</a>');
  });

  test('shows the same words of several checks once, with all their names and since the earliest', () => {
    const blind = finding({ verdict: 'unknown', summary: 'listSnapshots: 403', since: NOW - HOUR });
    const others = [
      { ...blind, check: 'rpo' as const, since: NOW - 2 * HOUR },
      finding({ check: 'pitr-gap', verdict: 'unknown', summary: 'listEvents: 503' }),
    ];
    const seen = words(html(head(), view([row('orders', { verdict: 'unknown', findings: [blind, ...others] })])));
    expect(seen).toMatch(/backup-age rpo listSnapshots: 403 since 19:30Z .* pitr-gap listEvents: 503/);
    expect(seen.split('listSnapshots').length - 1).toBe(1);
  });

  test('is grey on old data, and each row says as of when', () => {
    const text = html(head({ lastRun: run(3 * HOUR), lastComplete: run(3 * HOUR) }), MIXED);
    expect(text).toContain('class="cluster-list stale"');
    expect(text).not.toContain('class="cluster-list"');
    expect(words(text).match(/as of 18:30Z/g)).toHaveLength(3);
    expect(html(head(), MIXED)).not.toContain('as of');
  });

  test.for([
    [10, false],
    [11, true],
  ] as const)('of %i clusters that are as promised: folded is %j', ([count, isFolded]) => {
    const text = html(head(), view(Array.from({ length: count }, (_, index) => row(`c${index}`))));
    expect(text.includes(`<summary>${count} as promised</summary>`)).toBe(isFolded);
    expect(words(text)).toContain('c9 shop As promised');
  });

  test('more clusters than are shown are a link and a form away', () => {
    const text = html(head(), MIXED, { limit: 1 });
    expect(words(text)).toContain('These are the 1 most urgent. All 3 clusters');
    expect(text).toContain('href="/clusters">All');
    expect(text).toContain('action="/clusters" method="get"');
    expect(html(head(), MIXED)).not.toContain('action="/clusters"');
  });

  test('of more clusters than are shown, those that are well are left to the list of all', () => {
    const text = html(head(), MIXED, { limit: 2 });
    expect(text.match(/<li id="cluster-/g)).toHaveLength(1);
    expect(words(text)).toContain('These are all that are not as promised. All 3 clusters');
    const well = html(head(), view(Array.from({ length: 30 }, (_, index) => row(`c${index}`))), { limit: 25 });
    expect(well).not.toContain('<li id="cluster-');
    expect(words(well)).toContain('Clusters All 30 clusters');
  });
});

describe('the table of clusters', () => {
  const table = (seen: RecordedView): string => {
    const { rows, status } = pageModel(head(), seen, REQUEST);
    return renderToStaticMarkup(createElement(Clusters, { rows, now: status.generatedAt, asOf: null }));
  };

  test('has the kind and the window of each', () =>
    expect(words(table(MIXED))).toMatch(
      /orders shop ?, replica set At risk .*15 Nov 21:30Z – 21:29Z .*tutorial shop ?, M0 Exempt .* none known/,
    ));

  test('a break of PITR is a gap in the bar and words beside it', () => {
    const hole = { from: NOW - 30 * HOUR, to: NOW - 28 * HOUR, cause: 'the oplog fell behind' };
    const text = table(view([row('orders', { window: { from: NOW - 168 * HOUR, to: NOW, breaks: [hole] } })]));
    expect(text.match(/class="window-break"/g)).toHaveLength(1);
    expect(words(text)).toMatch(/but not 21 Nov 15:30Z – 21 Nov 17:30Z : the oplog fell behind/);
  });
});

describe('nothing is said twice', () => {
  test('the reason why thirty clusters cannot be read stands on the page once, and so does what was last known of each', () => {
    const unread = finding({ verdict: 'unknown', summary: 'listClusters: 403' });
    const rows = Array.from({ length: 30 }, (_, index) => row(`c${index}`, { verdict: 'unknown', findings: [unread] }));
    const blind = incident({ check: 'visibility', resource: ORGANISATION, summary: 'blind since 2026-11-22T18:30:00Z: listClusters: 403' });
    const seen = words(html(head({ incidents: [blind] }), view(rows)));
    expect(seen.split('listClusters: 403')).toHaveLength(2);
    expect(seen).toContain('Hides 30 clusters, as of 21:09Z : restorable, at worst to 21:29Z');
    expect(seen).toContain('30 on a card above');
    expect(seen.split('as above')).toHaveLength(31);
    expect(seen.split('restorable to 21:29Z by PITR, as of 21:09Z')).toHaveLength(31);
  });

  test('of what a card says, its row says in two words where that is', () => {
    const text = html(head({ incidents: [incident()] }), MIXED);
    expect(words(text).split('The newest recovery point is 30 h old')).toHaveLength(2);
    expect(words(text)).toContain('orders shop At risk as above');
    expect(text).toContain('<a href="#i1">as above</a>');
    expect(text).toContain('<a href="/clusters/p1/id-orders">Cluster</a>');
  });

  test('what can be restored of a cluster, who has it and the way to it stand once for its three incidents, and each has its own button', () => {
    const others = [
      incident({ id: 'i2', check: 'rpo', summary: 'more would be lost than RPO allows', action: 'Switch it on.', team: 'payments' }),
      incident({
        id: 'i3',
        check: 'pitr-break',
        severity: 'warning',
        priority: 'P1',
        summary: 'PITR cannot reach a span',
        team: 'payments',
      }),
    ];
    const restorable = { ...row('orders').restorable, window: null };
    const incidents = [incident({ team: 'payments' }), ...others].map((one) => ({ ...one, restorable }));
    const model = pageModel(head({ incidents }), MIXED, REQUEST);
    const text = renderToStaticMarkup(createElement(StatusPage, { model, user: 'eve' }));
    const section = text.slice(text.indexOf('id="incidents"'), text.indexOf('id="clusters"'));
    expect(words(section)).toMatch(
      / 3 incidents on orders \(shop\): restorable to 21:29Z by PITR Restore time never measured Team payments .* P0 backup-age/,
    );
    for (const once of ['Restore time', 'orders (shop)', 'payments', '>Cluster<', '>Atlas<', '/api/incidents/acknowledge"'])
      expect(section.split(once), once).toHaveLength(2);
    expect(section.match(/name="id" value="i\d"/g)).toEqual([1, 2, 3].map((id) => `name="id" value="i${id}"`));
    expect(section.match(/<li data-severity="\w+" data-state="open" id="i\d"/g)).toHaveLength(3);
    expect(section.match(/action="\/api\/incidents\/i\d\/acknowledge"/g)).toHaveLength(3);
    expect(section.match(/href="\/runbooks\/[a-z-]+\?incident=i\d"/g)).toHaveLength(3);
  });

  test('a cluster of whose incidents one is left to acknowledge has no button for all', () => {
    const acknowledgement = { by: 'dana', via: 'page', at: NOW - HOUR, until: NOW + HOUR };
    const incidents = [incident(), incident({ id: 'i2', check: 'rpo', state: 'acknowledged', acknowledgement })];
    const model = pageModel(head({ incidents }), MIXED, REQUEST);
    const text = renderToStaticMarkup(createElement(StatusPage, { model, user: 'eve' }));
    expect(text.match(/action="\/api\/incidents\/[^"]*acknowledge"/g)).toEqual(['action="/api/incidents/i1/acknowledge"']);
    expect(words(text).split('dana has it (page)')).toHaveLength(2);
  });

  test('a storm is one card with one button for all of it, and unfolds to one for each', () => {
    const storm = Array.from({ length: 12 }, (_, index) => {
      const name = `svc-${index}`;
      return incident({ id: name, resource: { projectId: 'p1', projectName: 'shop', clusterId: name, name } });
    });
    const model = pageModel(head({ incidents: storm }), MIXED, REQUEST);
    const text = renderToStaticMarkup(createElement(StatusPage, { model, user: 'eve' }));
    const [before = '', folded = ''] = text.split('<summary>Show all 12</summary>');
    expect(words(before)).toContain('P0 backup-age 12 clusters: no recent snapshot');
    expect(before.match(/action="\/api\/incidents\/[^"]*"/g)).toEqual(['action="/api/incidents/acknowledge"']);
    expect(before.match(/name="id" value="svc-\d+"/g)).toHaveLength(12);
    expect(folded.match(/\/api\/incidents\/svc-\d+\/acknowledge"/g)).toHaveLength(12);
    expect(words(before)).toContain('Nobody was told of them.');
  });

  test.for([
    [50, 0, 'Show all 50', 'Acknowledge all 50', 'Nobody was told of them.'],
    [51, 0, 'Show the first 50 of 51', 'Acknowledge all 51', 'Nobody was told of them.'],
    [60, 50, 'Show the first 50 of 60', 'Acknowledge all 60', 'Nobody was told of 10 of them.'],
    [500, 0, 'Show the first 50 of 500', 'Acknowledge all 500', 'Nobody was told of them.'],
    [501, 0, 'Show the first 50 of 501', 'Acknowledge 500 of 501', 'Nobody was told of them.'],
  ] as const)('a storm of %i, of which %i were told, says what of it is shown, acknowledged and told', ([count, told, ...said]) => {
    const storm = Array.from({ length: count }, (_, index) => {
      const name = `svc-${index}`;
      return incident({ id: name, resource: { projectId: 'p1', projectName: 'shop', clusterId: name, name } });
    });
    const recorded = head({
      incidents: storm,
      deliveries: [delivery({ incidents: storm.slice(0, told).map(({ id }) => id), state: 'accepted' })],
    });
    const text = words(renderToStaticMarkup(createElement(StatusPage, { model: pageModel(recorded, MIXED, REQUEST), user: 'eve' })));
    for (const part of said) expect(text).toContain(part);
  });
});

test('one form of time stands on the page: short, with the ISO form for machines and in the title', () => {
  const silencedBy = 'silenced by dana until 2026-11-22T22:30:00Z: disk resize';
  const summary = 'PITR reaches no further than 2026-11-21T15:30:00Z';
  const text = html(head({ incidents: [incident({ silencedBy, summary })] }), MIXED);
  expect(words(text)).not.toMatch(/\d{4}-\d\d-\d\dT/);
  expect(text).toContain('<time dateTime="2026-11-21T15:30:00Z" title="2026-11-21T15:30:00Z">21 Nov 15:30Z</time>');
});

describe('incidents', () => {
  test('an open incident shows what, where, since when, what to do, and what was sent', () => {
    const deliveries = [
      delivery({ state: 'accepted', attempts: 1, acceptedAt: NOW - 5 * HOUR }),
      delivery({ key: 'k2', channel: 'sms', attempts: 2, nextTryAt: NOW + 6 * MINUTE, lastError: 'Twilio answered 503' }),
    ];
    const seen = words(html(head({ incidents: [incident()], deliveries }), MIXED));
    expect(seen).toMatch(/P0 backup-age +orders \(shop\): The newest recovery point is 30 h old\. .* Do Take an on-demand snapshot\./);
    expect(seen).toContain('Messages (1 not delivered)');
    expect(seen).toContain('PagerDuty: delivered 16:30Z');
    expect(seen).toMatch(/SMS: waiting, next try 21:36Z: Twilio answered 503/);
  });

  test('an incident whose fault began before it was opened shows both times', () => {
    expect(words(html(head({ incidents: [incident({ startedAt: NOW - 26 * HOUR })] }), MIXED))).toMatch(
      /Since 21 Nov 19:30Z \( ?26 h ago ?, seen 6 h ago ?\)/,
    );
  });

  test('an incident that nobody was notified of says so', () => {
    expect(words(html(head({ incidents: [incident()] }), MIXED))).toContain('Nobody was told.');
  });

  test('resolved incidents are folded away, with why they were resolved', () => {
    const ended = incident({ state: 'resolved', resolvedAt: NOW - HOUR, resolution: 'paused' });
    expect(words(html(head({ incidents: [ended] }), MIXED))).toMatch(
      /None is open\. .*1 ended in the last 24 hours .*ended 1 h ago : paused/,
    );
  });
});

describe('the checklist', () => {
  const item = {
    title: 'Restore tested',
    source: 'plan 6',
    since: NOW - HOUR,
    evidence: [{ text: 'the test passed', href: '/records/r1' }],
  };
  const items = [
    { ...item, id: 'a', state: 'met' },
    { ...item, id: 'b', state: 'not-met', evidence: [{ text: 'orders: no', href: null }] },
    { ...item, id: 'c', state: 'not-watched' },
  ] as const;
  const steps = [
    { id: 'contacts', title: 'Roles are filled', done: true, how: 'name them' },
    { id: 'drills', title: 'Drills are planned', done: false, how: 'plan them' },
  ];
  const recorded = (changes: Partial<Head> = {}): Head =>
    head({ checklist: { runId: 'r1', at: NOW, items, steps, messages: {} }, ...changes });
  const shown = (state: Head): string => {
    const { checklist, status } = pageModel(state, MIXED, REQUEST);
    const parts = [createElement(Checklist, { checklist, now: status.generatedAt }), createElement(SetUp, { setUp: checklist.setUp })];
    return parts.map((part) => renderToStaticMarkup(part)).join('');
  };

  test('has a line on the first page, with the set-up', () =>
    expect(html(recorded(), MIXED)).toContain('<a href="/checklist">Checklist</a> <span>1 of 3 met; set-up: 1 of 2 done</span>'));

  test('counts what is met, and shows each line with its state, since when, and a link to what shows it', () => {
    const text = shown(recorded());
    expect(words(text)).toContain('Checklist: 1 of 3 met');
    expect(words(text)).toMatch(/ met +Restore tested \(plan 6\) since 1 h ago the test passed not met /);
    expect(text).toContain('<a href="/records/r1">the test passed</a>');
    expect(text).toContain('data-verdict="failing">not met');
  });

  test('has nothing that is met on old data', () => {
    const old = run(3 * HOUR);
    expect(words(shown(recorded({ lastRun: old, lastComplete: old })))).toContain('Checklist: 0 of 3 met');
  });

  test('the set-up says how much is done, and what does the rest', () => {
    const text = words(shown(recorded()));
    expect(text).toContain('Set-up: 1 of 2 done Drills are planned: plan them');
    expect(text).not.toContain('Roles are filled');
  });

  test('the set-up is not shown once all of it is done', () => {
    const checklist = { runId: 'r1', at: NOW, items: [], steps: steps.slice(0, 1), messages: {} };
    expect(shown(head({ checklist }))).not.toContain('Set-up:');
  });
});

describe('the outside', () => {
  test("a cluster's name is text, whatever it holds", () => {
    const hostile = 'x<img src=x onerror=alert(1)>';
    const named = incident({
      resource: { projectId: 'p', projectName: hostile, clusterId: 'c', name: hostile },
      summary: hostile,
      evidence: [[hostile, hostile]],
    });
    const text = html(
      head({ incidents: [named] }),
      view([row(hostile, { projectName: hostile, findings: [finding({ verdict: 'failing', severity: 'critical', summary: hostile })] })]),
    );
    expect(text).not.toContain('<img');
    expect(text).toContain('x&lt;img src=x');
  });

  test('no element has an inline style, which the content security policy would block', () => {
    expect(html(head({ incidents: [incident()] }), MIXED)).not.toContain('style=');
  });
});

describe('the history of an incident on its card', () => {
  const noted = incident({ notes: [{ id: 'n', at: NOW - MINUTE, by: 'erin', text: 'resized the <disk>' }] });

  test('says what happened and who did it, and counts the notes', () => {
    const shown = words(html(head({ incidents: [noted] }), view([row('orders')])));
    expect(shown).toMatch(/History \(1 note\)/);
    expect(shown).toMatch(/note: resized the &lt;disk&gt; ?, by erin/);
  });

  test('has a form for a note only for somebody who is signed in', () => {
    const model = pageModel(head({ incidents: [noted] }), view([row('orders')]), REQUEST);
    const seenBy = (user: string | null): string => renderToStaticMarkup(createElement(StatusPage, { model, user }));
    expect(seenBy('dana')).toContain('action="/api/incidents/i1/notes"');
    expect(seenBy(null)).not.toContain('/notes');
  });
});
