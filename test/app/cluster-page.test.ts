import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import NotFound from '../../app/clusters/[projectId]/[clusterId]/not-found.tsx';
import { labelsApart, valuesApart } from '../../app/clusters/_cluster/axis-labels.ts';
import { ClusterView } from '../../app/clusters/_cluster/cluster-view.tsx';
import { bytesInWords } from '../../app/clusters/_cluster/size-picture.tsx';
import { known } from '../../lib/domain/facts/fact.ts';
import type { ClusterPage } from '../../lib/render/cluster/cluster-page.ts';
import { fullLook, pageOf, provenHead, watched } from '../support/cluster-page.ts';
import { NOW, snapshot } from '../support/facts.ts';

function html(model: ClusterPage): string {
  return renderToStaticMarkup(createElement(ClusterView, { model }));
}

/** The pictures of a page: their captions, drawings and tables. */
function figures(markup: string) {
  return [...markup.matchAll(/<figure class="picture">(.*?)<\/figure>/gs)].map(([, inside = '']) => ({
    caption: /<figcaption>(.*?)<\/figcaption>/s.exec(inside)?.[1],
    drawings: [...inside.matchAll(/<svg (class="(?:wide|narrow)".*?)>(.*?)<\/svg>/gs)].map(([, attributes = '', drawn = '']) => ({
      attributes,
      marks: drawn.match(/data-mark=/g)?.length ?? 0,
    })),
    rows: inside.match(/<tr>/g)?.length ?? 1,
    columns: inside.match(/<th /g)?.length ?? 0,
  }));
}

const FULL = html(pageOf(watched(fullLook()), { head: provenHead() }));

describe('labels below a picture', () => {
  const EDGES = { left: 0, right: 400 };
  const at = (...places: readonly number[]) =>
    labelsApart(
      places.map((x) => ({ x, words: '22 Nov' })),
      EDGES,
    ).map(({ x, anchor }) => [x, anchor]);

  test('all stand where they have room, those at the edges inside', () =>
    expect(at(0, 100, 400)).toEqual([
      [0, 'start'],
      [100, 'middle'],
      [400, 'end'],
    ]));

  // Six characters of eight units, and six units between two.
  test.for([
    [54, [100, 154, 208]],
    [53, [100, 206]],
  ] as const)('stand equally far apart where two would touch: marks %i apart', ([apart, places]) =>
    expect(at(100, 100 + apart, 100 + 2 * apart).map(([x]) => x)).toEqual(places),
  );

  test('are one where no two have room, and none where there is no mark', () => {
    expect(at(100, 110)).toEqual([[100, 'middle']]);
    expect(at()).toEqual([]);
  });
});

test('values of an axis keep a line between each other, and the highest stays', () => {
  expect(valuesApart([{ y: 30 }, { y: 15 }, { y: 0 }])).toHaveLength(3);
  expect(valuesApart([{ y: 29 }, { y: 15 }, { y: 0 }])).toEqual([{ y: 15 }, { y: 0 }]);
});

