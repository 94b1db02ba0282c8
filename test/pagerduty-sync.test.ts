import { describe, expect, test } from 'vitest';
import { beginProof } from '../lib/alert-proof.ts';
import type { PagerDutyState } from '../lib/alerts/channels/pagerduty-api.ts';
import type { PlanContext } from '../lib/alerts/plan.ts';
import type { Head } from '../lib/domain/head.ts';
import type { Delivery, Incident } from '../lib/domain/incident.ts';
import { HOUR, MINUTE } from '../lib/domain/time.ts';
import { endProof } from '../lib/incidents/proof.ts';
import { keysToCompare, putRight } from '../lib/pagerduty-sync.ts';
import { contextAt } from './support/context.ts';
import { NOW } from './support/facts.ts';
import { accepted, delivery, head, incident, resolved } from './support/incidents.ts';
import { acceptAll } from './support/rounds.ts';

const LATER = NOW + 3 * MINUTE;

function states(entries: Readonly<Record<string, PagerDutyState | null>>): ReadonlyMap<string, PagerDutyState | null> {
  return new Map(Object.entries(entries));
}

function telling(one: Incident, ...more: readonly Delivery[]): Head {
  return head({ incidents: [one], deliveries: [accepted('pagerduty', [one.id]), ...more] });
}

describe('PagerDuty is asked about', () => {
  test.for([
    ['what it accepted and is open', telling(incident('a')), LATER, ['a']],
    ['what it accepted and ended just now', telling(resolved('a')), LATER, ['a']],
    ['nothing that ended long ago', telling(resolved('a')), NOW + HOUR, []],
    ['what it accepted a moment ago, which somebody may have closed since', telling(incident('a')), NOW, ['a']],
    ['nothing that it has not accepted', head({ incidents: [incident('a')], deliveries: [delivery('pagerduty', ['a'])] }), LATER, []],
    ['nothing that only others were told of', head({ incidents: [incident('a')], deliveries: [accepted('slack', ['a'])] }), LATER, []],
  ] as const)('%s', ([, state, now, keys]) => expect(keysToCompare(state, now)).toEqual(keys));

  const ended = (changes: Partial<Delivery>): Head =>
    telling(resolved('a'), accepted('pagerduty', ['a'], { key: 'r', kind: 'resolve', root: 'trigger/pagerduty/0/a', ...changes }));
  const minutes = (count: number): number => NOW + count * MINUTE;
  test.for([
    ['20 min after it took the resolve', { acceptedAt: minutes(30) }, 50, []],
    ['a moment less after that, however long ago the end is', { acceptedAt: minutes(30) + 1 }, 50, ['a']],
    ['hours after the end, where it has not taken the resolve', { state: 'owed', acceptedAt: null, nextTryAt: NOW }, 240, ['a']],
    ['so where it refuses the resolve', { state: 'rejected', acceptedAt: null, nextTryAt: NOW }, 240, ['a']],
    ['and where it may have taken it', { state: 'unknown', acceptedAt: null, nextTryAt: NOW, ambiguous: true }, 240, ['a']],
  ] as const)('what has ended: %s', ([, resolve, after, keys]) => expect(keysToCompare(ended(resolve), minutes(after))).toEqual(keys));

  test.for([5, 10, 15, 20, 30, 60])('many: every one of them within two days, asked every %i min', (every) => {
    for (const count of [60, 100, 520, 530]) {
      const ids = Array.from({ length: count }, (_, index) => `i${index}`);
      const many = head({ incidents: ids.map((id) => incident(id)), deliveries: ids.map((id) => accepted('pagerduty', [id])) });
      const times = Array.from({ length: (2 * 24 * 60) / every }, (_, turn) => minutes(turn * every));
      expect(new Set(times.flatMap((now) => keysToCompare(many, now))).size).toBe(count);
    }
  });

  test('a bounded number of them at a time', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `i${index}`);
    expect(
      keysToCompare(head({ incidents: ids.map((id) => incident(id)), deliveries: ids.map((id) => accepted('pagerduty', [id])) }), LATER)
        .length,
    ).toBeLessThanOrEqual(50);
  });
});

