import { describe, expect, test } from 'vitest';
import type { Delivery, Incident } from '../../../lib/domain/incidents/incident.ts';
import { countPrompt, PROMPT, type PromptDay } from '../../../lib/domain/incidents/promptness.ts';
import { DAY, HOUR } from '../../../lib/domain/time.ts';
import { NOW } from '../../support/facts.ts';
import { accepted, delivery, incident, resolved } from '../../support/incidents.ts';

const EXCEPT = new Set(['alert-path']);

function counted(incidents: readonly Incident[], deliveries: readonly Delivery[], now = NOW + DAY): readonly PromptDay[] {
  return countPrompt([], { incidents, deliveries }, { now, except: EXCEPT });
}

describe('an incident counts as', () => {
  const PROMPTLY = [['2026-11-22', 1, 1]];
  const LATE = [['2026-11-22', 1, 0]];
  test.for<[string, readonly Incident[], readonly Delivery[], readonly PromptDay[] | readonly unknown[]]>([
    [
      'in time: accepted five minutes after it was found',
      [incident('a')],
      [accepted('sms', ['a'], { acceptedAt: NOW + PROMPT })],
      PROMPTLY,
    ],
    ['late: a millisecond after that', [incident('a')], [accepted('sms', ['a'], { acceptedAt: NOW + PROMPT + 1 })], LATE],
    ['late: never accepted', [incident('a')], [delivery('sms', ['a'])], LATE],
    [
      'in time: one provider of two accepted it in time',
      [incident('a')],
      [accepted('email', ['a'], { acceptedAt: NOW + HOUR }), accepted('sms', ['a'], { acceptedAt: NOW + 1 })],
      PROMPTLY,
    ],
    [
      'late: only its reminder was accepted in time',
      [incident('a')],
      [delivery('sms', ['a']), accepted('sms', ['a'], { kind: 'remind' })],
      LATE,
    ],
    ['not measured: no message was owed, as for a silenced one', [incident('a')], [], []],
    ['not measured: its message was withheld at first', [incident('a')], [accepted('sms', ['a'], { createdAt: NOW + PROMPT + 1 })], []],
    ['not measured: a proof of the alert path', [incident('a', { check: 'alert-path' })], [accepted('sms', ['a'])], []],
    ['not measured: it ended before it could be late', [resolved('a', { resolvedAt: NOW + PROMPT })], [delivery('sms', ['a'])], []],
    [
      'late: it ended after more than five minutes, and nobody was notified',
      [resolved('a', { resolvedAt: NOW + PROMPT + 1 })],
      [delivery('sms', ['a'])],
      LATE,
    ],
  ])('%s', ([, incidents, deliveries, expected]) => expect(counted(incidents, deliveries)).toEqual(expected));

  test('not measured while it is too young to be late', () =>
    expect(counted([incident('a')], [delivery('sms', ['a'])], NOW + PROMPT)).toEqual([]));
});

test('days are added to, in order, and at most 31 are kept', () => {
  const day = (index: number): Incident => incident(`i${index}`, { openedAt: NOW - index * DAY });
  const incidents = Array.from({ length: 40 }, (_, index) => day(index));
  const deliveries = incidents.map(({ id, openedAt }) => accepted('sms', [id], { createdAt: openedAt, acceptedAt: openedAt }));
  const days = countPrompt([['2026-11-22', 4, 2]], { incidents, deliveries }, { now: NOW, except: EXCEPT });
  expect(days).toHaveLength(31);
  expect(days.at(-1)).toEqual(['2026-11-22', 5, 3]);
});
