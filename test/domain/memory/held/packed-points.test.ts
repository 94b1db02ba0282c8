import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../../lib/domain/facts/facts.ts';
import {
  countPacked,
  countScheduled,
  eachPacked,
  keyAt,
  keyOf,
  packPoint,
  unpackPoint,
  withExpiryOf,
} from '../../../../lib/domain/memory/held/packed-points.ts';
import { DAY, HOUR } from '../../../../lib/domain/time.ts';

const BEGINS = Date.UTC(2026, 10, 22, 12);
const ID = `${(BEGINS / 1_000).toString(16)}0123456789abcdef`;

function point(changes: Partial<Snapshot> = {}): Snapshot & { readonly createdAt: number } {
  return {
    id: ID,
    status: 'completed',
    type: 'scheduled',
    requestedAt: BEGINS,
    expiresAt: BEGINS + 7 * DAY + 1_000,
    sizeBytes: 1,
    ...changes,
    createdAt: changes.createdAt ?? BEGINS + 100_000,
  };
}

describe('a packed recovery point', () => {
  test('is 24 characters, and is unpacked as it was', () => {
    const packed = packPoint(point());
    expect(packed).toMatch(/^[\w+/]{24}$/);
    expect(unpackPoint(packed)).toEqual({ id: ID, createdAt: BEGINS + 100_000, expiresAt: BEGINS + 7 * DAY + 1_000, onDemand: false });
  });

  test.for<[string, string, string]>([
    ['every hexadecimal digit', 'fedcba987654321000000000', 'fedcba987654321000000000'],
    ['capitals, which are the same id', ID.toUpperCase(), ID],
  ])('keeps an id of %s', ([, id, kept]) =>
    expect(unpackPoint(packPoint(point({ id, createdAt: Number.parseInt(id.slice(0, 8), 16) * 1_000, expiresAt: null }))).id).toBe(kept),
  );

  test.for<[string, string]>([
    ['too short', ID.slice(1)],
    ['not hexadecimal', `${ID.slice(1)}g`],
    ['not of ASCII', `${ID.slice(1)}é`],
    ['empty', ''],
  ])('does not exist for an id that is %s', ([, id]) => {
    expect(packPoint(point({ id }))).toBe('');
    expect(keyOf(id)).toBeNull();
  });

  test('says that no expiry was told', () => expect(unpackPoint(packPoint(point({ expiresAt: null }))).expiresAt).toBeNull());

  test('holds times in whole seconds, rounded down', () => {
    const { createdAt, expiresAt } = unpackPoint(packPoint(point({ createdAt: BEGINS + 1_999, expiresAt: BEGINS + DAY + 999 })));
    expect([createdAt, expiresAt]).toEqual([BEGINS + 1_000, BEGINS + DAY]);
  });

  test('holds an expiry in 34 years, and a later one as that', () => {
    const far = (2 ** 30 - 2) * 1_000;
    expect(unpackPoint(packPoint(point({ expiresAt: BEGINS + far }))).expiresAt).toBe(BEGINS + far);
    expect(unpackPoint(packPoint(point({ expiresAt: BEGINS + far + HOUR }))).expiresAt).toBe(BEGINS + far);
  });

  test('holds a data time before the request, or long after it, as the nearest that fits', () => {
    expect(unpackPoint(packPoint(point({ createdAt: BEGINS - HOUR }))).createdAt).toBe(BEGINS);
    expect(unpackPoint(packPoint(point({ createdAt: BEGINS + 40 * HOUR, type: 'onDemand' })))).toMatchObject({
      createdAt: BEGINS + (2 ** 17 - 1) * 1_000,
      onDemand: true,
    });
  });

  test('can have the expiry of another one', () => {
    const packed = withExpiryOf(packPoint(point({ expiresAt: null })), packPoint(point({ expiresAt: BEGINS + DAY })));
    expect(unpackPoint(packed)).toMatchObject({ id: ID, expiresAt: BEGINS + DAY });
  });
});

test('packed points stand one after the other, and are counted by kind', () => {
  const other = `${ID.slice(0, 23)}0`;
  const packed = packPoint(point()) + packPoint(point({ id: other, type: 'onDemand' }));
  expect(eachPacked(packed).map((one) => keyAt(one))).toEqual([keyOf(ID), keyOf(other)]);
  expect([countPacked(packed), countScheduled(packed), countScheduled('')]).toEqual([2, 1, 0]);
});
