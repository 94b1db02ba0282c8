import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { addressWith, asking } from '../../../app/_list/asking.ts';
import { Coded } from '../../../app/checklist/_parts/checklist-page.tsx';
import { TimedText } from '../../../app/_parts/moment.tsx';
import { Export } from '../../../app/evidence/_parts/evidence-export.tsx';
import { evidenceAsked } from '../../../app/evidence/_parts/query.ts';
import { DAY } from '../../../lib/domain/time.ts';

const NOON = Date.UTC(2026, 10, 30, 12);

describe('a period in an address', () => {
  const midnight = Date.UTC(2026, 10, 1);
  test.for([
    ['is open at both ends if nothing is said', {}, null, null, 0],
    ['begins and ends with whole days', { from: '2026-11-01', to: '2026-11-01' }, midnight, midnight + DAY - 1, 0],
    ['takes moments with their time zone', { from: '2026-11-01T02:00:00+02:00' }, midnight, null, 0],
    ['may be one moment', { from: '2026-11-01T00:00:00Z', to: '2026-11-01T00:00:00Z' }, midnight, midnight, 0],
    ['in the wrong order is none', { from: '2026-11-01T00:00:01Z', to: '2026-11-01T00:00:00Z' }, null, null, 1],
    ['of a day that there is not is none', { from: '2026-11-31', to: '2026-11-01' }, null, midnight + DAY - 1, 1],
    ['without a time zone is none', { from: '2026-11-01T00:00:00' }, null, null, 1],
    ['of words is none', { from: 'yesterday', to: 'now' }, null, null, 2],
  ] as const)('%s: %j', ([, query, from, to, problems]) => {
    const ask = asking(query, ['from', 'to']);
    const { within, given } = ask.period();
    expect([within, ask.problems.length]).toEqual([{ from, to }, problems]);
    expect([given.from === null, given.to === null]).toEqual([from === null, to === null]);
  });
});

describe('a parameter', () => {
  test.for([
    ['1', 1],
    ['0', null],
    ['-1', null],
    ['1.5', null],
    ['1e3', null],
    ['9'.repeat(16), null],
  ] as const)('%s as a number is %j', ([text, count]) => expect(asking({ page: text }, ['page']).count('page')).toBe(count));

  test.for([
    [{ who: 'x'.repeat(300) }, 0],
    [{ who: 'x'.repeat(301) }, 1],
    [{ who: ['a', 'b'] }, 1],
    [{ who: '' }, 0],
  ] as const)('of a text is a problem where it is there twice or too long', ([query, problems]) => {
    const ask = asking(query, ['who']);
    ask.text('who');
    expect(ask.problems).toHaveLength(problems);
  });

  test('that is there twice is a problem whose sentence a full stop can end', () => {
    const ask = asking({ who: ['a', 'b'] }, ['who']);
    ask.text('who');
    expect(ask.problems).toEqual(['who is there twice: leave one of them out']);
  });

  test('is repeated cut and cleaned, and never more than five problems', () => {
    const ask = asking(Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`n${index}`, ''])), ['page']);
    expect(ask.problems).toHaveLength(5);
    const evil = asking({ page: `\u202E\u0007${'x'.repeat(200)}` }, ['page']);
    evil.count('page');
    expect(evil.problems[0]).toBe(`page: “${'x'.repeat(59)}…” cannot be read: it is a whole number from 1 on`);
  });

  test('that says nothing is left out of an address, and all others are encoded', () => {
    expect(addressWith('/audit', { who: null, what: '', before: null })).toBe('/audit');
    expect(addressWith('/audit', { who: 'a&b c', before: 3 })).toBe('/audit?who=a%26b+c&before=3');
  });
});

test.for([
  [{}, '2026-07-01', '2026-09-30', 0],
  [{ from: '2026-11-01' }, '2026-11-01', '2026-11-30', 0],
  [{ from: '2026-11-01', to: '2026-12-31' }, '2026-11-01', '2026-11-30', 0],
  [{ from: '2026-07-01', to: '2026-09-30' }, '2026-07-01', '2026-09-30', 0],
  [{ to: '2026-09-30' }, '2026-07-02', '2026-09-30', 0],
  [{ from: '2027-01-01' }, '2026-11-30', '2026-11-30', 1],
  [{ from: 'nonsense' }, '2026-07-01', '2026-09-30', 1],
  [{ from: 'nonsense', to: '2026-08-31' }, '2026-06-02', '2026-08-31', 1],
] as const)('evidence that is asked for with %j is from %s to %s', ([query, from, to, problems]) => {
  const asked = evidenceAsked(query, NOON);
  expect([asked.from, asked.to, asked.problems.length]).toEqual([from, to, problems]);
});

test.for([
  ['orders', '--cluster orders'],
  ["dana's", String.raw`--cluster 'dana'\''s'`],
  ['-of-old', '--cluster=-of-old'],
] as const)('the command for the evidence of the cluster %s has %s, which the command line reads', ([cluster, said]) => {
  const asked = evidenceAsked({ cluster }, NOON);
  const text = renderToStaticMarkup(createElement(Export, { asked, keyId: null, isPublic: false, now: '2026-11-30T12:00:00Z' }));
  expect(text.replaceAll('&#x27;', "'")).toContain(` ${said} --unsigned`);
});

describe('text', () => {
  const html = (text: string): string => renderToStaticMarkup(createElement(TimedText, { text, now: '2026-11-30T12:00:00Z' }));

  test.for([
    ['orders (shop)', 'orders (shop)'],
    ['הזמנות (shop): 30 h', '<bdi>הזמנות</bdi> (shop): 30 h'],
    ['הזמנות של היום, rpo', '<bdi>הזמנות של היום</bdi>, rpo'],
    ['a طلب b ملف', 'a <bdi>طلب</bdi> b <bdi>ملف</bdi>'],
    ['<b>הזמנות</b>', '&lt;b&gt;<bdi>הזמנות</bdi>&lt;/b&gt;'],
  ] as const)('%s has each part that is written from right to left stand for itself', ([text, expected]) =>
    expect(html(text)).toBe(expected),
  );

  test('has its moments as times', () => expect(html('until 2026-11-30T13:00:00Z')).toContain('<time dateTime="2026-11-30T13:00:00Z"'));

  test('between backticks is code', () =>
    expect(renderToStaticMarkup(createElement(Coded, { text: 'call `restorewatch doctor` now' }))).toBe(
      'call <code>restorewatch doctor</code> now',
    ));
});
