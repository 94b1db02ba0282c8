import { expect, test } from 'vitest';
import { readQuery } from '../../app/api/status/query.ts';

test.for([
  ['', { limit: 500, cursor: null }],
  ['limit=1', { limit: 1, cursor: null }],
  ['limit=1000&cursor=500', { limit: 1000, cursor: '500' }],
  ["cluster=' OR 1=1--", { limit: 500, cursor: null }],
] as const)('?%s is understood', ([query, expected]) => {
  expect(readQuery(new URLSearchParams(query))).toEqual(expected);
});

test.for([
  ['limit=0', 'limit'],
  ['limit=1001', 'limit'],
  ['limit=-1', 'limit'],
  ['limit=', 'limit'],
  ['limit=1e2', 'limit'],
  ['limit=abc', 'limit'],
  ['limit=99999999999999999999', 'limit'],
  ['cursor=', 'cursor'],
  ['cursor=a%00b', 'cursor'],
  ['cursor=abc', 'cursor'],
  ['cursor=-1', 'cursor'],
  ['cursor=1e3', 'cursor'],
  [`cursor=${'9'.repeat(10)}`, 'cursor'],
] as const)('?%s is refused, and the answer names the parameter', ([query, name]) => {
  expect(readQuery(new URLSearchParams(query))).toEqual({ error: expect.stringMatching(new RegExp(`^${name} must`)) });
});
