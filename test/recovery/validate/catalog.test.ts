import { expect, test } from 'vitest';
import { databasesToRead, entriesOf } from '../../../lib/recovery/validate/catalog.ts';

test("the server's own databases are no user's; of databases that are named, those that are there are read", () => {
  const names = ['admin', 'config', 'local', 'shop', 'crm'];
  expect(databasesToRead(names, undefined)).toEqual(['shop', 'crm']);
  expect(databasesToRead(names, ['shop', 'gone'])).toEqual(['shop']);
  expect(databasesToRead(names, [])).toEqual([]);
});

/** Answers made by hand after MongoDB's manual: the server that tests run against calls everything a collection and shows no options. */
test('views, time series and options are read as MongoDB tells them, and its own collections are left out', () => {
  const answers = [
    { name: 'orders', type: 'collection', options: { capped: true, size: 4096 }, info: { readOnly: false } },
    { name: 'open', type: 'view', options: { viewOn: 'orders', pipeline: [{ $match: { open: true } }] }, info: { readOnly: true } },
    { name: 'load', type: 'timeseries', options: { timeseries: { timeField: 't' } }, info: { readOnly: false } },
    { name: 'system.views', type: 'collection', options: {} },
    { name: 'system.buckets.load', type: 'collection', options: {} },
  ];
  expect(entriesOf('shop', answers)).toEqual([
    { namespace: 'shop.orders', type: 'collection', options: '{"capped":true,"size":4096}' },
    { namespace: 'shop.open', type: 'view', options: '{"pipeline":[{"$match":{"open":true}}],"viewOn":"orders"}' },
    { namespace: 'shop.load', type: 'timeseries', options: '{"timeseries":{"timeField":"t"}}' },
  ]);
});
