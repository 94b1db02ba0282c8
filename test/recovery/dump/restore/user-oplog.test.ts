import { BSON, type Document } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { userPartOf } from '../../../../lib/recovery/dump/restore/user-oplog.ts';

const INSERT = { op: 'i', ns: 'shop.orders', o: { _id: 1 } };
const USER = { op: 'i', ns: 'admin.system.users', o: { _id: 'admin.eve', user: 'eve' } };
const GROUP = { op: 'c', ns: 'admin.$cmd', lsid: { id: 1 }, txnNumber: BSON.Long.fromNumber(1) };

function kept(entry: Document): { readonly entry: Document | null; readonly left: number } {
  const { entry: raw, left } = userPartOf(BSON.serialize(entry));
  return { entry: raw === null ? null : BSON.deserialize(raw, { promoteLongs: false }), left };
}

describe('an entry of the oplog is replayed as it is:', () => {
  test.for([
    ['a document of a user’s collection', INSERT],
    ['a no-op', { op: 'n', ns: '', o: { msg: 'periodic noop' } }],
    ['an index', { op: 'c', ns: 'shop.$cmd', o: { createIndexes: 'orders', key: { a: 1 }, name: 'a_1' } }],
    ['a view', { op: 'i', ns: 'shop.system.views', o: { _id: 'shop.v' } }],
    ['buckets of a time series', { op: 'u', ns: 'shop.system.buckets.ticks', o: { x: 1 } }],
    ['a stored function', { op: 'i', ns: 'shop.system.js', o: { _id: 'f' } }],
    ['a database like one of the server’s', { op: 'i', ns: 'administration.users', o: { _id: 1 } }],
    ['a collection named like a database of the server’s', { op: 'i', ns: 'shop.admin.system', o: { _id: 1 } }],
    ['a dropped database', { op: 'c', ns: 'shop.$cmd', o: { dropDatabase: 1 } }],
    ['a collection that is renamed', { op: 'c', ns: 'shop.$cmd', o: { renameCollection: 'shop.a', to: 'crm.b' } }],
    ['the end of a transaction', { ...GROUP, o: { commitTransaction: 1 } }],
    ['a transaction of users’ collections', { ...GROUP, o: { applyOps: [INSERT], prepare: true } }],
  ] as const)('%s', ([, entry]) => {
    const raw = BSON.serialize(entry);
    expect(userPartOf(raw)).toEqual({ entry: raw, left: 0 });
  });
});

describe('an entry of the oplog is left out:', () => {
  test.for([
    ['a user', USER],
    ['a role', { ...USER, ns: 'admin.system.roles' }],
    ['a user of before 2.6, in a database of people’s', { ...USER, ns: 'shop.system.users' }],
    ['a change of settings', { op: 'u', ns: 'config.settings', o: { x: 1 } }],
    ['a document of local', { op: 'd', ns: 'local.startup_log', o: { _id: 1 } }],
    ['a collection created in admin', { op: 'c', ns: 'admin.$cmd', o: { create: 'x' } }],
    ['a collection of users created elsewhere', { op: 'c', ns: 'shop.$cmd', o: { create: 'system.users' } }],
    ['the database config dropped', { op: 'c', ns: 'config.$cmd', o: { dropDatabase: 1 } }],
    ['collections of the server’s renamed', { op: 'c', ns: 'admin.$cmd', o: { renameCollection: 'admin.a', to: 'admin.system.users' } }],
  ] as const)('%s', ([, entry]) => {
    expect(kept(entry)).toEqual({ entry: null, left: 1 });
  });
});

test('a group of operations keeps what is of people’s collections, in groups within it too', () => {
  const inner = { op: 'c', ns: 'admin.$cmd', o: { applyOps: [USER, INSERT] } };
  expect(kept({ ...GROUP, o: { applyOps: [INSERT, USER, inner], partialTxn: true } })).toEqual({
    entry: { ...GROUP, o: { applyOps: [INSERT, { ...inner, o: { applyOps: [INSERT] } }], partialTxn: true } },
    left: 2,
  });
});

test('a group of which nothing is left stays, since entries of a transaction refer to each other', () => {
  expect(kept({ ...GROUP, o: { applyOps: [USER] } })).toEqual({ entry: { ...GROUP, o: { applyOps: [] } }, left: 1 });
});

test.for([
  ['shop.a', 'admin.system.users'],
  ['admin.a', 'shop.b'],
] as const)('a rename of %s to %s, across the border, is refused by name', ([from, to]) => {
  expect(() => kept({ op: 'c', ns: 'shop.$cmd', o: { renameCollection: from, to } })).toThrow(`the oplog renames ${from} to ${to}`);
});
