import { describe, expect, test } from 'vitest';
import { isBroken } from './figures.ts';
import { lighthouseFigure } from './lighthouse.ts';

/** A run with these points, lost by one audit. */
function run(points: number) {
  const auditRefs = [
    { id: 'largest-contentful-paint', weight: 25 },
    { id: 'is-crawlable', weight: 0 },
  ];
  const audits = { 'largest-contentful-paint': { score: points / 100 }, 'is-crawlable': { score: 0 } };
  const category = { score: points / 100, auditRefs };
  return { categories: { performance: category, accessibility: category, 'best-practices': category }, audits };
}

describe('a score of Lighthouse', () => {
  test.for([
    ['performance', [95, 95, 95], false, '5 (largest-contentful-paint)'],
    ['performance', [94, 94, 95], true, '6 (largest-contentful-paint)'],
    ['performance', [40, 95, 100], false, '5 (largest-contentful-paint)'],
    ['accessibility', [100, 100, 100], false, '0'],
    ['accessibility', [99, 99, 100], true, '1 (largest-contentful-paint)'],
    ['best-practices', [96, 96, 96], true, '4 (largest-contentful-paint)'],
  ] as const)('for %s of %j in the runs: is its bound broken? %s', ([category, points, broken, shown]) => {
    const figure = lighthouseFigure({ screen: 'phone', category, clusters: 100 }, points.map(run));
    expect(isBroken(figure)).toBe(broken);
    expect(figure.cells.map((cell) => cell.shown)).toEqual([shown]);
  });
});
