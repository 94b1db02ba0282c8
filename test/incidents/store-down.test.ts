import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { storeDown, storeIncidentOf, storeKeys } from '../../lib/domain/store-down.ts';
import { NOW } from '../support/facts.ts';

const MIDNIGHT = Date.UTC(2026, 10, 23);

test('its key stays the same through one UTC day, and not longer', () => {
  const key = storeDown(NOW, 'timeout').id;
  expect(storeDown(Date.UTC(2026, 10, 22), 'other').id).toBe(key);
  expect(storeDown(MIDNIGHT - 1, 'timeout').id).toBe(key);
  expect(storeDown(MIDNIGHT, 'timeout').id).not.toBe(key);
});

test('is a P0 of check monitor that says what failed', () =>
  expect(storeDown(NOW, 'read the head in Redis: no answer')).toMatchObject({
    check: 'monitor',
    priority: 'P0',
    severity: 'critical',
    state: 'open',
    summary: 'Restorable cannot read or write its own state: read the head in Redis: no answer',
  }));

test('the keys to resolve are that day’s and the day before’s', () =>
  expect(storeKeys(MIDNIGHT + HOUR)).toEqual([storeDown(MIDNIGHT, '').id, storeDown(MIDNIGHT - DAY, '').id]));

test.for([
  ['within the same day', MIDNIGHT + MINUTE, 2],
  ['in the night before', MIDNIGHT - HOUR, 2],
  ['three days before', MIDNIGHT - 3 * DAY + MINUTE, 4],
  ['three days before, a millisecond earlier', MIDNIGHT - 3 * DAY - 1, 5],
  ['in another year', MIDNIGHT - 400 * DAY, 31],
] as const)('where the state was last written %s, every day’s since is resolved', ([, since, days]) => {
  const keys = storeKeys(MIDNIGHT + HOUR, since);
  expect(keys).toEqual(Array.from({ length: days }, (_, back) => storeDown(MIDNIGHT - back * DAY, '').id));
});

test('a key of ours is told as over; any other id is none', () => {
  expect(storeIncidentOf(storeDown(NOW, '').id, NOW)).toMatchObject({ state: 'resolved', resolvedAt: NOW });
  expect(storeIncidentOf('backup-age-c1-x-1', NOW)).toBeNull();
});
