import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Browser, Page } from 'playwright-core';
import { createElement, type ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CalendarPicture } from '../../app/clusters/_cluster/calendar-picture.tsx';
import { ForecastPicture } from '../../app/clusters/_cluster/forecast-picture.tsx';
import { RestorePicture } from '../../app/clusters/_cluster/restore-picture.tsx';
import { RibbonPicture } from '../../app/clusters/_cluster/ribbon-picture.tsx';
import { SizePicture } from '../../app/clusters/_cluster/size-picture.tsx';
import { DAY, iso, MINUTE } from '../../lib/domain/time.ts';
import { NOW } from '../support/facts.ts';
import { describeWith } from '../support/services.ts';
import { openBrowser } from './browser.ts';

const SEED = 20261130;
/** Of each picture. */
const PICTURES = 40;
const LONG_MS = 60_000;
const now = iso(NOW);
const KINDS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly', 'on demand', 'other'] as const;

/** Times before now, from minutes to years apart. */
const times = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }))
  .map(([power, parts]) => [...new Set(parts.map((part) => Math.round(NOW - part * MINUTE * 2 ** power)))].toSorted((a, b) => a - b));
/** From one unit to a quadrillion, small ones as often as large ones. */
const sizes = fc.double({ min: 0, max: 15, noNaN: true }).map((power) => Math.round(10 ** power));
const lengths = fc.double({ min: 0, max: 12, noNaN: true }).map((power) => Math.round(MINUTE * 2 ** power));

const sizeHistory = fc.record({ at: times, bytes: sizes, baseline: fc.boolean() }).map(({ at, bytes, baseline }) => ({
  sizes: at.map((one, index) => ({ at: one, bytes: bytes * (index + 1), listed: true })),
  baseline: baseline ? { bytes, low: bytes / 2, high: bytes * 1.5 } : null,
}));

const restoreHistory = fc.record({ at: times, took: lengths, target: lengths }).map(({ at, took, target }) => ({
  restore: null,
  validate: null,
  target,
  marks: at.map((endedAt) => ({ endedAt, took, by: 'hand' as const, verdict: null, record: null, plan: null })),
}));

const forecast = fc
  .record({
    begin: fc.integer({ min: 0, max: 400 }),
    kinds: fc.subarray([...KINDS], { minLength: 1 }),
    most: fc.integer({ min: 0, max: 4_000 }),
  })
  .map(({ begin, kinds, most }) => ({
    kinds,
    days: Array.from({ length: 31 }, (_, index) => ({
      day: Math.floor(NOW / DAY) * DAY + (begin + 3 * index) * DAY,
      count: 1,
      reach: kinds.map((_kind, place) => (place === 0 ? most * DAY : null)),
    })),
  }));

const ribbon = fc
  .record({ days: fc.integer({ min: 8, max: 36 }), minutes: fc.integer({ min: 0, max: 1_439 }), kinds: fc.subarray([...KINDS]) })
  .map(({ days, minutes, kinds }) => ({
    from: NOW + minutes * MINUTE - days * DAY,
    to: NOW + minutes * MINUTE,
    lanes: ['PITR', ...kinds, 'proven'] as const,
    marks: [],
    older: 0,
  }));

const calendar = fc.integer({ min: 0, max: 11 }).map((first) => ({
  since: NOW,
  provenFrom: null,
  runs: [],
  months: Array.from({ length: 12 }, (_, index) => ({
    year: 2026 + Math.floor((first + index) / 12),
    month: (first + index) % 12,
    days: Array.from({ length: 28 }, (__, day) => ({ day, points: 0, proven: false, gap: false, unwatched: 0, before: false })),
  })),
}));

const DRAWN: readonly (readonly [string, fc.Arbitrary<ReactElement>])[] = [
  ['what can be restored', ribbon.map((one) => createElement(RibbonPicture, { ribbon: one, now }))],
  ['the forecast', forecast.map((one) => createElement(ForecastPicture, { forecast: one, withoutSchedule: false, now }))],
  ['sizes', sizeHistory.map((history) => createElement(SizePicture, { history, now }))],
  ['restore times', restoreHistory.map((history) => createElement(RestorePicture, { history, now }))],
  ['twelve months', calendar.map((one) => createElement(CalendarPicture, { calendar: one }))],
];

/** Pairs of labels of one drawing that overlap, and labels that stick out of it. */
function troubles(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const drawings = [...document.querySelectorAll('svg[role=img]')].filter((svg) => svg.checkVisibility());
    if (drawings.length === 0) return ['nothing is drawn'];
    return drawings.flatMap((svg) => {
      const whole = svg.getBoundingClientRect();
      const labels = [...svg.querySelectorAll('text')].map((text) => ({ words: text.textContent, box: text.getBoundingClientRect() }));
      const out = labels.filter(({ box }) => box.left < whole.left - 0.5 || box.right > whole.right + 0.5 || box.top < whole.top - 2);
      const pairs = labels.flatMap(({ words, box }, index) =>
        labels
          .slice(index + 1)
          .filter(
            ({ box: other }) =>
              box.left < other.right && other.left < box.right && box.top + 1 < other.bottom && other.top + 1 < box.bottom,
          )
          .map((other) => `${words} on ${other.words}`),
      );
      return [...out.map(({ words }) => `${words} sticks out`), ...pairs];
    });
  });
}

describeWith('chromium', 'labels of the pictures of a cluster', (chromium) => {
  const css = ['page.css', 'clusters/_cluster/cluster.css'].map((name) =>
    readFileSync(join(import.meta.dirname, '../../app', name), 'utf8'),
  );
  let browser: Browser | null = null;

  beforeAll(async () => {
    browser = await openBrowser(chromium);
  });
  afterAll(() => browser?.close());

  test.for(DRAWN)(`neither overlap nor stick out, on a desk and on a phone: %s (seed ${SEED})`, { timeout: LONG_MS }, async ([, drawn]) => {
    const pictures = fc.sample(drawn, { seed: SEED, numRuns: PICTURES }).map((one) => renderToStaticMarkup(one));
    const page = await browser?.newPage();
    if (page === undefined) throw new Error('the browser runs only inside tests');
    await page.setContent(
      `<meta name="viewport" content="width=device-width"><style>${css.join('')}</style><main>${pictures.join('')}</main>`,
    );
    for (const width of [320, 390, 735, 760, 1_280, 2_560]) {
      await page.setViewportSize({ width, height: 844 });
      expect(await troubles(page), `${width} px`).toEqual([]);
    }
    await page.close();
  });
});
