import { describe, expect, test } from 'vitest';
import { notPermitted } from '../../../lib/domain/facts/daily-facts.ts';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { Verdict } from '../../../lib/domain/findings/finding.ts';
import {
  accountHints,
  type DailyCheck,
  dailyHints,
  type DailyHint,
  type DailyNotes,
  foldAccounts,
  foldDaily,
  isDue,
  READ_EVERY,
} from '../../../lib/domain/memory/daily-notes.ts';
import type { VerdictNote } from '../../../lib/domain/memory/memory.ts';
import { DAY, HOUR, type Instant } from '../../../lib/domain/time.ts';
import { NOW, UNREAD } from '../../support/facts.ts';

const REFUSED = notPermitted('Project Owner', '403 USER_UNAUTHORIZED');
const ON = known({ enabled: true }, NOW);

function read(answeredAt: Instant | null, everyRun = false): DailyHint {
  return { answeredAt, everyRun };
}

/** The hours, counted from now, in which a project that is checked hourly is read: the first check reads everything. */
function hoursRead(id: string, hours: number): readonly number[] {
  let hint: DailyHint | undefined;
  return Array.from({ length: hours }, (_, hour) => hour).filter((hour) => {
    const now = NOW + hour * HOUR;
    if (!isDue(hint, id, now)) return false;
    hint = read(now);
    return true;
  });
}

describe('what is read once a day', () => {
  test('is read by the first check', () => {
    expect(isDue(undefined, 'p1', NOW)).toBe(true);
    expect(isDue(read(null), 'p1', NOW)).toBe(true);
  });

  test('is read by every check that is told so', () => expect(isDue(read(NOW, true), 'p1', NOW)).toBe(true));

  test('is read again by an hourly check before a day is over, and not much more often than once a day', () => {
    const hours = hoursRead('6a793fcbc0eb9e7a17717dbb', 30 * 24);
    const gaps = hours.slice(1).map((hour, index) => hour - (hours[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(24);
    expect(hours.length).toBeLessThanOrEqual(33);
  });

  test('is spread over the hours by project', () => {
    const ids = Array.from({ length: 250 }, (_, index) => `6a793fcbc0eb9e7a1771${index.toString(16).padStart(4, '0')}`);
    const counts = Map.groupBy(ids, (id) => hoursRead(id, 24)[1]);
    expect(counts.size).toBeGreaterThanOrEqual(20);
    expect(Math.max(...[...counts.values()].map(({ length }) => length))).toBeLessThanOrEqual(30);
  });

  test('is read once more after the clock was set back, and not at every check', () => {
    expect(isDue(read(NOW + 10 * DAY), 'p1', NOW)).toBe(true);
    expect(isDue(read(NOW), 'p1', NOW)).toBe(false);
  });

  test('is due at one moment of its period, to the millisecond', () => {
    const moments = Array.from({ length: 24 * 60 }, (_, minute) => NOW + minute * 60_000);
    const changes = moments.filter((at) => isDue(read(at - 60_000), 'p1', at));
    expect(changes.length).toBeGreaterThanOrEqual(1);
    expect(changes.length).toBeLessThanOrEqual(2);
    expect(READ_EVERY).toBe(23 * HOUR);
  });
});

describe('what memory holds of it', () => {
  const notes = (...reads: readonly (typeof ON | typeof REFUSED | typeof UNREAD)[]): DailyNotes['auditLog'] =>
    reads.reduce<DailyNotes>((folded, auditLog, index) => foldDaily(folded, { auditLog }, NOW + index * HOUR), {}).auditLog;

  test('a value, and when it was read', () => expect(notes(ON)).toEqual({ answeredAt: NOW, last: ON, trouble: null }));

  test('a failure keeps the last value, and is no answer', () =>
    expect(notes(ON, UNREAD)).toEqual({ answeredAt: NOW, last: ON, trouble: { reason: UNREAD.reason, role: null, since: NOW + HOUR } }));

  test('a refusal is an answer, and its beginning stays', () =>
    expect(notes(ON, REFUSED, REFUSED)).toEqual({
      answeredAt: NOW + 2 * HOUR,
      last: ON,
      trouble: { reason: REFUSED.reason, role: 'Project Owner', since: NOW + HOUR },
    }));

  test('a refusal after a failure begins anew', () => expect(notes(UNREAD, REFUSED)?.trouble?.since).toBe(NOW + HOUR));

  test('what a run did not ask stays as it was', () => {
    const before = foldDaily({}, { auditLog: ON }, NOW);
    expect(foldDaily(before, { customerKeys: known([], NOW) }, NOW + HOUR).auditLog).toBe(before.auditLog);
  });

  test('an account that is not configured any more is forgotten', () => {
    const account = known({ clientId: 'a', secrets: null }, NOW);
    const before = foldAccounts({}, { watch: account, restore: account }, NOW);
    expect(Object.keys(foldAccounts(before, { watch: null }, NOW + HOUR))).toEqual(['watch']);
  });
});

describe('the hints for the next reading', () => {
  const CHECKS: readonly DailyCheck[] = [
    { id: 'some-check', reads: 'auditLog', setUp: true },
    { id: 'other-check', reads: 'accounts', setUp: false },
  ];
  const note = (verdict: Verdict, initial = false): VerdictNote => ({
    verdict,
    since: NOW,
    lastKnown: null,
    blindSince: null,
    blindRuns: 0,
    blindFirst: null,
    blindLast: null,
    reason: null,
    ...(initial && { initial: true }),
  });

  test.for<[string, VerdictNote, boolean]>([
    ['is ok', note('ok'), false],
    ['is exempt', note('exempt'), false],
    ['is failing', note('failing'), true],
    ['is unknown', note('unknown'), true],
    ['has failed since the beginning, and so only waits to be set up', note('failing', true), false],
  ])('ask for it in every run while its finding %s: %s', ([, verdict, everyRun]) => {
    const daily = foldDaily({}, { auditLog: ON }, NOW);
    expect(dailyHints({ daily, verdicts: { 'some-check': verdict } }, CHECKS).auditLog).toEqual({ answeredAt: NOW, everyRun });
  });

  test('ask for it in every run after a failure, and once a day after a refusal', () => {
    const hint = (auditLog: typeof REFUSED | typeof UNREAD): DailyHint | undefined =>
      dailyHints({ daily: foldDaily({}, { auditLog }, NOW), verdicts: {} }, CHECKS).auditLog;
    expect(hint(UNREAD)).toEqual({ answeredAt: null, everyRun: true });
    expect(hint(REFUSED)).toEqual({ answeredAt: NOW, everyRun: false });
  });

  test('ask for an invalid key in every run, even if the check has failed since the beginning', () => {
    const daily = foldDaily({}, { customerKeys: known([{ provider: 'AWS', valid: false }], NOW) }, NOW);
    const customerKeys = { events: [], invalid: { first: NOW, last: NOW } };
    expect(dailyHints({ daily, customerKeys, verdicts: {} }, CHECKS).customerKeys?.everyRun).toBe(true);
  });

  test('name the account of which they are', () => {
    const notes = foldAccounts({}, { watch: known({ clientId: 'mdb_sa_id_1', secrets: [] }, NOW) }, NOW);
    expect(accountHints(notes, { 'other-check': note('failing', true) }, CHECKS)).toEqual({
      watch: { answeredAt: NOW, everyRun: true, clientId: 'mdb_sa_id_1' },
    });
  });
});
