import { BSON } from 'mongodb';
import { expect, test } from 'vitest';
import { databasesToRead, entriesOf } from '../../../../lib/recovery/validate/read/manifest.ts';

test("the catalog leaves out the server's own databases, and reads the named ones that exist", () => {
  const names = ['admin', 'config', 'local', 'shop', 'crm'];
  expect(databasesToRead(names, undefined)).toEqual(['shop', 'crm']);
  expect(databasesToRead(names, ['shop', 'gone'])).toEqual(['shop']);
  expect(databasesToRead(names, [])).toEqual([]);
});

/** Answers made by hand after MongoDB's manual: the server that tests run against calls everything a collection and shows no options. */
test('the catalog has views, time series and options, and leaves out the server’s own collections, but not system.js, which a backup has', () => {
  const answers = [
    { name: 'orders', type: 'collection', options: { capped: true, size: 4096 }, info: { readOnly: false } },
    { name: 'open', type: 'view', options: { viewOn: 'orders', pipeline: [{ $match: { open: true } }] }, info: { readOnly: true } },
    { name: 'load', type: 'timeseries', options: { timeseries: { timeField: 't' } }, info: { readOnly: false } },
    { name: 'system.views', type: 'collection', options: {} },
    // Functions that people wrote: a backup holds them too.
    { name: 'system.js', type: 'collection', options: {} },
    { name: 'system.buckets.load', type: 'collection', options: {} },
  ];
  const raw = answers.map((answer) => BSON.serialize(answer));
  expect(entriesOf('shop', raw)).toEqual([
    { namespace: 'shop.orders', type: 'collection', options: '{"capped":true,"size":4096}' },
    { namespace: 'shop.open', type: 'view', options: '{"pipeline":[{"$match":{"open":true}}],"viewOn":"orders"}' },
    { namespace: 'shop.load', type: 'timeseries', options: '{"timeseries":{"timeField":"t"}}' },
    { namespace: 'shop.system.js', type: 'collection', options: '{}' },
  ]);
});
