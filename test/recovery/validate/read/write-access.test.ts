import type { Document } from 'mongodb';
import { expect, test } from 'vitest';
import { writeAccessIn } from '../../../../lib/recovery/validate/read/write-access.ts';

/** Answers of `connectionStatus` made by hand after MongoDB's manual: the server that tests run against shows no privileges. */
function answer(...privileges: readonly { readonly resource: object; readonly actions: readonly string[] }[]): Document {
  return {
    authInfo: {
      authenticatedUsers: [{ user: 'restorewatch', db: 'admin' }],
      authenticatedUserRoles: [],
      authenticatedUserPrivileges: privileges,
    },
    ok: 1,
  };
}

const READS = { resource: { db: '', collection: '' }, actions: ['collStats', 'find', 'listCollections', 'listIndexes'] };

test.for([
  { what: 'reads only', given: answer(READS), found: 'they can only read' },
  {
    what: 'may write one database',
    given: answer(READS, { resource: { db: 'shop', collection: '' }, actions: ['find', 'insert', 'update'] }),
    found: 'they can write (insert, update on shop.*): give Restorewatch a user of its own with the role readAnyDatabase',
  },
  {
    what: 'may do anything',
    given: answer({ resource: { anyResource: true }, actions: ['anyAction'] }),
    found: 'they can write (anyAction on *.*): give Restorewatch a user of its own with the role readAnyDatabase',
  },
  {
    what: 'may drop a collection',
    given: answer({ resource: { db: 'shop', collection: 'orders' }, actions: ['dropCollection'] }),
    found: 'they can write (dropCollection on shop.orders): give Restorewatch a user of its own with the role readAnyDatabase',
  },
  {
    what: 'writes its sessions where the server keeps them',
    given: answer(READS, { resource: { db: 'config', collection: 'x' }, actions: ['update'] }),
    found: 'they can only read',
  },
])('write access of a user that $what: $found', ({ given, found }) => {
  expect(writeAccessIn(given)).toEqual({
    what: 'write-access',
    namespace: null,
    expected: 'credentials that can only read',
    found,
    verdict: 'noted',
  });
});

test.for([
  { what: 'no privileges', given: { authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] }, ok: 1 } },
  { what: 'an empty list', given: answer() },
  { what: 'nothing', given: { ok: 1 } },
  { what: 'no list', given: { authInfo: { authenticatedUserPrivileges: 'all' } } },
])('write access is not known where the server shows $what', ({ given }) => {
  expect(writeAccessIn(given)).toMatchObject({ verdict: 'noted', found: expect.stringContaining('could not be told') });
});
