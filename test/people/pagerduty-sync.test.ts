import { describe, expect, test } from 'vitest';
import { CHANNEL_TRAITS } from '../../lib/deliver/channels/registry.ts';
import { beginProof } from '../../lib/reconcile/alert-path-proof.ts';
import type { PagerDutyState } from '../../lib/deliver/channels/pagerduty/pagerduty-api.ts';
import type { RouteContext } from '../../lib/route/plan-deliveries.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { Delivery, Incident } from '../../lib/domain/incidents/incident.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { endProof } from '../../lib/reconcile/alert-path-findings.ts';
import { keysToAsk, withPagerDutyStates } from '../../lib/people/pagerduty-sync.ts';
import { contextAt } from '../support/context.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, head, incident, resolved } from '../support/incidents.ts';
import { acceptAll } from '../support/time-passing.ts';

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
    [
      'nothing that only other channels were notified of',
      head({ incidents: [incident('a')], deliveries: [accepted('slack', ['a'])] }),
      LATER,
      [],
    ],
  ] as const)('%s', ([, state, now, keys]) => expect(keysToAsk(state, now)).toEqual(keys));

  const ended = (changes: Partial<Delivery>): Head =>
    telling(resolved('a'), accepted('pagerduty', ['a'], { key: 'r', kind: 'resolve', root: 'trigger/pagerduty/0/a', ...changes }));
  const minutes = (count: number): number => NOW + count * MINUTE;
  test.for([
    ['20 min after it took the resolve', { acceptedAt: minutes(30) }, 50, []],
    ['a moment less after that, however long ago the end is', { acceptedAt: minutes(30) + 1 }, 50, ['a']],
    ['hours after the end, where it has not taken the resolve', { state: 'owed', acceptedAt: null, nextTryAt: NOW }, 240, ['a']],
    ['so where it refuses the resolve', { state: 'rejected', acceptedAt: null, nextTryAt: NOW }, 240, ['a']],
    ['and where it may have taken it', { state: 'unknown', acceptedAt: null, nextTryAt: NOW, ambiguous: true }, 240, ['a']],
  ] as const)('resolved incidents: %s', ([, resolve, after, keys]) => expect(keysToAsk(ended(resolve), minutes(after))).toEqual(keys));

  test.for([5, 10, 15, 20, 30, 60])('many: every one of them within two days, asked every %i min', (every) => {
    for (const count of [60, 100, 520, 530]) {
      const ids = Array.from({ length: count }, (_, index) => `i${index}`);
      const many = head({ incidents: ids.map((id) => incident(id)), deliveries: ids.map((id) => accepted('pagerduty', [id])) });
      const times = Array.from({ length: (2 * 24 * 60) / every }, (_, turn) => minutes(turn * every));
      expect(new Set(times.flatMap((now) => keysToAsk(many, now))).size).toBe(count);
    }
  });

  test('a bounded number of them at a time', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `i${index}`);
    expect(
      keysToAsk(head({ incidents: ids.map((id) => incident(id)), deliveries: ids.map((id) => accepted('pagerduty', [id])) }), LATER).length,
    ).toBeLessThanOrEqual(50);
  });
});

test('of many open pages each is asked about in turn, none is left out', () => {
  const ids = Array.from({ length: 100 }, (_, index) => `i${index}`);
  const many = head({ incidents: ids.map((id) => incident(id)), deliveries: ids.map((id) => accepted('pagerduty', [id])) });
  const asked = [0, 1, 2].flatMap((turn) => keysToAsk(many, LATER + turn * 5 * MINUTE));
  expect(new Set(asked)).toEqual(new Set(ids));
});

test.for([
  ['made by a clock ten minutes ahead', NOW + 10 * MINUTE, 'open'],
  ['that is newer than clocks differ', NOW + 10 * MINUTE + 1, 'acknowledged'],
] as const)('what PagerDuty shows of a page %s after an acknowledgement that expired', ([, createdAt, state]) => {
  const trail = [{ by: 'dana', via: 'page', at: NOW, until: NOW + HOUR }] as const;
  const again = head({ incidents: [incident('a', { trail })], deliveries: [accepted('pagerduty', ['a'], { createdAt })] });
  expect(withPagerDutyStates(again, states({ a: 'acknowledged' }), contextAt(NOW + 2 * HOUR)).incidents).toMatchObject([{ state }]);
});

test('a page that came to PagerDuty by escalation is asked about, and an acknowledgement there counts', () => {
  const climbed = head({ incidents: [incident('a')], deliveries: [accepted('pagerduty', ['a'], { kind: 'escalate', root: null })] });
  expect(keysToAsk(climbed, LATER)).toEqual(['a']);
  expect(withPagerDutyStates(climbed, states({ a: 'acknowledged' }), contextAt(LATER)).incidents).toMatchObject([
    { state: 'acknowledged' },
  ]);
  expect(withPagerDutyStates(climbed, states({ a: 'unknown' }), contextAt(LATER)).deliveries).toMatchObject([
    { kind: 'trigger', state: 'owed' },
  ]);
});

