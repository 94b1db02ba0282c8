import { BSON, type Document } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { aroundOplog, oplogChanges } from '../../../lib/recovery/validate/oplog-changes.ts';
import { collection, manifest } from './deployment.ts';

async function* oplogOf(entries: readonly Document[]): AsyncGenerator<readonly Uint8Array[]> {
  yield entries.map((entry) => BSON.serialize(entry));
}

const INSERT = { op: 'i', ns: 'shop.orders', o: { _id: 1 } };
const DELETE = { op: 'd', ns: 'shop.orders', o: { _id: 2 } };
const UPDATE = { op: 'u', ns: 'shop.orders', o: { $v: 2 }, o2: { _id: 3 } };
const NOTE = { op: 'n', ns: '', o: { msg: 'periodic noop' } };

/** Counts and kinds of two collections, before and after the replay; "gone" where nothing is certain. */
async function around(...entries: readonly Document[]) {
  const dump = manifest(collection('shop.orders', { documents: 10 }), collection('crm.people', { documents: 5 }));
  const { before, after, lines } = aroundOplog(dump, await oplogChanges(oplogOf(entries)));
  const counts = (side: typeof before): readonly (number | null)[] => side.collections.map(({ documents }) => documents);
  return { before: counts(before), after: counts(after), open: lines.map(({ found }) => found) };
}

describe('the oplog of a dump', () => {
  test.for<[string, readonly Document[], readonly number[], readonly number[]]>([
    ['that is empty', [], [10, 5], [10, 5]],
    ['of updates and notes', [UPDATE, NOTE], [10, 5], [10, 5]],
    ['of two inserts and a deletion', [INSERT, INSERT, DELETE], [9, 5], [12, 5]],
    ['of a transaction', [{ op: 'c', ns: 'admin.$cmd', o: { applyOps: [INSERT, DELETE, UPDATE] } }], [9, 5], [11, 5]],
    ['of an index that is begun', [{ op: 'c', ns: 'shop.$cmd', o: { startIndexBuild: 'orders' } }], [10, 5], [10, 5]],
    ['of more deletions than documents', Array.from({ length: 11 }, () => DELETE), [0, 5], [10, 5]],
  ])('%s allows these numbers', async ([, entries, before, after]) => {
    expect(await around(...entries)).toEqual({ before, after, open: [] });
  });

  test.for<[string, string, Document]>([
    ['drops a collection', 'shop', { drop: 'orders' }],
    ['drops a database', 'shop', { dropDatabase: 1 }],
    ['renames a collection', 'admin', { renameCollection: 'shop.orders', to: 'shop.old' }],
    ['replaces a collection', 'admin', { renameCollection: 'shop.new', to: 'shop.orders' }],
    ['changes options', 'shop', { collMod: 'orders', hidden: true }],
    ['drops an index', 'shop', { dropIndexes: 'orders', index: 'a_1' }],
  ])('that %s leaves nothing certain of that one, and says so', async ([, database, o]) => {
    expect(await around({ op: 'c', ns: `${database}.$cmd`, o })).toEqual({
      before: [10, 5],
      after: [5],
      open: ['the oplog of the dump drops, renames or changes it: shop.orders'],
    });
  });

  test('counts an insert whose text is no UTF-8, as servers take it', async () => {
    async function* oplog(): AsyncGenerator<readonly Uint8Array[]> {
      const raw = Buffer.from(BSON.serialize({ op: 'i', ns: 'shop.orders', o: { _id: 1, text: 'é' } }));
      yield [raw.fill(0xff, raw.indexOf('é'), raw.indexOf('é') + 2)];
    }
    expect((await oplogChanges(oplog())).inserted).toEqual(new Map([['shop.orders', 1]]));
  });

  test('that changes another database than one whose name begins alike leaves that one alone', async () => {
    expect((await around({ op: 'c', ns: 'sho.$cmd', o: { dropDatabase: 1 } })).open).toEqual([]);
  });
});