describe('the pictures of a cluster', () => {
  test('are five, each with a role, its caption as its name, and a table, for a desk and for a phone', () => {
    const all = figures(FULL);
    expect(all).toHaveLength(5);
    for (const { caption, drawings, rows, columns } of all) {
      expect(drawings.map(({ attributes }) => /^class="(?:wide|narrow)" viewBox="0 0 (\d+) \d+" role="img"/.exec(attributes)?.[1])).toEqual(
        ['720', '320'],
      );
      for (const { attributes } of drawings) expect(attributes).toContain(`aria-label="${caption}"`);
      expect([rows > 1, columns > 1]).toEqual([true, true]);
    }
  });

  test.for([
    ['ribbon', 0],
    ['sizes', 2],
    ['restore times', 3],
  ] as const)('have a row for each mark: the %s', ([, index]) => {
    const figure = figures(FULL)[index];
    expect(figure?.drawings.map(({ marks }) => marks)).toEqual([(figure?.rows ?? 0) - 1, (figure?.rows ?? 0) - 1]);
    expect(figure?.rows).toBeGreaterThan(2);
  });

  test('have a cell for each of some 350 days in the calendar', () => {
    const drawing = /aria-label="Each day of(.*?)<\/svg>/s.exec(FULL)?.[1] ?? '';
    const cells = [...drawing.matchAll(/data-mark="day" class="[^"]*" d="([^"]*)"/g)].flatMap(([, path = '']) => path.match(/M/g) ?? []);
    expect(cells).toHaveLength(357);
  });

  test('say back to when restore tests were read, where the log goes further', () => {
    const looked = watched(fullLook());
    expect(html(pageOf(looked, { provenFrom: Date.UTC(2026, 7, 30) }))).toContain('Restore tests were read back to 2026-08-30');
    expect(html(pageOf(looked))).not.toContain('were read back to');
  });

  test('show a restore test that failed by another shape than one that passed, and say which is which', () => {
    const drawing = FULL.match(/<(circle|path) data-mark="restore" data-verdict="[a-z-]+"/g)?.slice(0, 3);
    expect(drawing).toEqual([
      '<circle data-mark="restore" data-verdict="by-hand"',
      '<circle data-mark="restore" data-verdict="passed"',
      '<path data-mark="restore" data-verdict="failed"',
    ]);
    expect(FULL).toContain('A disc is a test that passed, a cross a test that failed, a ring a restore that nothing validated.');
  });

  test('show points and what was proven above the hatching of what nobody watched', () => {
    const [ribbon = ''] = FULL.match(/class="wide".*?<\/svg>/s) ?? [];
    const kinds = [...ribbon.matchAll(/data-mark="([a-z]+)"/g)].map(([, kind]) => kind);
    expect([...new Set(kinds)]).toEqual(['window', 'break', 'unwatched', 'point', 'proven']);
  });

  test('hold no style that the security policy refuses, and no number that is none', () => {
    expect(FULL).not.toMatch(/ style=|<style|NaN|Infinity|undefined/);
  });

  test.for<[string, Parameters<typeof watched>[0]]>([
    ['no point', { cluster: { snapshots: known([], NOW) } }],
    ['one point', { cluster: { snapshots: known([snapshot(NOW - 3_600_000)], NOW) } }],
    ['a flex cluster', { cluster: { kind: 'flex' } }],
    ['an M0', { cluster: { kind: 'free', snapshots: known([], NOW) } }],
  ])('are drawn of %s too', ([, look]) => {
    const markup = html(pageOf(watched(look)));
    expect(markup).toContain('<h1><bdi>orders</bdi></h1>');
    expect(markup).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('the page of a cluster', () => {
  const words = FULL.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

  test.for([
    'At risk shop , replica set',
    'Restorable until: 12:00Z by PITR',
    'no moment: oplog behind',
    'atlas backups restores start pointInTime --clusterName orders --projectId p1',
    'restorewatch restore --cluster orders --project p1 --to 2026-11-22T11:59:00Z',
    'backup schedule changed',
    'alice@example.com, 203.0.113.7',
    'by a restore test',
    'on demand',
    'EU_WEST_1',
  ])('says "%s"', (text) => {
    expect(words).toContain(text);
  });

  test('shows the name that Atlas has as text in a direction of its own, however long it is', () => {
    const name = `${'ا'.repeat(100)}<b>${'x'.repeat(97)}`;
    const model = pageOf(watched({ cluster: { name } }));
    expect(html(model)).toContain(`<h1><bdi>${'ا'.repeat(100)}&lt;b&gt;${'x'.repeat(97)}</bdi></h1>`);
  });

  test('shows nothing raw of a name that means harm', () => {
    const markup = html(pageOf(watched({ cluster: { name: 'ev\u202Eil\u001B[31m\r\nFORGED' } })));
    expect(markup).toContain('evil [31m FORGED');
    for (const raw of ['\u202E', '\u001B', '\r']) expect(markup).not.toContain(raw);
  });

  test('is never green on old data', () => {
    const markup = html(pageOf(watched(), { now: NOW + 10 * 3_600_000 }));
    expect(markup).toContain('<main id="content" class="cluster stale">');
    expect(markup).toContain('class="headline" data-tone="unknown"');
    expect(markup).toContain('Stale: ');
  });

  test('says of unknown ids that no check has seen them, with the way to the list', () => {
    const markup = renderToStaticMarkup(createElement(NotFound));
    expect(markup).toContain('No check has seen this cluster');
    expect(markup).toContain('href="/clusters">All clusters</a>');
  });
});

test.for([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1 kB'],
  [10_737_418_240, '10.7 GB'],
  [1.5e15, '1.5 PB'],
] as const)('%s bytes are "%s"', ([bytes, expected]) => expect(bytesInWords(bytes)).toBe(expected));