test('a page that PagerDuty lost is sent again although it is acknowledged, and so is the acknowledgement', () => {
  const taken = incident('a', { state: 'acknowledged', acknowledgement: { by: 'dana', via: 'page', at: NOW, until: NOW + 8 * HOUR } });
  const page = accepted('pagerduty', ['a'], { kind: 'escalate', root: null });
  const said = accepted('pagerduty', ['a'], { kind: 'acknowledge', key: 'said', root: page.key });
  const before = head({ incidents: [taken], deliveries: [page, said] });
  const { deliveries } = withPagerDutyStates(before, states({ a: 'unknown' }), contextAt(LATER));
  expect(deliveries.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['trigger owed', 'acknowledge owed']);
  expect(withPagerDutyStates(before, states({ a: 'acknowledged' }), contextAt(LATER))).toBe(before);
});

describe('the head stays the same if both agree, or PagerDuty did not answer', () => {
  test.for([
    [incident('a'), 'triggered'],
    [incident('a'), null],
    [resolved('a'), 'resolved'],
    [resolved('a'), 'closed'],
    [resolved('a'), 'unknown'],
    [resolved('a'), null],
  ] as const)('%#', ([one, state]) => {
    const before = telling(one, accepted('pagerduty', ['a'], { kind: 'resolve', root: 'trigger/pagerduty/0/a' }));
    expect(withPagerDutyStates(before, states({ a: state }), contextAt(LATER))).toBe(before);
  });
});

describe('if PagerDuty shows something else', () => {
  test('an open incident that PagerDuty does not know is sent again under the same key', () => {
    const after = withPagerDutyStates(telling(incident('a')), states({ a: 'unknown' }), contextAt(LATER));
    expect(after.deliveries).toMatchObject([
      { key: 'trigger/pagerduty/0/a', kind: 'trigger', state: 'owed', createdAt: LATER, nextTryAt: LATER },
    ]);
    expect(after.deliveries).toHaveLength(1);
  });

  test.for(['triggered', 'acknowledged'] as const)('a resolved incident that is %s there is resolved again, never triggered', (state) => {
    const after = withPagerDutyStates(
      telling(resolved('a'), accepted('pagerduty', ['a'], { kind: 'resolve', root: 'trigger/pagerduty/0/a' })),
      states({ a: state }),
      contextAt(LATER),
    );
    expect(after.deliveries.filter((one) => one.state === 'owed').map(({ kind }) => kind)).toEqual(['resolve']);
  });

  test.for(['acknowledged', 'resolved'] as const)(
    'what somebody has %s there, and still fails, is acknowledged, and shows on the other channels',
    (state) => {
      const after = withPagerDutyStates(telling(incident('a'), accepted('slack', ['a'])), states({ a: state }), contextAt(LATER));
      expect(after.incidents[0]).toMatchObject({
        state: 'acknowledged',
        acknowledgement: { by: 'somebody at PagerDuty', via: 'pagerduty', at: LATER, until: LATER + 8 * HOUR },
      });
      expect(after.deliveries.filter(({ kind }) => kind === 'acknowledge').map(({ channel }) => channel)).toContain('slack');
    },
  );

  test('an incident that no person resolved there is not acknowledged: its key is used up, and reminders go on', () => {
    const before = telling(incident('a'), accepted('slack', ['a']));
    const after = withPagerDutyStates(before, states({ a: 'closed' }), contextAt(LATER));
    expect(after.incidents).toEqual(before.incidents);
    expect(after.deliveries).toEqual([{ ...before.deliveries[0], closedAtPagerDuty: true }, before.deliveries[1]]);
    expect(keysToAsk(after, LATER)).toEqual([]);
  });

  test('an incident that somebody closed there a moment after it was sent is closed', () => {
    const after = withPagerDutyStates(telling(incident('a')), states({ a: 'resolved' }), contextAt(NOW + 1_000));
    expect([after.incidents[0]?.state, after.deliveries[0]?.closedAtPagerDuty]).toEqual(['acknowledged', true]);
  });

  test('a page that was sent a moment ago is not sent again yet', () => {
    const before = telling(incident('a'));
    expect(withPagerDutyStates(before, states({ a: 'unknown' }), contextAt(NOW + 2 * MINUTE))).toBe(before);
  });
});

test('an expired acknowledgement that PagerDuty still shows is not taken again', () => {
  const old = { by: 'dana', via: 'page', at: NOW - 9 * HOUR, until: NOW - HOUR } as const;
  const page = accepted('pagerduty', ['a'], { createdAt: NOW - 10 * HOUR });
  const before = head({ incidents: [incident('a', { trail: [old], notifiedAt: NOW - HOUR })], deliveries: [page] });
  expect(withPagerDutyStates(before, states({ a: 'acknowledged' }), contextAt(LATER))).toBe(before);
});

