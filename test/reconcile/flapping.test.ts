import { resourceAt } from '../../lib/domain/incidents/channel-address.ts';
import { describe, expect, test } from 'vitest';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import { exempt, notKnown, ok } from '../../lib/domain/findings/finding.ts';
import type { Finding } from '../../lib/domain/findings/finding.ts';
import type { Incident, Transition } from '../../lib/domain/incidents/incident.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import { pruneHead } from '../../lib/domain/incidents/prune.ts';
import { DAY, type Duration, HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { reconcile } from '../../lib/reconcile/reconcile.ts';
import { NOW } from '../support/facts.ts';
import { bad, head, incident, resolved, resource } from '../support/incidents.ts';

const { flapping } = policyOf({}).general;
const wellAt = (clusterId?: string): Finding => ok({ check: 'backup-age', resource: resource(clusterId), summary: 'one hour old' });
const well = wellAt();

type Episode = { incidents: readonly Incident[]; kinds: Transition['kind'][] };

/** Runs every `apart`, failing at "x", well at "-", unknown at "?". */
function history(pattern: string, apart = 30 * MINUTE, last?: Finding): Episode {
  const state: Episode = { incidents: [], kinds: [] };
  const finding = { x: bad(), '-': well, '?': notKnown({ check: 'backup-age', resource: resource(), summary: '403' }) } as const;
  const step = (found: Finding, now: Instant, revision: number): void => {
    const { incidents, transitions } = reconcile(state.incidents, [found], { now, revision, projectIds: null, flapping });
    state.incidents = incidents;
    state.kinds.push(...transitions.map(({ kind }) => kind));
  };
  pattern
    .split('')
    .forEach((sign, index) => step(sign === 'x' ? finding.x : sign === '-' ? finding['-'] : finding['?'], NOW + index * apart, index));
  if (last) step(last, NOW + pattern.length * apart, pattern.length);
  return state;
}

describe('an incident that opens and resolves again and again', () => {
  test('up to four times in a day resolves each time', () =>
    expect(history('x-x-x-x-').kinds.filter((kind) => kind === 'resolved')).toHaveLength(4));

  test('a fifth time in a day is held open and says so', () => {
    const { incidents, kinds } = history('x-x-x-x-x-');
    expect(kinds.filter((kind) => kind === 'resolved')).toHaveLength(4);
    expect(incidents.at(-1)).toMatchObject({
      state: 'open',
      summary: 'old (flapping: 5 episodes in 24 h; held open until it was well for 2 h)',
    });
  });

  test('opens no other incident while it is held open', () => {
    const { kinds } = history('x-x-x-x-x-x-x-x-');
    expect(kinds.filter((kind) => kind === 'opened')).toHaveLength(5);
  });

  test.for([
    ['x-x-x-x-x----', 'open'],
    ['x-x-x-x-x-----', 'resolved'],
    ['x-x-x-x-x---x----', 'open'],
    ['x-x-x-x-x---x-----', 'resolved'],
  ] as const)('%s in half hours is %s: it resolves after two hours without a fault', ([pattern, state]) =>
    expect(history(pattern).incidents.at(-1)?.state).toBe(state),
  );

  test('is not well while it cannot be read', () => expect(history('x-x-x-x-x-????-').incidents.at(-1)?.state).toBe('open'));

  test('more slowly than the window resolves each time', () =>
    expect(history('x-x-x-x-x-x-', 5 * HOUR).kinds.filter((kind) => kind === 'resolved')).toHaveLength(6));

  test('resolves at once if nothing is promised any more', () =>
    expect(
      history('x-x-x-x-x', 30 * MINUTE, exempt({ check: 'backup-age', resource: resource(), summary: 'paused' })).incidents.at(-1),
    ).toMatchObject({ state: 'resolved', resolution: 'paused' }));

  test('gives one flapping transition, however long it goes on', () =>
    expect(
      history('x-x-x-x-x---')
        .incidents.at(-1)
        ?.summary.match(/flapping/g),
    ).toHaveLength(1));

  test('does not hold the incident of another cluster open', () => {
    const { incidents } = history('x-x-x-x-');
    const other = reconcile(incidents, [bad({ resource: resource('c2') })], {
      now: NOW + 5 * HOUR,
      revision: 90,
      projectIds: null,
      flapping,
    }).incidents;
    const ended = reconcile(other, [wellAt('c2')], {
      now: NOW + 6 * HOUR,
      revision: 91,
      projectIds: null,
      flapping,
    }).incidents;
    expect(ended.at(-1)?.state).toBe('resolved');
  });
});

describe('a flapping incident', () => {
  test('gives one flapping transition, when it begins to be held open', () => {
    expect(history('x-x-x-x-x-').kinds.at(-1)).toBe('flapping');
    expect(history('x-x-x-x-x---x--x-').kinds.filter((kind) => kind === 'flapping')).toHaveLength(1);
  });

  test('still says so when it fails again, whatever its finding says then', () => {
    const [last] = history('x-x-x-x-x-', 30 * MINUTE, bad({ summary: 'older' })).incidents.slice(-1);
    expect(last).toMatchObject({ state: 'open', summary: 'older (flapping: 5 episodes in 24 h; held open until it was well for 2 h)' });
    expect(last?.steadySince).toBeUndefined();
  });

  test('is held open until it was well for long enough, even if earlier episodes have left the window', () => {
    const { incidents } = history('x-x-x-x-x-');
    const failing = reconcile(incidents, [bad()], { now: NOW + 20 * HOUR, revision: 90, projectIds: null, flapping }).incidents;
    const first = reconcile(failing, [well], { now: NOW + 40 * HOUR, revision: 91, projectIds: null, flapping });
    expect([first.incidents.at(-1)?.state, first.transitions]).toEqual(['open', []]);
    const last = reconcile(first.incidents, [well], { now: NOW + 42 * HOUR, revision: 92, projectIds: null, flapping });
    expect(last.incidents.at(-1)?.state).toBe('resolved');
  });
});

describe('a flapping incident that is well', () => {
  const held = incident('a', { flapping: ' (flapping)', steadySince: NOW });
  const aboutChannel = { check: 'monitor', resource: resourceAt('sms') } as const;
  const after = (one: Incident, partial: boolean): Instant | undefined =>
    reconcile([one], [], { now: NOW + HOUR, revision: 1, projectIds: null, flapping, ...(partial && { partial: true }) }).incidents[0]
      ?.steadySince;

  test.for<[string, Incident, boolean, Instant | undefined]>([
    ['is not, where all findings are there and none is its', held, false, undefined],
    ['stays so, where only some findings are there', held, true, NOW],
    ['stays so, where it is about a channel, of which no check says anything', { ...held, ...aboutChannel }, false, NOW],
  ])('%s', ([, one, partial, since]) => expect(after(one, partial)).toBe(since));
});

describe('in a window of a week', () => {
  const week = { episodes: 2, within: 7 * DAY, steady: 2 * HOUR };

  /** One episode every so often, each an hour long; what has ended leaves the head after a day, as it does in truth. */
  function episodes(count: number, apart: Duration): Head {
    let state = head();
    for (let index = 0; index < count; index += 1) {
      for (const [after, finding] of [
        [0, bad()],
        [HOUR, well],
      ] as const) {
        const now = NOW + index * apart + after;
        const context = { now, revision: index * 2, projectIds: null, flapping: week, ...(state.endings && { endings: state.endings }) };
        state = pruneHead({ ...state, incidents: reconcile(state.incidents, [finding], context).incidents }, now, new Set(), week.within);
      }
    }
    return state;
  }

  test.for([
    [2, 2 * DAY, 'resolved'],
    [3, 2 * DAY, 'open'],
    [9, 4 * DAY, 'resolved'],
  ] as const)('the last of %i episodes %i ms apart is %s', ([count, apart, state]) =>
    expect(episodes(count, apart).incidents.at(-1)?.state).toBe(state),
  );

  test('keeps only the ends of incidents that have left the head, and no longer than the window', () => {
    expect(episodes(3, 2 * DAY).endings).toEqual({ 'backup-age|p1|c1|': [NOW + HOUR, NOW + 2 * DAY + HOUR] });
    expect(pruneHead(episodes(3, 2 * DAY), NOW + 9 * DAY + HOUR, new Set(), week.within).endings).toEqual({});
  });

  test('which nobody asked for, nothing is kept', () =>
    expect(pruneHead(head({ incidents: [resolved('a')] }), NOW + 3 * DAY, new Set()).endings).toEqual({}));
});
