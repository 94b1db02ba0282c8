import { describe, expect, test } from 'vitest';
import { choosePoint, spansOf, usable } from '../../../lib/recovery/restore-tests/choose-point.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../lib/domain/time.ts';
import { NOW } from '../../support/facts.ts';
import { snapshot } from '../../support/recovery.ts';

const OLD = snapshot('old', { createdAt: NOW - 2 * DAY });
const NEW = snapshot('new', { createdAt: NOW - HOUR });
const WINDOW = { from: NOW - 10 * HOUR, to: NOW, breaks: [{ from: NOW - 5 * HOUR, to: NOW - 4 * HOUR, cause: 'restore' }] };
const base = { snapshots: [NEW, OLD], window: WINDOW, restoreWindowDays: 7, comparableFrom: null, now: NOW, random: () => 0 };

describe('a snapshot counts as a recovery point', () => {
  test.for([
    ['completed and scheduled', {}, true],
    ['a fallback', { type: 'fallback' }, false],
    ['of unknown type', { type: null }, false],
    ['in progress', { status: 'inProgress' }, false],
    ['failed', { status: 'failed' }, false],
    ['without its data time', { createdAt: null }, false],
    ['with half an hour left', { expiresAt: NOW + 30 * MINUTE }, false],
    ['with a second more left', { expiresAt: NOW + 30 * MINUTE + SECOND }, true],
    ['that never expires', { expiresAt: null }, true],
    ['dated ten minutes ahead of us', { createdAt: NOW + 10 * MINUTE }, true],
    ['dated a second further ahead of us', { createdAt: NOW + 10 * MINUTE + SECOND }, false],
  ] as const)('%s: %o → %s', ([, changes, counts]) =>
    expect(usable({ snapshots: [snapshot('s', changes)], now: NOW })).toHaveLength(counts ? 1 : 0),
  );
});

describe('the choice of a recovery point', () => {
  test('of the latest is the newest snapshot', () => expect(choosePoint('latest', base)).toMatchObject({ snapshotId: 'new' }));
  test.for([[['b1', 'b2']], [['b2', 'b1']]] as const)('of the latest of one second is the one with the later id, listed as %j', ([ids]) =>
    expect(choosePoint('latest', { ...base, snapshots: ids.map((id) => snapshot(id, { createdAt: NOW - HOUR })) })).toMatchObject({
      snapshotId: 'b2',
    }),
  );
  test.for([
    [0, 'old'],
    [0.49, 'old'],
    [0.5, 'new'],
    [0.999, 'new'],
  ] as const)('of any snapshot with chance %s is %s', ([chance, id]) =>
    expect(choosePoint('snapshot', { ...base, random: () => chance })).toMatchObject({ snapshotId: id }),
  );
  test('of a moment without PITR falls back to the latest snapshot', () =>
    expect(choosePoint('moment', { ...base, window: null })).toMatchObject({ snapshotId: 'new' }));
  test.for(['latest', 'snapshot'] as const)('of %s without any snapshot says so', (choice) =>
    expect(choosePoint(choice, { ...base, snapshots: [] })).toMatch(/no completed snapshot/),
  );
  test('of a moment expires with the window', () => {
    const point = choosePoint('moment', base);
    expect(point).toMatchObject({ kind: 'moment', at: WINDOW.from, expiresAt: WINDOW.from + 7 * DAY });
  });
});

test('random moments are whole seconds inside the window and outside its breaks, up to both ends', () => {
  let seed = 20261123;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const moments = Array.from({ length: 2_000 }, () => choosePoint('moment', { ...base, random }));
  const times = moments.map((point) => (typeof point === 'string' ? Number.NaN : point.at));
  const [gap] = WINDOW.breaks;
  expect(
    times.every((at) => at % SECOND === 0 && at >= WINDOW.from && at <= NOW - 10 * MINUTE),
    `seed 20261123`,
  ).toBe(true);
  expect(times.some((at) => at >= (gap?.from ?? 0) && at <= (gap?.to ?? 0))).toBe(false);
  expect(Math.min(...times)).toBeLessThan(WINDOW.from + HOUR / 2);
  expect(Math.max(...times)).toBeGreaterThan(NOW - HOUR);
});

test('spans leave out breaks that touch, overlap or reach over an end', () => {
  const window = {
    from: 0,
    to: 100 * SECOND,
    breaks: [
      { from: -5 * SECOND, to: 10 * SECOND, cause: 'a' },
      { from: 40 * SECOND, to: 60 * SECOND, cause: 'b' },
      { from: 50 * SECOND, to: 70 * SECOND, cause: 'c' },
      { from: 95 * SECOND, to: 120 * SECOND, cause: 'd' },
    ],
  };
  expect(spansOf(window, window.to)).toEqual([
    { from: 11 * SECOND, to: 39 * SECOND },
    { from: 71 * SECOND, to: 94 * SECOND },
  ]);
});

describe('a point that proves little is not chosen:', () => {
  const ancient = snapshot('ancient', { createdAt: NOW - 60 * DAY, expiresAt: null });
  test('a random snapshot comes from the restore window', () =>
    expect(choosePoint('snapshot', { ...base, snapshots: [NEW, OLD, ancient], random: () => 0 })).toMatchObject({ snapshotId: 'old' }));
  test('any snapshot may come where no window is known', () =>
    expect(choosePoint('snapshot', { ...base, restoreWindowDays: null, snapshots: [NEW, ancient], random: () => 0 })).toMatchObject({
      snapshotId: 'ancient',
    }));
  test('no point comes from before the first manifest, since nothing could be compared with it', () => {
    const comparableFrom = NOW - 3 * HOUR;
    expect(choosePoint('snapshot', { ...base, comparableFrom, random: () => 0 })).toMatchObject({ snapshotId: 'new' });
    expect(choosePoint('moment', { ...base, comparableFrom, random: () => 0 })).toMatchObject({ at: comparableFrom });
  });
  test('the latest snapshot is chosen all the same where no manifest is kept', () =>
    expect(choosePoint('snapshot', { ...base, comparableFrom: NOW })).toMatchObject({ snapshotId: 'new' }));
});
