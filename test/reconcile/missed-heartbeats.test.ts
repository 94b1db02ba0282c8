import { describe, expect, test } from 'vitest';
import type { Head, Run } from '../../lib/domain/incidents/head.ts';
import { ORGANISATION } from '../../lib/domain/memory/cluster-subject.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { heartbeatState, heartbeatFindings, recordMissedHeartbeat } from '../../lib/reconcile/missed-heartbeats.ts';
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

describe('the finding about missed heartbeats', () => {
  test.for([
    ['is absent if no ping was missed', {}, true, []],
    ['is absent if only this check’s first ping was missed', {}, false, []],
    [
      'is absent if the check before was missed, and this one’s first ping arrived',
      { heartbeatMissedSince: NOW - HOUR, heartbeatMissedAt: NOW - HOUR },
      true,
      [],
    ],
    [
      'is a warning if the check before and this one’s first ping were missed',
      { heartbeatMissedSince: NOW - HOUR, heartbeatMissedAt: NOW - HOUR },
      false,
      ['failing warning'],
    ],
    [
      'is a warning if the two checks before were missed',
      { heartbeatMissedSince: NOW - 2 * HOUR, heartbeatMissedAt: NOW - HOUR },
      true,
      ['failing warning'],
    ],
    [
      'is absent if a check arrived after the missed one',
      { heartbeatMissedSince: NOW - 2 * HOUR, heartbeatMissedAt: NOW - 2 * HOUR },
      false,
      [],
    ],
  ] as const satisfies readonly (readonly [string, Partial<Head>, boolean, readonly string[]])[])('%s', ([, state, arrived, wanted]) => {
    expect(heartbeatFindings(lately(state), arrived, NOW).map(({ verdict, severity }) => `${verdict} ${severity}`)).toEqual(wanted);
  });

  test('says since when', () =>
    expect(heartbeatFindings(lately({ heartbeatMissedSince: NOW - 3 * HOUR, heartbeatMissedAt: NOW - HOUR }), true, NOW)).toMatchObject([
      { summary: 'HEARTBEAT_URL has heard no check from beginning to end since 2026-11-22T09:00:00Z (3 h)', startedAt: NOW - 3 * HOUR },
    ]));

  test.for([
    ['ends once all pings of a check arrived, and the next one’s first ping', {}, ['ok']],
    ['does not end by a first ping alone', { heartbeatMissedSince: NOW - HOUR, heartbeatMissedAt: NOW - HOUR }, []],
    ['goes on while last pings are missed', { heartbeatMissedSince: NOW - 2 * HOUR, heartbeatMissedAt: NOW - HOUR }, ['failing']],
  ] as const satisfies readonly (readonly [string, Partial<Head>, readonly string[]])[])('%s', ([, state, wanted]) =>
    expect(heartbeatFindings(lately({ ...state, incidents: [incident('h', about)] }), true, NOW).map(({ verdict }) => verdict)).toEqual(
      wanted,
    ),
  );

  test('is absent if its incident is resolved', () =>
    expect(heartbeatFindings(lately({ incidents: [resolved('h', about)] }), true, NOW)).toEqual([]));
});

describe('the missed heartbeats that a check stores', () => {
  const [before, earlier] = [NOW - HOUR, NOW - 2 * HOUR];
  test.for([
    ['are none after two checks that arrived', {}, true, {}],
    ['are none after a check that arrived again', { heartbeatMissedSince: earlier, heartbeatMissedAt: earlier }, true, {}],
    [
      'are kept where the check before was missed',
      { heartbeatMissedSince: earlier, heartbeatMissedAt: before },
      true,
      { heartbeatMissedSince: earlier, heartbeatMissedAt: before },
    ],
    ['begin with the first missed check', {}, false, { heartbeatMissedSince: NOW, heartbeatMissedAt: NOW }],
    [
      'go on with a second missed check',
      { heartbeatMissedSince: earlier, heartbeatMissedAt: before },
      false,
      { heartbeatMissedSince: earlier, heartbeatMissedAt: NOW },
    ],
    [
      'begin anew with a missed check after one that arrived',
      { heartbeatMissedSince: earlier, heartbeatMissedAt: earlier },
      false,
      { heartbeatMissedSince: NOW, heartbeatMissedAt: NOW },
    ],
  ] as const satisfies readonly (readonly [string, Partial<Head>, boolean, Partial<Head>])[])('%s', ([, state, arrived, stored]) =>
    expect(heartbeatState(lately(state), arrived, NOW)).toEqual(stored),
  );
});

describe('a last ping that did not arrive', () => {
  test('is stored, with the first of the row', () => {
    expect(recordMissedHeartbeat(lately({}), run(NOW - HOUR))).toMatchObject({
      heartbeatMissedSince: NOW - HOUR,
      heartbeatMissedAt: NOW - HOUR,
    });
    const second = lately({ heartbeatMissedSince: NOW - 2 * HOUR, heartbeatMissedAt: NOW - 2 * HOUR });
    expect(recordMissedHeartbeat(second, run(NOW - HOUR))).toMatchObject({
      heartbeatMissedSince: NOW - 2 * HOUR,
      heartbeatMissedAt: NOW - HOUR,
    });
  });

  test.for([
    ['whose first ping was missed too', lately({ heartbeatMissedSince: NOW - HOUR, heartbeatMissedAt: NOW - HOUR })],
    ['after which another run was stored', head({ lastRun: run(NOW) })],
  ] as const)('of a run %s writes nothing', ([, state]) => expect(recordMissedHeartbeat(state, run(NOW - HOUR))).toBe(state));
});
