import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { freshnessOf } from '../../../lib/recovery/validate/document-freshness.ts';

const POINT = Date.UTC(2026, 10, 22, 12);
const NOW = POINT + 3 * HOUR;
const ASKED = { field: 'at', recoveryPoint: POINT, rpo: HOUR, now: NOW, empty: false, ttl: false };

test.for([
  { what: 'at the recovery point', at: POINT, verdict: 'passed', kept: true },
  { what: 'exactly the RPO before it', at: POINT - HOUR, verdict: 'passed', kept: true },
  { what: '1 ms more than the RPO before it', at: POINT - HOUR - 1, verdict: 'failed', kept: true },
  { what: 'after it by as much as clocks may differ', at: POINT + MINUTE, verdict: 'passed', kept: true },
  { what: '1 ms more than that after it', at: POINT + MINUTE + 1, verdict: 'failed', kept: false },
  { what: 'now, as far as clocks tell', at: NOW + MINUTE, verdict: 'failed', kept: false },
  { what: 'yet to come: the field does not tell when it was written', at: NOW + MINUTE + 1, verdict: 'could-not-verify', kept: false },
  { what: 'nowhere: no document has a date there', at: null, verdict: 'could-not-verify', kept: false },
] as const)('the newest document, held against the recovery point, is $what: $verdict', ({ at, verdict, kept }) => {
  const { line, newest } = freshnessOf('shop.orders', at, ASKED);
  expect(line.verdict).toBe(verdict);
  expect(newest).toBe(kept ? at : null);
});

test('the newest document, where it is old, says how old; where it is an hour late, that it is another point', () => {
  expect(freshnessOf('shop.orders', POINT - 26 * HOUR, ASKED).line).toEqual({
    what: 'freshness',
    namespace: 'shop.orders',
    verdict: 'failed',
    expected: 'newest at from 2026-11-22T11:00:00Z to 2026-11-22T12:00:00Z, the recovery point',
    found: '2026-11-21T10:00:00Z, 26 h before it',
  });
  expect(freshnessOf('shop.orders', POINT + HOUR, ASKED).line.found).toBe(
    '2026-11-22T13:00:00Z, 1 h after it: this is not the recovery point that was asked for',
  );
});

test('the newest document is only noted where the collection is empty or has a TTL index', () => {
  expect(freshnessOf('shop.orders', null, { ...ASKED, empty: true }).line.verdict).toBe('noted');
  expect(freshnessOf('shop.orders', null, { ...ASKED, ttl: true }).line.verdict).toBe('noted');
  expect(freshnessOf('shop.orders', POINT - 2 * HOUR, { ...ASKED, ttl: true }).line.verdict).toBe('noted');
});