test('in turn, none of many is left out', () => {
  const ids = Array.from({ length: 100 }, (_, index) => `i${index}`);
  const many = head({ incidents: ids.map((id) => incident(id)), deliveries: ids.map((id) => accepted('pagerduty', [id])) });
  const asked = [0, 1, 2].flatMap((turn) => keysToCompare(many, LATER + turn * 5 * MINUTE));
  expect(new Set(asked)).toEqual(new Set(ids));
});

test.for([
  ['made by a clock ten minutes ahead', NOW + 10 * MINUTE, 'open'],
  ['that is newer than clocks differ', NOW + 10 * MINUTE + 1, 'acknowledged'],
] as const)('what it shows of a page %s after an acknowledgement that ran out', ([, createdAt, state]) => {
  const trail = [{ by: 'dana', via: 'page', at: NOW, until: NOW + HOUR }] as const;
  const again = head({ incidents: [incident('a', { trail })], deliveries: [accepted('pagerduty', ['a'], { createdAt })] });
  expect(putRight(again, states({ a: 'acknowledged' }), contextAt(NOW + 2 * HOUR)).incidents).toMatchObject([{ state }]);
});

test('what came to PagerDuty by the escalation ladder is asked about, and an acknowledgement there is taken', () => {
  const climbed = head({ incidents: [incident('a')], deliveries: [accepted('pagerduty', ['a'], { kind: 'escalate', root: null })] });
  expect(keysToCompare(climbed, LATER)).toEqual(['a']);
  expect(putRight(climbed, states({ a: 'acknowledged' }), contextAt(LATER)).incidents).toMatchObject([{ state: 'acknowledged' }]);
  expect(putRight(climbed, states({ a: 'unknown' }), contextAt(LATER)).deliveries).toMatchObject([{ kind: 'trigger', state: 'owed' }]);
});

test('a page that PagerDuty lost is told again though somebody has acknowledged it, and so is that', () => {
  const taken = incident('a', { state: 'acknowledged', acknowledgement: { by: 'dana', via: 'page', at: NOW, until: NOW + 8 * HOUR } });
  const page = accepted('pagerduty', ['a'], { kind: 'escalate', root: null });
  const said = accepted('pagerduty', ['a'], { kind: 'acknowledge', key: 'said', root: page.key });
  const before = head({ incidents: [taken], deliveries: [page, said] });
  const { deliveries } = putRight(before, states({ a: 'unknown' }), contextAt(LATER));
  expect(deliveries.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['trigger owed', 'acknowledge owed']);
  expect(putRight(before, states({ a: 'acknowledged' }), contextAt(LATER))).toBe(before);
});

describe('where both agree, or PagerDuty did not answer, nothing changes', () => {
  test.for([
    [incident('a'), 'triggered'],
    [incident('a'), null],
    [resolved('a'), 'resolved'],
    [resolved('a'), 'closed'],
    [resolved('a'), 'unknown'],
    [resolved('a'), null],
  ] as const)('%#', ([one, state]) => {
    const before = telling(one, accepted('pagerduty', ['a'], { kind: 'resolve', root: 'trigger/pagerduty/0/a' }));
    expect(putRight(before, states({ a: state }), contextAt(LATER))).toBe(before);
  });
});

