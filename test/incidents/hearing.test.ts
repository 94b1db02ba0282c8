import { describe, expect, test } from 'vitest';
import type { Head, Run } from '../../lib/domain/head.ts';
import { ORGANISATION } from '../../lib/domain/subject.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { hearing, heartbeatFindings, unheard } from '../../lib/incidents/hearing.ts';
import { NOW } from '../support/facts.ts';
import { head, incident, resolved } from '../support/incidents.ts';

const about = { check: 'monitor', resource: { ...ORGANISATION, name: 'the heartbeat', part: 'heartbeat' } } as const;

function run(startedAt: number): Run {
  return { runId: `run-${startedAt}`, startedAt, finishedAt: startedAt + MINUTE, complete: true };
}

/** The last run began an hour ago. */
function lately(changes: Partial<Head>): Head {
  return head({ lastRun: run(NOW - HOUR), ...changes });
}

describe('a dead-man switch that hears nothing', () => {
  test.for([
    ['all was heard: nothing is said', {}, true, []],
    ['not heard once: nothing yet', {}, false, []],
    ['the check before was not heard, this one’s beginning is: nothing yet', { deafSince: NOW - HOUR, deafAt: NOW - HOUR }, true, []],
    ['neither it nor this one’s beginning: a warning', { deafSince: NOW - HOUR, deafAt: NOW - HOUR }, false, ['failing warning']],
    ['the two checks before were not: a warning', { deafSince: NOW - 2 * HOUR, deafAt: NOW - HOUR }, true, ['failing warning']],
    ['one that was not heard, and one that was since: nothing', { deafSince: NOW - 2 * HOUR, deafAt: NOW - 2 * HOUR }, false, []],
    ['stored before ends were watched: as the last one', { deafSince: NOW - HOUR }, false, ['failing warning']],
  ] as const satisfies readonly (readonly [string, Partial<Head>, boolean, readonly string[]])[])('%s', ([, state, heard, wanted]) => {
    expect(heartbeatFindings(lately(state), heard, NOW).map(({ verdict, severity }) => `${verdict} ${severity}`)).toEqual(wanted);
  });

  test('says since when', () =>
    expect(heartbeatFindings(lately({ deafSince: NOW - 3 * HOUR, deafAt: NOW - HOUR }), true, NOW)).toMatchObject([
      { summary: 'HEARTBEAT_URL has heard no check from beginning to end since 2026-11-22T09:00:00Z (3 h)', startedAt: NOW - 3 * HOUR },
    ]));

  test.for([
    ['ends once a whole check was heard, and the next one’s beginning', {}, ['ok']],
    ['does not end by a beginning alone', { deafSince: NOW - HOUR, deafAt: NOW - HOUR }, []],
    ['goes on while ends are not heard', { deafSince: NOW - 2 * HOUR, deafAt: NOW - HOUR }, ['failing']],
  ] as const satisfies readonly (readonly [string, Partial<Head>, readonly string[]])[])('what was raised %s', ([, state, wanted]) =>
    expect(heartbeatFindings(lately({ ...state, incidents: [incident('deaf', about)] }), true, NOW).map(({ verdict }) => verdict)).toEqual(
      wanted,
    ),
  );

  test('has nothing to end where its incident has ended', () =>
    expect(heartbeatFindings(lately({ incidents: [resolved('deaf', about)] }), true, NOW)).toEqual([]));
});

describe('what a check stores of it', () => {
  const [before, earlier] = [NOW - HOUR, NOW - 2 * HOUR];
  test.for([
    ['heard, and so was the one before: nothing', {}, true, {}],
    ['heard, after one that was heard again: nothing', { deafSince: earlier, deafAt: earlier }, true, {}],
    ['heard, after one that was not', { deafSince: earlier, deafAt: before }, true, { deafSince: earlier, deafAt: before }],
    ['not heard', {}, false, { deafSince: NOW, deafAt: NOW }],
    ['not heard, after one that was not', { deafSince: earlier, deafAt: before }, false, { deafSince: earlier, deafAt: NOW }],
    ['not heard, after one that was', { deafSince: earlier, deafAt: earlier }, false, { deafSince: NOW, deafAt: NOW }],
  ] as const satisfies readonly (readonly [string, Partial<Head>, boolean, Partial<Head>])[])('%s', ([, state, heard, stored]) =>
    expect(hearing(lately(state), heard, NOW)).toEqual(stored),
  );
});

describe('an end that was not heard', () => {
  test('is stored, from the first of a row', () => {
    expect(unheard(lately({}), run(NOW - HOUR))).toMatchObject({ deafSince: NOW - HOUR, deafAt: NOW - HOUR });
    const second = lately({ deafSince: NOW - 2 * HOUR, deafAt: NOW - 2 * HOUR });
    expect(unheard(second, run(NOW - HOUR))).toMatchObject({ deafSince: NOW - 2 * HOUR, deafAt: NOW - HOUR });
  });

  test.for([
    ['whose beginning was not heard either', lately({ deafSince: NOW - HOUR, deafAt: NOW - HOUR })],
    ['after which another run was stored', head({ lastRun: run(NOW) })],
  ] as const)('of a run %s writes nothing', ([, state]) => expect(unheard(state, run(NOW - HOUR))).toBe(state));
});