describe('a proof of the alert path', () => {
  const page = accepted('pagerduty', ['a']);
  const proving = head({
    incidents: [incident('a'), incident('b')],
    deliveries: [page, accepted('slack', ['b'])],
    proof: { startedAt: NOW, endedAt: null, incidents: ['a', 'b'], verdict: 'running', detail: '', atPagerDuty: {} },
  });
  const shown = (before: Head, state: PagerDutyState | null, at = LATER): string | undefined =>
    withPagerDutyStates(before, states({ a: state }), contextAt(at)).proof?.atPagerDuty?.[page.key];
  const ended = (state: Head): readonly (string | undefined)[] => {
    const proof = endProof(state, NOW + 10 * MINUTE, CHANNEL_TRAITS)?.proof;
    return [proof?.verdict, proof?.detail];
  };

  test.for(['triggered', 'acknowledged', 'resolved', 'closed'] as const)('is confirmed by PagerDuty showing it %s', (state) => {
    expect(shown(proving, state)).toBe('seen');
    expect(ended(withPagerDutyStates(proving, states({ a: state }), contextAt(LATER)))).toEqual(['passed', 'accepted by pagerduty, slack']);
  });

  test('is neither confirmed nor denied by an unreadable answer, and passes with words that say so', () => {
    expect(shown(proving, null)).toBeUndefined();
    expect(ended(proving)).toEqual(['passed', 'accepted by pagerduty, slack; PagerDuty’s API could not be asked about pagerduty']);
  });

  test('fails if PagerDuty does not know what it accepted more than two minutes ago, unless it shows it later', () => {
    expect(shown(proving, 'unknown', NOW + 2 * MINUTE)).toBeUndefined();
    expect(shown(proving, 'unknown', NOW + 2 * MINUTE + 1)).toBe('missing');
    // It is sent again under the same key, and accepted again.
    const denied = acceptAll(withPagerDutyStates(proving, states({ a: 'unknown' }), contextAt(LATER)), LATER);
    expect(ended(denied)).toEqual(['failed', 'accepted by pagerduty, slack, but PagerDuty’s API shows no such incident of pagerduty']);
    expect(shown(denied, 'triggered')).toBe('seen');
    const seen = withPagerDutyStates(proving, states({ a: 'triggered' }), contextAt(LATER));
    expect(shown(seen, 'unknown')).toBe('seen');
  });

  test('passes by acceptance alone if no API token is set', () => {
    const proof = { startedAt: NOW, endedAt: null, incidents: ['a', 'b'], verdict: 'running', detail: '' } as const;
    expect(ended({ ...proving, proof })).toEqual(['passed', 'accepted by pagerduty, slack']);
  });

  describe('with teams', () => {
    const own = contextAt(NOW, {}, { pagerdutyAsked: true });
    const context: RouteContext = { ...own, roster: [...own.roster, { id: 'pagerduty', recipients: 1, team: 'payments' }] };
    const begun = beginProof(head(), context, 5);
    const sent = acceptAll(begun, NOW);
    const after = (ofPayments: PagerDutyState): Head => {
      const keys = keysToAsk(sent, LATER);
      expect(keys).toHaveLength(2);
      const answers = new Map(keys.map((key) => [key, key.includes('payments') ? ofPayments : ('triggered' as const)]));
      // What PagerDuty does not know is sent again, and accepted again.
      return acceptAll(withPagerDutyStates(sent, answers, { ...context, now: LATER }), LATER);
    };

    test('is confirmed only where every one of their pages is seen', () => {
      expect(endProof(after('triggered'), NOW + 10 * MINUTE, CHANNEL_TRAITS)?.proof.verdict).toBe('passed');
      expect(endProof(after('unknown'), NOW + 10 * MINUTE, CHANNEL_TRAITS)?.proof).toMatchObject({
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

    test.for([0, 1, 2, 3, 4])('its page is asked about first, each time (turn %i)', (turn) => {
      const keys = keysToAsk(crowded, LATER + turn * 5 * MINUTE);
      expect(keys[0]).toBe('a');
      expect(keys.length).toBeLessThanOrEqual(40);
    });

    test('and the others still in turn, none left out or asked twice', () => {
      const asked = [0, 1, 2, 3, 4].flatMap((turn) => keysToAsk(crowded, LATER + turn * 5 * MINUTE).slice(1));
      expect(asked.toSorted()).toEqual(others.toSorted());
    });

    test('with more teams than one request has keys, pages that were not shown yet come first', () => {
      const many = others.slice(0, 60);
      const keys = (seen: number): readonly string[] =>
        keysToAsk(
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
