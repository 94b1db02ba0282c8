import { expect, test } from 'vitest';
import type { RestorableMoments } from '../../../lib/domain/findings/recorded-view.ts';
import { lossInWords, reachInWords } from '../../../lib/domain/findings/restorable-words.ts';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { NOW } from '../../support/facts.ts';

const PITR: RestorableMoments = {
  until: { at: NOW, by: 'pitr', base: NOW - HOUR, baseExpiresAt: null },
  window: null,
  readAt: NOW,
  mayReachFurther: false,
};
const SNAPSHOT: RestorableMoments = { ...PITR, until: { at: NOW - 3 * HOUR, by: 'snapshot', base: NOW - 3 * HOUR, baseExpiresAt: null } };
const NOTHING: RestorableMoments = { ...PITR, until: null };

test.for<[string, RestorableMoments, number, string, string | null]>([
  ['PITR that reaches to now', PITR, NOW, 'restorable to 2026-11-22T12:00:00Z by PITR', null],
  ['a snapshot', SNAPSHOT, NOW, 'restorable to 2026-11-22T09:00:00Z by snapshot', '3 h'],
  [
    'a snapshot, where PITR may reach further',
    { ...SNAPSHOT, mayReachFurther: true },
    NOW,
    'restorable to at least 2026-11-22T09:00:00Z by snapshot',
    null,
  ],
  ['a snapshot, read 75 min ago', SNAPSHOT, NOW + 75 * MINUTE, 'restorable to 2026-11-22T09:00:00Z by snapshot', '3 h'],
  ['a snapshot, read one millisecond longer ago', SNAPSHOT, NOW + 75 * MINUTE + 1, 'restorable to 2026-11-22T09:00:00Z by snapshot', null],
  ['a snapshot, read two hours ago', SNAPSHOT, NOW + 2 * HOUR, 'restorable to 2026-11-22T09:00:00Z by snapshot', null],
  [
    'a snapshot, read longer ago',
    SNAPSHOT,
    NOW + 2 * HOUR + 1,
    'restorable to 2026-11-22T09:00:00Z by snapshot, as of 2026-11-22T12:00:00Z',
    null,
  ],
  ['PITR that reached to a reading of long ago', PITR, NOW + 3 * HOUR, 'restorable to 2026-11-22T12:00:00Z by PITR when last read', null],
  [
    'a snapshot of 20 min 8 s ago',
    { ...SNAPSHOT, readAt: NOW - 3 * HOUR + 20 * MINUTE + 8_000 },
    NOW - 2 * HOUR,
    'restorable to 2026-11-22T09:00:00Z by snapshot',
    '20 min',
  ],
  ['nothing', NOTHING, NOW, 'nothing can be restored', null],
  ['nothing, read long ago', NOTHING, NOW + 3 * HOUR, 'what can be restored is not known', null],
  ['snapshots whose times are not known', { ...NOTHING, mayReachFurther: true }, NOW, 'what can be restored is not known', null],
  ['a cluster that was never read', { ...NOTHING, readAt: 0 }, NOW, 'what can be restored is not known', null],
  [
    'PITR that ends five minutes ago',
    { ...PITR, readAt: NOW + 5 * MINUTE },
    NOW + 5 * MINUTE,
    'restorable to 2026-11-22T12:00:00Z by PITR',
    '5 min',
  ],
  [
    'PITR that ends less than five minutes ago',
    { ...PITR, readAt: NOW + 5 * MINUTE - 1 },
    NOW + 5 * MINUTE,
    'restorable to 2026-11-22T12:00:00Z by PITR',
    null,
  ],
])('what can be restored by %s is said so', ([, restorable, now, reach, loss]) => {
  expect([reachInWords(restorable, now), lossInWords(restorable, now)]).toEqual([reach, loss]);
});

test.for([
  ['began when it was read', NOW, 'restorable to 2026-11-22T09:00:00Z by snapshot'],
  ['began a millisecond later', NOW + 1, 'restorable to 2026-11-22T09:00:00Z by snapshot, as of 2026-11-22T12:00:00Z'],
] as const)('what the last check could not read is said with its time, also where that was lately: it %s', ([, checkedAt, words]) =>
  expect(reachInWords(SNAPSHOT, NOW + MINUTE, checkedAt)).toBe(words),
);