describe('where they do not', () => {
  test('what we hold open and PagerDuty does not know is told again under the same key', () => {
    const after = putRight(telling(incident('a')), states({ a: 'unknown' }), contextAt(LATER));
    expect(after.deliveries).toMatchObject([
      { key: 'trigger/pagerduty/0/a', kind: 'trigger', state: 'owed', createdAt: LATER, nextTryAt: LATER },
    ]);
    expect(after.deliveries).toHaveLength(1);
  });

  test.for(['triggered', 'acknowledged'] as const)('what has ended and is %s there is resolved again, never triggered', (state) => {
    const after = putRight(
      telling(resolved('a'), accepted('pagerduty', ['a'], { kind: 'resolve', root: 'trigger/pagerduty/0/a' })),
      states({ a: state }),
      contextAt(LATER),
    );
    expect(after.deliveries.filter((one) => one.state === 'owed').map(({ kind }) => kind)).toEqual(['resolve']);
  });

  test.for(['acknowledged', 'resolved'] as const)(
    'what somebody has %s there, and still fails, is acknowledged, and shows on the other channels',
    (state) => {
      const after = putRight(telling(incident('a'), accepted('slack', ['a'])), states({ a: state }), contextAt(LATER));
      expect(after.incidents[0]).toMatchObject({
        state: 'acknowledged',
        acknowledgement: { by: 'somebody at PagerDuty', via: 'pagerduty', at: LATER, until: LATER + 8 * HOUR },
      });
      expect(after.deliveries.filter(({ kind }) => kind === 'acknowledge').map(({ channel }) => channel)).toContain('slack');
    },
  );

  test('what no person resolved there is nobody’s: its key is used up, and reminders go on', () => {
    const before = telling(incident('a'), accepted('slack', ['a']));
    const after = putRight(before, states({ a: 'closed' }), contextAt(LATER));
    expect(after.incidents).toEqual(before.incidents);
    expect(after.deliveries).toEqual([{ ...before.deliveries[0], closedThere: true }, before.deliveries[1]]);
    expect(keysToCompare(after, LATER)).toEqual([]);
  });

  test('what somebody closed there a moment after it was sent is closed', () => {
    const after = putRight(telling(incident('a')), states({ a: 'resolved' }), contextAt(NOW + 1_000));
    expect([after.incidents[0]?.state, after.deliveries[0]?.closedThere]).toEqual(['acknowledged', true]);
  });

  test('what was sent a moment ago is left to settle', () => {
    const before = telling(incident('a'));
    expect(putRight(before, states({ a: 'unknown' }), contextAt(NOW + 2 * MINUTE))).toBe(before);
  });
});

test('an acknowledgement that has run out with us, and that PagerDuty goes on showing, is not taken again', () => {
  const old = { by: 'dana', via: 'page', at: NOW - 9 * HOUR, until: NOW - HOUR } as const;
  const page = accepted('pagerduty', ['a'], { createdAt: NOW - 10 * HOUR });
  const before = head({ incidents: [incident('a', { trail: [old], toldAt: NOW - HOUR })], deliveries: [page] });
  expect(putRight(before, states({ a: 'acknowledged' }), contextAt(LATER))).toBe(before);
});

