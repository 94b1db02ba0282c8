import { BSON, type Document } from 'mongodb';
import { expect, test } from 'vitest';
import { replayedNamespaces } from '../../../../lib/recovery/dump/restore/replayed-namespaces.ts';

async function* oplogOf(entries: readonly Document[]): AsyncGenerator<readonly Uint8Array[]> {
  yield entries.map((entry) => BSON.serialize(entry));
}

const INSERT = { op: 'i', ns: 'shop.orders', o: { _id: 1 } };

test.for<[string, Document, readonly string[]]>([
  ['an insert', INSERT, ['shop.orders']],
  ['a dotted name', { ...INSERT, ns: 'shop.orders.old' }, ['shop.orders.old']],
  ['a note', { op: 'n', ns: '', o: { msg: 'periodic noop' } }, []],
  ['a change of users', { ...INSERT, ns: 'admin.system.users' }, []],
  [
    'a transaction',
    { op: 'c', ns: 'admin.$cmd', o: { applyOps: [INSERT, { ...INSERT, ns: 'crm.people' }] } },
    ['shop.orders', 'crm.people'],
  ],
  ['the end of one', { op: 'c', ns: 'admin.$cmd', o: { commitTransaction: 1 } }, []],
  ['a new collection', { op: 'c', ns: 'shop.$cmd', o: { create: 'new' } }, ['shop.new']],
  ['a dropped database', { op: 'c', ns: 'shop.$cmd', o: { dropDatabase: 1 } }, ['shop.']],
  ['a rename', { op: 'c', ns: 'shop.$cmd', o: { renameCollection: 'shop.a', to: 'crm.b' } }, ['shop.a', 'crm.b']],
])('an oplog with %s may touch these collections', async ([, entry, namespaces]) => {
  expect(await replayedNamespaces(oplogOf([entry]))).toEqual(namespaces);
});

test('an oplog with an insert whose text is no UTF-8, as servers take it, may touch its collection', async () => {
  async function* oplog(): AsyncGenerator<readonly Uint8Array[]> {
    const raw = Buffer.from(BSON.serialize({ ...INSERT, o: { _id: 1, text: 'é' } }));
    yield [raw.fill(0xff, raw.indexOf('é'), raw.indexOf('é') + 2)];
  }
  expect(await replayedNamespaces(oplog())).toEqual(['shop.orders']);
});
