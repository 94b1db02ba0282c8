import { describe, expect, test } from 'vitest';
import type { EvidenceLine } from '../../../lib/domain/recovery/evidence.ts';
import type { Finding } from '../../../lib/domain/findings/finding.ts';
import type { IntegrityState } from '../../../lib/domain/recovery/restore-test.ts';
import { DAY, HOUR } from '../../../lib/domain/time.ts';
import { integrityFindings } from '../../../lib/recovery/findings/integrity-findings.ts';
import { NOW } from '../../support/facts.ts';

const LIMIT = 2 * DAY;

function line(verdict: EvidenceLine['verdict'], expected = '"orders": at least 5 documents'): EvidenceLine {
  return { what: 'assertion', namespace: 'shop.orders', expected, found: verdict === 'passed' ? '9 documents' : '1 document', verdict };
}

function found(state: Partial<IntegrityState>): Finding | undefined {
  return integrityFindings({ at: NOW - HOUR, lines: [line('passed')], lastHeld: {}, ...state }, NOW)[0];
}

test('integrity has no finding where no assertion was ever asked', () => expect(integrityFindings(undefined, NOW)).toEqual([]));

test.for([
  ['all hold', {}, 'ok', null],
  ['all hold, asked two days ago to the millisecond', { at: NOW - LIMIT }, 'ok', null],
  ['all hold, asked longer ago than two days', { at: NOW - LIMIT - 1 }, 'failing', 'warning'],
  ['one fails', { lines: [line('passed'), line('failed')] }, 'failing', 'critical'],
  ['one fails, and nobody asked again', { at: NOW - 9 * DAY, lines: [line('failed')] }, 'failing', 'critical'],
  [
    'one fails, and another has been blind for long',
    { blindSince: NOW - 9 * DAY, lines: [line('could-not-verify'), line('failed')] },
    'failing',
    'critical',
  ],
  ['one could not be asked, of a state that keeps no times', { lines: [line('could-not-verify')] }, 'unknown', null],
  [
    'one could not be asked for two days to the millisecond',
    { blindSince: NOW - LIMIT, lines: [line('could-not-verify')] },
    'unknown',
    null,
  ],
  ['one could not be asked for longer', { blindSince: NOW - LIMIT - 1, lines: [line('could-not-verify')] }, 'failing', 'warning'],
  ['none is asked any more', { lines: [] }, 'exempt', null],
  ['none is asked any more, for long', { at: NOW - 90 * DAY, lines: [] }, 'exempt', null],
] as const)('integrity, %s: $2', ([, state, verdict, severity]) => expect(found(state)).toMatchObject({ verdict, severity }));

describe('the finding for an assertion that fails says', () => {
  const lines = [line('failed')];

  test('that it never held', () => expect(found({ lines })?.summary).toMatch(/found 1 document; it never held since it is watched$/));

  test('when it last held, and the last recovery point from then', () =>
    expect(found({ lines, lastHeld: { orders: NOW - DAY }, soundPoints: { orders: NOW - DAY - HOUR } })?.summary).toMatch(
      /it last held at 2026-11-21T12:00:00Z: the last recovery point from when it held is 2026-11-21T11:00:00Z$/,
    ));

  test('what to recover to where no recovery point is known', () =>
    expect(found({ lines, lastHeld: { orders: NOW - DAY } })?.summary).toMatch(
      /it last held at 2026-11-21T12:00:00Z: recover to a moment at or before that, or to the newest snapshot before it$/,
    ));

  test('that it was not asked again', () =>
    expect(found({ lines, at: NOW - 3 * DAY })?.summary).toMatch(/not asked again since 2026-11-19T12:00:00Z$/));
});

test('its own times, also where its name is the beginning of another’s', () =>
  expect(
    found({ lines: [line('failed', '"orders paid": 1 to 2 documents')], lastHeld: { orders: NOW, 'orders paid': NOW - DAY } })?.summary,
  ).toContain('2026-11-21T12:00:00Z'));

test('until when it held, also where it could not be asked', () =>
  expect(found({ lines: [line('could-not-verify', '"orders"')], lastHeld: { orders: NOW - DAY } })?.evidence).toEqual([
    ['"orders"', expect.stringContaining('it last held at 2026-11-21T12:00:00Z')],
  ]));
