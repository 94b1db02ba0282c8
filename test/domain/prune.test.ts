import { describe, expect, test } from 'vitest';
import { counted, pruned } from '../../lib/domain/prune.ts';
import type { Head, Run } from '../../lib/domain/head.ts';
import type { Delivery, Incident } from '../../lib/domain/incident.ts';
import { storeDown } from '../../lib/domain/store-down.ts';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, head, incident, resolved } from '../support/incidents.ts';

const rejected = delivery('slack', ['a'], { state: 'rejected', nextTryAt: NOW + HOUR });

function after(incidents: readonly Incident[], deliveries: readonly Delivery[], now = NOW): Head {
  return pruned(head({ incidents, deliveries }), now);
}

describe('leaves the head', () => {
  const ended = (ago: number): Incident => resolved('a', { openedAt: NOW - 30 * DAY, resolvedAt: NOW - ago });
  test.for<[string, Incident, readonly Delivery[], boolean]>([
    ['not what is open, however old', incident('a', { openedAt: NOW - 90 * DAY }), [], false],
    ['not what ended less than a day ago', ended(DAY - 1), [], false],
    ['what ended a day ago', ended(DAY), [], true],
    ['not while something is owed', ended(2 * DAY), [delivery('slack', ['a'], { kind: 'resolve' })], false],
    ['not while something was refused', ended(2 * DAY), [rejected], false],
    ['not while something is being sent', ended(2 * DAY), [delivery('slack', ['a'], { claim: { owner: 'x', until: NOW } })], false],
    [
      'what has been told, also where a part was cancelled',
      ended(2 * DAY),
      [accepted('slack', ['a']), delivery('email', ['a'], { state: 'cancelled', nextTryAt: null })],
      true,
    ],
    [
      'not what no provider took for a month: a resolve is owed until accepted',
      ended(31 * DAY),
      [{ ...rejected, createdAt: NOW - 31 * DAY }],
      false,
    ],
    ['what no provider took for 90 days', ended(91 * DAY), [{ ...rejected, createdAt: NOW - 90 * DAY }], true],
  ])('%s', ([, one, deliveries, gone]) => {
    const next = after([one], deliveries);
    expect(next.incidents).toEqual(gone ? [] : [one]);
    expect(next.deliveries).toEqual(gone ? [] : deliveries);
  });

  test('not the messages of an open incident, however long ago they were told', () => {
    const told = accepted('slack', ['a'], { createdAt: NOW - 90 * DAY });
    expect(after([incident('a')], [told]).deliveries).toEqual([told]);
  });

  test('not a storm’s message while one of its incidents stays', () => {
    const storm = accepted('slack', ['a', 'b']);
    expect(after([ended(2 * DAY), incident('b')], [storm]).deliveries).toEqual([storm]);
  });

  test('the resolve of the alarm without the store, once it is settled and not before', () => {
    const { id } = storeDown(NOW, '');
    const owed = delivery('pagerduty', [id], { kind: 'resolve' });
    expect(after([], [owed]).deliveries).toEqual([owed]);
    expect(after([], [accepted('pagerduty', [id], { kind: 'resolve' })]).deliveries).toEqual([]);
  });
});

describe('a day’s counts', () => {
  const run = (startedAt: number, complete = true): Run => ({ runId: 'r', startedAt, finishedAt: startedAt, complete });

  test('add up', () => {
    const first = counted([], run(NOW), [{ kind: 'opened', incident: incident('a') }]);
    const second = counted(first, run(NOW + HOUR, false), [
      { kind: 'resolved', incident: resolved('a') },
      { kind: 'raised', incident: incident('b') },
    ]);
    expect(second).toEqual([{ day: '2026-11-22', runs: 2, complete: 1, opened: 1, resolved: 1 }]);
  });

  test('are kept for ninety days', () => {
    const days = Array.from({ length: 200 }).reduce<ReturnType<typeof counted>>(
      (before, _, index) => counted(before, run(NOW + index * DAY), []),
      [],
    );
    expect(days).toHaveLength(90);
    expect(days.at(-1)?.day).toBe('2027-06-09');
  });
});
