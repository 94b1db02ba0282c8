import { expect, test } from 'vitest';
import type { Assertion } from '../../../lib/domain/recovery/evidence.ts';
import { assertionProblem } from '../../../lib/domain/recovery/assertion-problem.ts';

function pipeline(...stages: readonly Readonly<Record<string, unknown>>[]): Assertion {
  return { name: 'paid', namespace: 'shop.orders', kind: 'aggregate', pipeline: stages, expect: [] };
}

function count(min: number | null, max: number | null, namespace = 'shop.orders'): Assertion {
  return { name: 'paid', namespace, kind: 'count', filter: {}, min, max };
}

test.for([
  {
    what: '$out',
    assertion: pipeline({ $match: {} }, { $out: 'copy' }),
    problem: 'its pipeline has $out: an assertion only reads, and ends; take it out',
  },
  {
    what: '$merge',
    assertion: pipeline({ $merge: { into: 'copy' } }),
    problem: 'its pipeline has $merge: an assertion only reads, and ends; take it out',
  },
  {
    what: '$out inside $facet',
    assertion: pipeline({ $facet: { a: [{ $out: 'copy' }] } }),
    problem: 'its pipeline has $out: an assertion only reads, and ends; take it out',
  },
  {
    what: '$merge inside $lookup inside $unionWith',
    assertion: pipeline({ $unionWith: { coll: 'b', pipeline: [{ $lookup: { from: 'c', pipeline: [{ $merge: 'd' }] } }] } }),
    problem: 'its pipeline has $merge: an assertion only reads, and ends; take it out',
  },
  {
    what: '$changeStream',
    assertion: pipeline({ $changeStream: {} }),
    problem: 'its pipeline has $changeStream: an assertion only reads, and ends; take it out',
  },
  { what: 'no bound', assertion: count(null, null), problem: 'it expects nothing: say min, max or both' },
  { what: 'min above max', assertion: count(2, 1), problem: 'its min (2) is more than its max (1)' },
  {
    what: 'no database',
    assertion: count(1, 1, 'orders'),
    problem: '"orders" is no collection: write database.collection, as shop.orders',
  },
])('an assertion is refused: $what', ({ assertion, problem }) => {
  expect(assertionProblem(assertion)).toBe(problem);
});

test.for([
  { what: 'stages that read', assertion: pipeline({ $match: { out: 1 } }, { $group: { _id: '$merge', n: { $sum: 1 } } }) },
  { what: 'an empty pipeline', assertion: pipeline() },
  { what: 'equal bounds', assertion: count(1, 1) },
  { what: 'one bound', assertion: count(0, null) },
  { what: 'a collection with dots', assertion: count(0, null, 'shop.orders.2026') },
])('an assertion is accepted: $what', ({ assertion }) => {
  expect(assertionProblem(assertion)).toBeNull();
});
