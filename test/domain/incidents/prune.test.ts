import { describe, expect, test } from 'vitest';
import { countRun, pruneHead } from '../../../lib/domain/incidents/prune.ts';
import type { Head, Run } from '../../../lib/domain/incidents/head.ts';
import type { Delivery, Incident } from '../../../lib/domain/incidents/incident.ts';
import { storeDownIncident } from '../../../lib/deliver/store-down.ts';
import { DAY, HOUR } from '../../../lib/domain/time.ts';
import { NOW } from '../../support/facts.ts';
import { accepted, delivery, head, incident, resolved } from '../../support/incidents.ts';

const rejected = delivery('slack', ['a'], { state: 'rejected', nextTryAt: NOW + HOUR });

function after(incidents: readonly Incident[], deliveries: readonly Delivery[], now = NOW): Head {
  return pruneHead(head({ incidents, deliveries }), now, new Set());
}

describe('pruning the head', () => {
  const ended = (ago: number): Incident => resolved('a', { openedAt: NOW - 30 * DAY, resolvedAt: NOW - ago });
  test.for<[string, Incident, readonly Delivery[], boolean]>([
    ['keeps an open incident, however old', incident('a', { openedAt: NOW - 90 * DAY }), [], false],
    ['keeps an incident that ended less than a day ago', ended(DAY - 1), [], false],
    ['removes an incident that ended a day ago', ended(DAY), [], true],
    ['keeps an ended incident while a message is owed', ended(2 * DAY), [delivery('slack', ['a'], { kind: 'resolve' })], false],
    ['keeps an ended incident while a refused message is to be tried again', ended(2 * DAY), [rejected], false],
    [
      'keeps an ended incident while a message is being sent',
      ended(2 * DAY),
      [delivery('slack', ['a'], { claim: { owner: 'x', until: NOW } })],
      false,
    ],
    [
      'removes an ended incident whose messages were all accepted or cancelled',
      ended(2 * DAY),
      [accepted('slack', ['a']), delivery('email', ['a'], { state: 'cancelled', nextTryAt: null })],
      true,
    ],
    [
      'keeps an ended incident whose message no provider took for a month',
      ended(31 * DAY),
      [{ ...rejected, createdAt: NOW - 31 * DAY }],
      false,
    ],
    [
      'removes an ended incident whose message no provider took for 90 days',
      ended(91 * DAY),
      [{ ...rejected, createdAt: NOW - 90 * DAY }],
      true,
    ],
  ])('%s', ([, one, deliveries, gone]) => {
    const next = after([one], deliveries);
    expect(next.incidents).toEqual(gone ? [] : [one]);
    expect(next.deliveries).toEqual(gone ? [] : deliveries);
  });

  test('removes 2,000 ended incidents at most, the first to end first, since each leaves with its text and an entry of the log in one request', () => {
    const storm = Array.from({ length: 2_500 }, (_, index) => resolved(`s${index}`, { resolvedAt: NOW - 2 * DAY - index }));
    const first = after(storm, []);
    expect(first.incidents.map(({ id }) => id)).toEqual(storm.slice(0, 500).map(({ id }) => id));
    expect(after(first.incidents, []).incidents).toEqual([]);
  });

  test('keeps the messages of an open incident, however long ago they were accepted', () => {
    const old = accepted('slack', ['a'], { createdAt: NOW - 90 * DAY });
    expect(after([incident('a')], [old]).deliveries).toEqual([old]);
  });

  test('keeps a storm’s message while one of its incidents stays', () => {
    const storm = accepted('slack', ['a', 'b']);
    expect(after([ended(2 * DAY), incident('b')], [storm]).deliveries).toEqual([storm]);
  });

  test('removes the resolve of the store-down alarm once it was accepted, and not before', () => {
    const { id } = storeDownIncident(NOW, '');
    const owed = delivery('pagerduty', [id], { kind: 'resolve' });
    expect(after([], [owed]).deliveries).toEqual([owed]);
    expect(after([], [accepted('pagerduty', [id], { kind: 'resolve' })]).deliveries).toEqual([]);
  });
});

describe('a day’s counts', () => {
  const run = (startedAt: number, complete = true): Run => ({ runId: 'r', startedAt, finishedAt: startedAt, complete });

  test('add up the runs and transitions of that day', () => {
    const first = countRun([], run(NOW), [{ kind: 'opened', incident: incident('a') }]);
    const second = countRun(first, run(NOW + HOUR, false), [
      { kind: 'resolved', incident: resolved('a') },
      { kind: 'raised', incident: incident('b') },
    ]);
    expect(second).toEqual([{ day: '2026-11-22', runs: 2, complete: 1, opened: 1, resolved: 1 }]);
  });

  test('are kept for ninety days', () => {
    const days = Array.from({ length: 200 }).reduce<ReturnType<typeof countRun>>(
      (before, _, index) => countRun(before, run(NOW + index * DAY), []),
      [],
    );
    expect(days).toHaveLength(90);
    expect(days.at(-1)?.day).toBe('2027-06-09');
  });
});
