import { expect, test } from 'vitest';
import { HOUR, iso, isoOrNull, SECOND } from '../../../lib/domain/time.ts';
import { soundPoint } from '../../../lib/recovery/restore-tests/choose-point.ts';
import { NOW } from '../../support/facts.ts';

const HELD = NOW - 10 * HOUR;
const gap = (from: number, to: number) => ({ from, to, cause: 'oplog behind' });
const window = { from: NOW - 48 * HOUR, to: NOW, breaks: [] };

test.for([
  ['nothing is known of the cluster', null, null],
  ['neither PITR nor a snapshot', { window: null, newestRecoveryPoint: null }, null],
  ['the moment itself, inside the window', { window, newestRecoveryPoint: null }, HELD],
  ['the second of a moment between two', { window, newestRecoveryPoint: null }, HELD, HELD + 999],
  ['the end of the window, where it ends before', { window: { ...window, to: HELD - HOUR }, newestRecoveryPoint: null }, HELD - HOUR],
  [
    'before the break that it lies in',
    { window: { ...window, breaks: [gap(HELD - HOUR, HELD + HOUR)] }, newestRecoveryPoint: null },
    HELD - HOUR - SECOND,
  ],
  [
    'before two breaks that overlap',
    { window: { ...window, breaks: [gap(HELD - HOUR, HELD), gap(HELD - 3 * HOUR, HELD - HOUR)] }, newestRecoveryPoint: null },
    HELD - 3 * HOUR - SECOND,
  ],
  ['nothing of a window that begins after it', { window: { ...window, from: HELD + 1 }, newestRecoveryPoint: null }, null],
  ['the snapshot of that moment', { window: null, newestRecoveryPoint: HELD }, HELD],
  ['no snapshot of later', { window: null, newestRecoveryPoint: HELD + 1 }, null],
  ['the newer of moment and snapshot', { window: { ...window, to: HELD - HOUR }, newestRecoveryPoint: HELD - SECOND }, HELD - SECOND],
] as const)('the last sound recovery point: %s', ([, row, point, at = HELD]) =>
  expect(isoOrNull(soundPoint(row, at))).toBe(point === null ? null : iso(point)),
);
