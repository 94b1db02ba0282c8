import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { pageNumber } from '../../app/_page/page-number.ts';
import { StatusPage } from '../../app/_page/status-page.tsx';
import { Unreadable } from '../../app/_page/unreadable.tsx';
import type { Head } from '../../lib/domain/head.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import type { RecordedView } from '../../lib/domain/view.ts';
import { pageModel, type PageRequest } from '../../lib/page-model.ts';
import { delivery, finding, head, incident, NOW, row, run, view } from './recorded.ts';

const REQUEST: PageRequest = { now: NOW, checkInterval: HOUR, limit: 200, cursor: null, channels: ['pagerduty'] };
const FAILING = finding({ verdict: 'failing', severity: 'critical', summary: 'The newest recovery point is 30 h old.' });
const MIXED = view([
  row('orders', { verdict: 'failing', findings: [FAILING] }),
  row('events'),
  row('tutorial', { kind: 'free', verdict: 'exempt', window: null }),
]);

function html(recorded: Head | null, seen: RecordedView | null, request: Partial<PageRequest> = {}, page = 1): string {
  return renderToStaticMarkup(createElement(StatusPage, { model: pageModel(recorded, seen, { ...REQUEST, ...request }), page }));
}

/** What a person reads. */
function words(markup: string): string {
  return markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

describe('the headline', () => {
  test.for([
    ['all is well', head(), view([row('orders')]), 'ok'],
    ['something fails', head(), MIXED, 'failing'],
    [
      'a project fails as a whole',
      head(),
      view([row('orders')], [finding({ verdict: 'failing', severity: 'warning', about: 'shop' })]),
      'failing',
    ],
    [
      'a project has news that is only for information',
      head(),
      view([row('orders')], [finding({ verdict: 'failing', severity: 'info', about: 'shop' })]),
      'ok',
    ],
    ['something is unknown', head(), view([row('orders', { verdict: 'unknown' })]), 'unknown'],
    ['the data is stale', head({ lastRun: run(3 * HOUR), lastComplete: run(3 * HOUR) }), view([row('orders')]), 'unknown'],
    ['the last run was cut off', head({ lastRun: run(MINUTE, false) }), view([row('orders')]), 'unknown'],
    ['no check has run', null, null, 'unknown'],
    ['nothing is promised', head(), view([row('tutorial', { verdict: 'exempt' })]), 'none'],
  ] as const)('where %s it has the tone of that', ([, recorded, seen, tone]) => {
    expect(html(recorded, seen)).toContain(`class="headline" data-tone="${tone}"`);
  });

  test('it is the first heading, and says how many of each, as of when, and when the next check is due', () => {
    const text = html(head(), MIXED);
    expect(words(text)).toMatch(/ 1 restorable, 1 not, 0 unknown, 1 exempt Checked/);
    expect(text.match(/<h\d/)?.[0]).toBe('<h1');
    expect(words(text)).toMatch(/Checked 22 Nov 21:10 UTC, 20 min ago ?\. Next check due in 39 min/);
  });
});

describe('banners', () => {
  test.for([
    ['no check yet', null, {}, /No check has run yet/],
    ['stale data', head({ lastRun: run(3 * HOUR), lastComplete: run(3 * HOUR) }), {}, /stale/i],
    ['a run that was cut off', head({ lastRun: run(MINUTE, false) }), {}, /Partial/],
    ['a monitor in trouble', head({ incidents: [incident({ check: 'monitor' })] }), {}, /monitor itself/],
    ['nobody to tell', head(), { channels: [] }, /no channel \(PagerDuty/],
  ] as const)('%s is said as an alert', ([, recorded, request, expected]) => {
    expect(html(recorded, MIXED, request)).toMatch(new RegExp(`role="alert"><span>[^<]*${expected.source}`, expected.flags));
  });

  test('there is none where all is well', () => {
    expect(html(head(), MIXED)).not.toContain('role="alert"');
  });

  test('state that cannot be read is unknown, not empty', () => {
    const text = renderToStaticMarkup(createElement(Unreadable));
    expect(text).toContain('role="alert"');
    expect(words(text)).toContain('Whether we can restore is unknown');
  });
});

describe('projects and organisation', () => {
  const resource = { projectId: 'p1', projectName: 'shop', clusterId: null, name: 'shop' };
  const blind = finding({ check: 'visibility', verdict: 'failing', severity: 'warning', summary: 'blind: 403', about: 'shop' });
  const open = incident({ check: 'visibility', resource, severity: 'warning', priority: 'P1', summary: 'blind: 403' });

  test.for([
    ['nothing says already is told', [], blind, 1],
    ['an open incident says already is not told twice', [open], blind, 0],
    ['an incident said that has ended is told', [{ ...open, state: 'resolved', resolvedAt: NOW }], blind, 1],
    ['an incident says of another project is told', [{ ...open, resource: { ...resource, name: 'billing' } }], blind, 1],
    ['another check says is told', [{ ...open, check: 'backup-off' }], blind, 1],
    ['cannot be read is told beside the open incident', [open], { ...blind, verdict: 'unknown', severity: null }, 1],
    ['is well is not told', [], { ...blind, verdict: 'exempt', severity: null }, 0],
  ] as const)('what %s', ([, incidents, found, times]) => {
    const seen = words(html(head({ incidents }), view([row('orders')], [found])));
    expect(seen.split('shop: blind: 403').length - 1 - incidents.filter(({ resource: { name } }) => name === 'shop').length).toBe(times);
  });
});

describe('since yesterday', () => {
  test('what began and what ended is told, the newest first, with when', () => {
    const ended = incident({
      id: 'i2',
      check: 'snapshot-size',
      openedAt: NOW - 30 * HOUR,
      resolvedAt: NOW - HOUR,
      state: 'resolved',
      resolution: 'paused',
    });
    const text = html(head({ incidents: [incident(), ended] }), MIXED);
    expect(words(text)).toMatch(
      /22 Nov 20:30 orders, snapshot-size ended: paused .*22 Nov 15:30 orders, backup-age began: The newest recovery point is 30 h old\./,
    );
    expect(words(text)).not.toContain('snapshot-size began');
    expect(text).toContain('<time dateTime="2026-11-22T20:30:00Z"');
  });

  test('nothing is said to be so', () => {
    expect(words(html(head(), MIXED))).toContain('Nothing changed.');
  });
});

describe('rows', () => {
  test('each names cluster, project, kind, verdict, window, age of the newest point, and what is wrong since when', () => {
    const seen = words(html(head(), MIXED));
    expect(seen).toMatch(
      /orders shop, replica set Failing .*15 Nov 21:30 – 22 Nov 21:29 .*3 h old .*P0 backup-age The newest recovery point is 30 h old\. since 22 Nov 15:30/,
    );
    expect(seen).toMatch(/tutorial shop, M0 Exempt none known/);
  });

  test('what several checks say in the same words is said once, with the names of all and since the earliest', () => {
    const blind = finding({ verdict: 'unknown', summary: 'listSnapshots: 403', since: NOW - HOUR });
    const others = [
      { ...blind, check: 'rpo' as const, since: NOW - 2 * HOUR },
      finding({ check: 'pitr-gap', verdict: 'unknown', summary: 'listEvents: 503' }),
    ];
    const seen = words(html(head(), view([row('orders', { verdict: 'unknown', findings: [blind, ...others] })])));
    expect(seen).toMatch(/backup-age rpo listSnapshots: 403 since 22 Nov 19:30 .* pitr-gap listEvents: 503/);
    expect(seen.split('listSnapshots').length - 1).toBe(1);
  });

  test('a break is a hole in the bar and words beside it', () => {
    const hole = { from: NOW - 30 * HOUR, to: NOW - 28 * HOUR, cause: 'the oplog fell behind' };
    const text = html(head(), view([row('orders', { window: { from: NOW - 168 * HOUR, to: NOW, breaks: [hole] } })]));
    expect(text.match(/class="window-break"/g)).toHaveLength(1);
    expect(words(text)).toMatch(/but not 21 Nov 15:30 – 21 Nov 17:30 : the oplog fell behind/);
  });

  test('stale rows are greyed, and each says as of when', () => {
    const text = html(head({ lastRun: run(3 * HOUR), lastComplete: run(3 * HOUR) }), MIXED);
    expect(text).toContain('class="clusters stale"');
    expect(words(text).match(/as of 22 Nov 18:30/g)).toHaveLength(3);
    expect(html(head(), MIXED)).not.toContain('as of');
  });

  test('more than fit on a page are linked to', () => {
    expect(html(head(), MIXED, { limit: 2 })).toContain('href="/?page=2"');
    const last = html(head(), MIXED, { limit: 2, cursor: '2' }, 2);
    expect(last).toContain('href="/?page=1"');
    expect(last).not.toContain('page=3');
  });
});

describe('incidents', () => {
  test('an open one says what, where, since when, what to do, and what was sent', () => {
    const deliveries = [
      delivery({ state: 'accepted', attempts: 1, acceptedAt: NOW - 5 * HOUR }),
      delivery({ key: 'k2', channel: 'sms', attempts: 2, nextTryAt: NOW + 6 * MINUTE, lastError: 'Twilio answered 503' }),
    ];
    const seen = words(html(head({ incidents: [incident()], deliveries }), MIXED));
    expect(seen).toMatch(/P0 critical +orders: The newest recovery point is 30 h old\. Take an on-demand snapshot\./);
    expect(seen).toContain('PagerDuty trigger: accepted 5 h ago');
    expect(seen).toMatch(/SMS trigger: owed after 2 tries, next try in 6 min ?\(Twilio answered 503\)/);
  });

  test('one that began before it was seen says both', () => {
    expect(words(html(head({ incidents: [incident({ startedAt: NOW - 30 * HOUR })] }), MIXED))).toMatch(
      /since 21 Nov 15:30 UTC \( ?1 d 6 h ago ?, seen 6 h ago ?\)/,
    );
  });

  test('one that nobody was told of says so', () => {
    expect(words(html(head({ incidents: [incident()] }), MIXED))).toContain('Nobody was told.');
  });

  test('those that ended are folded away, with why they ended', () => {
    const ended = incident({ state: 'resolved', resolvedAt: NOW - HOUR, resolution: 'paused' });
    expect(words(html(head({ incidents: [ended] }), MIXED))).toMatch(
      /None is open\. 1 ended in the last 24 hours .*ended 1 h ago : paused/,
    );
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

  test('nothing carries an inline style, which the policy would block', () => {
    expect(html(head({ incidents: [incident()] }), MIXED)).not.toContain('style=');
  });

  test.for([
    ['2', 2],
    ['9999', 9999],
    ['0', 1],
    [undefined, 1],
    ['-1', 1],
    ['1e3', 1],
    ['99999', 1],
    [['3', '4'], 1],
  ] as const)('a page of %j is read as %j', ([text, expected]) => {
    expect(pageNumber(text)).toBe(expected);
  });
});
