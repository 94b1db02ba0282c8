import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { ClusterList } from '../../app/clusters/_list/list.tsx';
import { type Head } from '../../lib/domain/incidents/head.ts';
import type { RecordedView } from '../../lib/domain/findings/recorded-view.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { clusterList, listedClusters } from '../../lib/render/cluster-list/cluster-list.ts';
import { askedClusters, type Parameters } from '../../lib/render/cluster-list/cluster-query.ts';
import { finding, head, incident, NOW, row, run, view } from './recorded.ts';

const MANY = view(Array.from({ length: 60 }, (_, at) => row(`c-${String(at).padStart(3, '0')}`)));

function html(parameters: Parameters, seen: RecordedView | null = MANY, recorded: Head | null = head()): string {
  const asked = askedClusters(parameters);
  const listed = listedClusters(recorded, seen, asked);
  const model = clusterList({ head: recorded, view: seen, listed }, asked, { now: NOW, checkInterval: HOUR });
  return renderToStaticMarkup(createElement(ClusterList, { model }));
}

/** What a person reads. */
function words(markup: string): string {
  return markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

function rowsIn(markup: string): number {
  return markup.split('<tr role="row" id=').length - 1;
}

describe('the list of clusters', () => {
  test('says how many there are, shows 25, and leads to the next and the last page', () => {
    const text = html({});
    expect(words(text)).toContain('60 clusters, page 1 of 3');
    expect(rowsIn(text)).toBe(25);
    expect(text).toContain('<a href="/clusters?page=2">');
    expect(text).toContain('<a href="/clusters?page=3">Last</a>');
    expect(text).not.toContain('First');
  });

  test('leads back from the last page, keeping filter and order', () => {
    const text = html({ q: 'c-', sort: 'name', page: '3' });
    expect(rowsIn(text)).toBe(10);
    expect(text).toContain('<a href="/clusters?q=c-&amp;sort=name">First</a>');
    expect(text).toContain('<a href="/clusters?q=c-&amp;sort=name&amp;page=2">');
    expect(text).not.toContain('Last');
  });

  test('says of how many clusters a filter is, keeps it in the form, and leads back to all', () => {
    const text = html({ q: 'C-01' });
    expect(words(text)).toContain('10 of 60 clusters Show all');
    expect(text).toContain('value="C-01"');
    expect(text).toContain('action="/clusters" method="get"');
    expect(rowsIn(text)).toBe(10);
  });

  test.for([
    ['project', 'shop', true],
    ['tag', 'team', true],
    ['standing', 'kept', true],
    ['kind', 'flex', true],
    ['q', 'c-0', false],
    ['sort', 'name', false],
  ] as const)('with %s=%s has its rarer filters unfolded: %j', ([name, value, isOpen]) => {
    expect(html({ [name]: value }).includes('<details open')).toBe(isOpen);
  });

  test('says that nothing matches, without a table', () => {
    const text = html({ q: 'nothing like it' });
    expect(words(text)).toContain('0 of 60 clusters Show all');
    expect(text).not.toContain('<table');
  });

  test('says that a page is beyond the end, with a link to the last', () => {
    const text = html({ sort: 'name', page: '99' });
    expect(words(text)).toContain('There is no page 99: the last is page 3 .');
    expect(text).toContain('<a href="/clusters?sort=name&amp;page=3">');
    expect(rowsIn(text)).toBe(0);
  });

  test('says in words beside the list what of the address is nonsense, and shows what is usual', () => {
    const text = html({ sort: 'banana', kind: '<img src=x>' });
    expect(words(text)).toContain('There is no sort by “banana”: it is one of urgency, name, project, newest, until.');
    expect(text).toContain('There is no kind “&lt;img src=x&gt;”');
    expect(rowsIn(text)).toBe(25);
  });

  test('leads from each cluster to its page, and from its findings to the incident on the first page', () => {
    const failing = finding({ verdict: 'failing', severity: 'critical' });
    const seen = view([row('orders', { projectId: 'p/1', tags: { team: 'pay' }, verdict: 'failing', findings: [failing] })]);
    const text = html({}, seen, head({ incidents: [incident()] }));
    expect(text).toContain('<a href="/clusters/p%2F1/id-orders"><bdi>orders</bdi></a>');
    expect(text).toContain('<a href="/#i1">');
    expect(words(text)).toContain('team = pay');
  });

  test('isolates names of 200 characters in any script, and takes marks out that turn text round', () => {
    const names = ['ש'.repeat(200), '名'.repeat(200), `${'e\u0301'.repeat(100)}`, `a\u202e${'b'.repeat(198)}`];
    const text = html({}, view(names.map((name) => row(name, { projectName: name }))));
    for (const name of names) expect(text.split(`<bdi>${name.replace('\u202e', '')}</bdi>`)).toHaveLength(3);
    expect(text).not.toContain('\u202e');
  });

  test('shows of old data as of when, and never the present', () => {
    const text = words(html({}, MANY, head({ lastRun: run(3 * HOUR), lastComplete: run(3 * HOUR) })));
    expect(text).toContain('Stale: nothing below is to be taken for the present.');
    expect(text.match(/as of 18:30Z/g)).toHaveLength(25);
  });

  test('says that no check has run yet', () => {
    expect(words(html({}, null, null))).toContain('No check has run yet. ');
  });

  test('has no inline style, which the content security policy would block', () => {
    expect(html({})).not.toContain('style=');
  });

  test('throws where the row of a listed cluster was not read, rather than showing a shorter list', () => {
    const asked = askedClusters({});
    const recorded = head();
    const listed = listedClusters(recorded, MANY, asked);
    const seen = { ...MANY, clusters: MANY.clusters.slice(1) };
    expect(() => clusterList({ head: recorded, view: seen, listed }, asked, { now: NOW, checkInterval: HOUR })).toThrow(
      'show cluster id-c-000: its row was not read',
    );
  });
});
