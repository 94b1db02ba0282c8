import { expect, test } from 'vitest';
import { nearest } from '../../lib/domain/nearest.ts';

test.for<[string, string, readonly string[], readonly string[]]>([
  ['a letter replaced', 'ordars', ['billing', 'orders', 'users'], ['orders', 'users', 'billing']],
  ['a letter left out', 'oders', ['billing', 'orders'], ['orders', 'billing']],
  ['a letter too many', 'orderss', ['billing', 'orders'], ['orders', 'billing']],
  ['another case', 'ORDERS', ['users', 'orders'], ['orders', 'users']],
  ['more names than are shown', 'a', ['a1', 'a22', 'a333', 'a4444'], ['a1', 'a22', 'a333']],
  ['a name that is there twice', 'a', ['a1', 'a1'], ['a1']],
  ['no names at all', 'orders', [], []],
])('the nearest names, with %s', ([, wanted, names, expected]) => expect(nearest(wanted, names)).toEqual(expected));
