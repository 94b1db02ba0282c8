import { BSON } from 'mongodb';
import { expect, test } from 'vitest';
import { howToInstall } from '../../../lib/recovery/dump/tool/mongo-tool.ts';
import { progressLine } from '../../../lib/recovery/dump/progress.ts';
import { restoreOrder } from '../../../lib/recovery/dump/restore/restore-order.ts';

const at = (name: string, options: Record<string, unknown> = {}): Parameters<typeof restoreOrder>[0][number] => ({
  namespace: `shop.${name}`,
  database: 'shop',
  type: 'viewOn' in options ? 'view' : 'collection',
  options: BSON.serialize(options),
});

function names(...given: readonly Parameters<typeof restoreOrder>[0][number][]): readonly string[] {
  return restoreOrder(given).map(({ namespace }) => namespace.slice('shop.'.length));
}

test('the restore order puts collections before views', () => {
  expect(names(at('v', { viewOn: 'c' }), at('c'))).toEqual(['c', 'v']);
});

test('the restore order puts a view after the views that it reads, by viewOn or a join', () => {
  const joined = at('j', { viewOn: 'c', pipeline: [{ $lookup: { from: 'w', as: 'w' } }] });
  const union = at('u', { viewOn: 'c', pipeline: [{ $facet: { a: [{ $unionWith: 'j' }] } }] });
  const graph = at('g', { viewOn: 'c', pipeline: [{ $unionWith: { coll: 'u', pipeline: [] } }] });
  expect(names(graph, union, joined, at('v', { viewOn: 'g' }), at('w', { viewOn: 'c' }), at('c'))).toEqual(['c', 'w', 'j', 'u', 'g', 'v']);
});

test('the restore order keeps views that read each other, for the server to refuse', () => {
  expect(names(at('a', { viewOn: 'b' }), at('b', { viewOn: 'a' }))).toEqual(['a', 'b']);
});

const HALF = { namespace: 'shop.orders', documents: 500_000, bytes: 42_100_000, expected: 1_000_000, elapsed: 4_000 };

test.for([
  ['rate and time left', HALF, 'shop.orders · 500,000 of about 1,000,000 documents · 42.1 MB, 10.5 MB/s · 4 s left'],
  ['no rate before a second', { ...HALF, elapsed: 999 }, 'shop.orders · 500,000 of about 1,000,000 documents · 42.1 MB'],
  [
    'nothing left where more came than thought',
    { ...HALF, expected: 400_000 },
    'shop.orders · 500,000 of about 400,000 documents · 42.1 MB, 10.5 MB/s',
  ],
  [
    'what is done after the last document',
    { ...HALF, doing: 'building the index total_1 (2 of 5)', expected: null },
    'shop.orders, building the index total_1 (2 of 5) · 500,000 documents · 42.1 MB, 10.5 MB/s',
  ],
  ['no share of an unknown whole', { ...HALF, expected: null }, 'shop.orders · 500,000 documents · 42.1 MB, 10.5 MB/s'],
] as const)('progress: %s', ([, progress, line]) => {
  expect(progressLine(progress)).toBe(line);
});

test.for([
  ['darwin', 'brew'],
  ['win32', 'winget'],
  ['linux', 'mongodb-database-tools'],
  ['freebsd', 'https://www.mongodb.com/try/download/database-tools'],
] as const)('how to install the tools on %s names %s', ([platform, word]) => {
  expect(howToInstall(platform)).toContain(word);
});
