import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { storeDownIncident, resolvedStoreIncident, storeDownKeys } from '../../lib/deliver/store-down.ts';
import { NOW } from '../support/facts.ts';

const MIDNIGHT = Date.UTC(2026, 10, 23);

test('the store-down alarm has the same key through one UTC day, and another the next day', () => {
  const key = storeDownIncident(NOW, 'timeout').id;
  expect(storeDownIncident(Date.UTC(2026, 10, 22), 'other').id).toBe(key);
  expect(storeDownIncident(MIDNIGHT - 1, 'timeout').id).toBe(key);
  expect(storeDownIncident(MIDNIGHT, 'timeout').id).not.toBe(key);
});

test('the store-down alarm is a P0 of check monitor that says what failed', () =>
  expect(storeDownIncident(NOW, 'read the head in Redis: no answer')).toMatchObject({
    check: 'monitor',
    priority: 'P0',
    severity: 'critical',
    state: 'open',
    summary: 'Restorewatch cannot read or write its own state: read the head in Redis: no answer',
  }));

test('the store-down keys to resolve are those of the day and of the day before', () =>
  expect(storeDownKeys(MIDNIGHT + HOUR)).toEqual([storeDownIncident(MIDNIGHT, '').id, storeDownIncident(MIDNIGHT - DAY, '').id]));

test.for([
  ['within the same day', MIDNIGHT + MINUTE, 2],
  ['in the night before', MIDNIGHT - HOUR, 2],
  ['three days before', MIDNIGHT - 3 * DAY + MINUTE, 4],
  ['three days before, a millisecond earlier', MIDNIGHT - 3 * DAY - 1, 5],
  ['in another year', MIDNIGHT - 400 * DAY, 31],
] as const)('the store-down key of every day since the last write is resolved: last write %s', ([, since, days]) => {
  const keys = storeDownKeys(MIDNIGHT + HOUR, since);
  expect(keys).toEqual(Array.from({ length: days }, (_, back) => storeDownIncident(MIDNIGHT - back * DAY, '').id));
});

test('a store-down key gives a resolved incident, any other id null', () => {
  expect(resolvedStoreIncident(storeDownIncident(NOW, '').id, NOW)).toMatchObject({ state: 'resolved', resolvedAt: NOW });
  expect(resolvedStoreIncident('backup-age-c1-x-1', NOW)).toBeNull();
});