describe('a proof of the alert path', () => {
  const page = accepted('pagerduty', ['a']);
  const proving = head({
    incidents: [incident('a'), incident('b')],
    deliveries: [page, accepted('slack', ['b'])],
    proof: { startedAt: NOW, endedAt: null, incidents: ['a', 'b'], verdict: 'running', detail: '', atPagerDuty: {} },
  });
  const shown = (before: Head, state: PagerDutyState | null, at = LATER): string | undefined =>
    putRight(before, states({ a: state }), contextAt(at)).proof?.atPagerDuty?.[page.key];
  const ended = (state: Head): readonly (string | undefined)[] => {
    const proof = endProof(state, NOW + 10 * MINUTE)?.proof;
    return [proof?.verdict, proof?.detail];
  };

  test.for(['triggered', 'acknowledged', 'resolved', 'closed'] as const)('is confirmed by PagerDuty showing it %s', (state) => {
    expect(shown(proving, state)).toBe('seen');
    expect(ended(putRight(proving, states({ a: state }), contextAt(LATER)))).toEqual(['passed', 'accepted by pagerduty, slack']);
  });

  test('is not confirmed, nor denied, by an answer that could not be read, and passes with those words', () => {
    expect(shown(proving, null)).toBeUndefined();
    expect(ended(proving)).toEqual(['passed', 'accepted by pagerduty, slack; PagerDuty’s API could not be asked about pagerduty']);
  });

  test('is denied once PagerDuty does not know what it accepted more than two minutes ago, unless it shows it later', () => {
    expect(shown(proving, 'unknown', NOW + 2 * MINUTE)).toBeUndefined();
    expect(shown(proving, 'unknown', NOW + 2 * MINUTE + 1)).toBe('missing');
    // It is told again under the same key, and accepted again.
    const denied = acceptAll(putRight(proving, states({ a: 'unknown' }), contextAt(LATER)), LATER);
    expect(ended(denied)).toEqual(['failed', 'accepted by pagerduty, slack, but PagerDuty’s API shows no such incident of pagerduty']);
    expect(shown(denied, 'triggered')).toBe('seen');
    const seen = putRight(proving, states({ a: 'triggered' }), contextAt(LATER));
    expect(shown(seen, 'unknown')).toBe('seen');
  });

  test('passes by what was accepted where no API token is set', () => {
    const proof = { startedAt: NOW, endedAt: null, incidents: ['a', 'b'], verdict: 'running', detail: '' } as const;
    expect(ended({ ...proving, proof })).toEqual(['passed', 'accepted by pagerduty, slack']);
  });

  describe('with teams', () => {
    const own = contextAt(NOW, {}, { pagerdutyAsked: true });
    const context: PlanContext = { ...own, roster: [...own.roster, { id: 'pagerduty', recipients: 1, team: 'payments' }] };
    const begun = beginProof(head(), context, 5);
    const told = acceptAll(begun, NOW);
    const after = (ofPayments: PagerDutyState): Head => {
      const keys = keysToCompare(told, LATER);
      expect(keys).toHaveLength(2);
      const answers = new Map(keys.map((key) => [key, key.includes('payments') ? ofPayments : ('triggered' as const)]));
      // What PagerDuty does not know is told again, and accepted again.
      return acceptAll(putRight(told, answers, { ...context, now: LATER }), LATER);
    };

    test('is confirmed only where every one of their pages is seen', () => {
      expect(endProof(after('triggered'), NOW + 10 * MINUTE)?.proof.verdict).toBe('passed');
      expect(endProof(after('unknown'), NOW + 10 * MINUTE)?.proof).toMatchObject({
        verdict: 'failed',
        detail: expect.stringMatching(/shows no such incident of pagerduty.*payments/),
      });
    });
  });

  describe('among many other open pages', () => {
    const others = Array.from({ length: 160 }, (_, index) => `x${index}`);
    const crowded = head({
      ...proving,
      incidents: [...others.map((id) => incident(id)), ...proving.incidents],
      deliveries: [...others.map((id) => accepted('pagerduty', [id])), ...proving.deliveries],
    });

    test.for([0, 1, 2, 3, 4])('its page is asked about each time and first (turn %i)', (turn) => {
      const keys = keysToCompare(crowded, LATER + turn * 5 * MINUTE);
      expect(keys[0]).toBe('a');
      expect(keys.length).toBeLessThanOrEqual(40);
    });

    test('and the others still in turn, none left out or asked twice', () => {
      const asked = [0, 1, 2, 3, 4].flatMap((turn) => keysToCompare(crowded, LATER + turn * 5 * MINUTE).slice(1));
      expect(asked.toSorted()).toEqual(others.toSorted());
    });

    test('with more teams than one request has keys, those come first that were not seen yet', () => {
      const many = others.slice(0, 60);
      const keys = (seen: number): readonly string[] =>
        keysToCompare(
          head({
            incidents: many.map((id) => incident(id)),
            deliveries: many.map((id) => accepted('pagerduty', [id])),
            proof: {
              startedAt: NOW,
              endedAt: null,
              incidents: many,
              verdict: 'running',
              detail: '',
              atPagerDuty: Object.fromEntries(many.slice(0, seen).map((id) => [accepted('pagerduty', [id]).key, 'seen' as const])),
            },
          }),
          LATER,
        );
      expect(new Set([...keys(0), ...keys(40)])).toEqual(new Set(many));
    });
  });
});
