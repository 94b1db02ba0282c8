import { describe, expect, test } from 'vitest';
import type { PagerDutyState } from '../lib/alerts/channels/pagerduty-api.ts';
import type { Head } from '../lib/domain/head.ts';
import type { Delivery, Incident } from '../lib/domain/incident.ts';
import { HOUR, MINUTE } from '../lib/domain/time.ts';
import { endProof } from '../lib/incidents/proof.ts';
import { keysToCompare, putRight } from '../lib/pagerduty-sync.ts';
import { contextAt } from './support/context.ts';
import { NOW } from './support/facts.ts';
import { accepted, delivery, head, incident, resolved } from './support/incidents.ts';

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

test('what came to PagerDuty by the escalation ladder is asked about, and an acknowledgement there is taken', () => {
  const climbed = head({ incidents: [incident('a')], deliveries: [accepted('pagerduty', ['a'], { kind: 'escalate', root: null })] });
  expect(keysToCompare(climbed, LATER)).toEqual(['a']);
  expect(putRight(climbed, states({ a: 'acknowledged' }), contextAt(LATER)).incidents).toMatchObject([{ state: 'acknowledged' }]);
  expect(putRight(climbed, states({ a: 'unknown' }), contextAt(LATER)).deliveries).toMatchObject([{ kind: 'escalate', state: 'owed' }]);
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
    expect(after.deliveries).toMatchObject([{ key: 'trigger/pagerduty/0/a', kind: 'trigger', state: 'owed', nextTryAt: LATER }]);
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
  const running = { startedAt: NOW, endedAt: null, incidents: ['a', 'b'], verdict: 'running', detail: '', seenAtPagerDuty: false } as const;
  const proving = head({
    incidents: [incident('a'), incident('b')],
    deliveries: [accepted('pagerduty', ['a']), accepted('slack', ['b'])],
    proof: running,
  });
  const seen = (state: PagerDutyState | null): boolean | undefined =>
    putRight(proving, states({ a: state }), contextAt(LATER)).proof?.seenAtPagerDuty;

  test.for(['triggered', 'acknowledged', 'resolved', 'closed'] as const)('is confirmed by PagerDuty showing it %s', (state) =>
    expect(seen(state)).toBe(true),
  );
  test('is not confirmed by an answer that could not be read', () => expect(seen(null)).toBe(false));
  test.for([
    [true, 'passed'],
    [false, 'failed'],
    [undefined, 'passed'],
  ] as const)('seen %s, accepted everywhere: it has %s', ([confirmed, verdict]) => {
    const { seenAtPagerDuty: _seen, ...unasked } = running;
    const state = { ...proving, proof: { ...unasked, ...(confirmed !== undefined && { seenAtPagerDuty: confirmed }) } };
    expect(endProof(state, NOW + 10 * MINUTE)?.proof.verdict).toBe(verdict);
  });
});
