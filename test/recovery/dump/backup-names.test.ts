import { expect, test } from 'vitest';
import {
  backupName,
  collectionOf,
  halvesOf,
  isServerCollection,
  isServerDatabase,
  momentIn,
  stemOf,
} from '../../../lib/recovery/dump/backup-names.ts';

test.for([
  ['orders', 'orders'],
  ['orders.2026', 'orders.2026'],
  ['a/b', 'a%2Fb'],
  ['50% off', '50%25%20off'],
  ['a+b', 'a%2Bb'],
  ['cafés', 'caf%C3%A9s'],
  ['a:b?c*d', 'a%3Ab%3Fc*d'],
] as const)('backup names: the collection %s is stored as %s and read back', ([name, stem]) => {
  expect(stemOf(name)).toBe(stem);
  expect(collectionOf(stem)).toBe(name);
});

test("backup names: a plus sign in a file of mongodump's own is a space, as for mongorestore", () => {
  expect([collectionOf('50%25+off'), collectionOf('a%2Bb')]).toEqual(['50% off', 'a+b']);
});

test.for([
  ['238 characters as it is', 'x'.repeat(238), 'x'.repeat(238)],
  // What mongodump makes of it: 208 bytes, %24, and the name's SHA-1 in base64url (27 characters).
  ['239 characters cut, with a hash', 'x'.repeat(239), /^x{208}%24[\w-]{27}$/],
] as const)('backup names: a collection name of %s', ([, name, stem]) => {
  expect(stemOf(name)).toMatch(typeof stem === 'string' ? new RegExp(`^${stem}$`) : stem);
});

test('backup names: a shortened file name is not taken for a collection’s name', () => {
  expect(collectionOf(stemOf('y'.repeat(250)))).toBeNull();
});

test('backup names: a wrong escape is no collection’s name', () => {
  expect(collectionOf('50%')).toBeNull();
});

test('backup names: a backup is named after its moment in UTC, so that names sort by time', () => {
  expect(backupName(Date.UTC(2026, 10, 22, 13, 42))).toBe('restorewatch-2026-11-22T13-42-00Z');
});

test.for([
  ['of a backup', 'restorewatch-2026-11-22T13-42-07Z', Date.UTC(2026, 10, 22, 13, 42, 7)],
  ['of no possible day', 'restorewatch-2026-13-45T00-00-00Z', null],
  ['of an unfinished backup', 'restorewatch-2026-11-22T13-42-07Z.partial', null],
  ['of something else', 'dump', null],
] as const)('backup names: the moment is read from a name %s', ([, name, at]) => {
  expect(momentIn(name)).toBe(at);
});

test('backup names: a namespace is divided at the first dot', () => {
  expect(halvesOf('shop.orders.2026')).toEqual({ database: 'shop', collection: 'orders.2026' });
});

test.for([
  ['system.views', true],
  ['system.buckets.ticks', true],
  ['system.js', false],
  ['systematic', false],
] as const)("%s is the server's own: %s", ([name, own]) => {
  expect(isServerCollection(name)).toBe(own);
});

test("admin, config and local are the server's own", () => {
  expect(['admin', 'config', 'local', 'shop'].filter(isServerDatabase)).toEqual(['admin', 'config', 'local']);
});
