import { expect, test } from 'vitest';
import { backupName, collectionOf, halvesOf, isServerCollection, isServerDatabase, stemOf } from '../../../lib/recovery/dump/names.ts';

test.for([
  ['orders', 'orders'],
  ['orders.2026', 'orders.2026'],
  ['a/b', 'a%2Fb'],
  ['50% off', '50%25%20off'],
  ['a+b', 'a%2Bb'],
  ['cafés', 'caf%C3%A9s'],
  ['a:b?c*d', 'a%3Ab%3Fc*d'],
] as const)('the collection %s is the file %s, and back', ([name, stem]) => {
  expect(stemOf(name)).toBe(stem);
  expect(collectionOf(stem)).toBe(name);
});

test.for([
  ['238 characters as it is', 'x'.repeat(238), 'x'.repeat(238)],
  // What mongodump makes of it: 208 bytes, %24, and the name's SHA-1 in base64url (27 characters).
  ['239 characters cut, with a hash', 'x'.repeat(239), /^x{208}%24[\w-]{27}$/],
] as const)('a name of %s', ([, name, stem]) => {
  expect(stemOf(name)).toMatch(typeof stem === 'string' ? new RegExp(`^${stem}$`) : stem);
});

test('a cut name is not taken for the collection, whose name the metadata holds', () => {
  expect(collectionOf(stemOf('y'.repeat(250)))).toBeNull();
});

test('a wrong escape is no name', () => {
  expect(collectionOf('50%')).toBeNull();
});

test('a backup is named after its moment in UTC, so that names sort by time', () => {
  expect(backupName(Date.UTC(2026, 10, 22, 13, 42))).toBe('restorable-2026-11-22T13-42-00Z');
});

test('the namespace is divided at the first dot', () => {
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
