import { describe, expect, test } from 'vitest';
import { policyOf } from '../../lib/config/policy.ts';
import { exempt, notKnown, ok } from '../../lib/domain/finding.ts';
import type { Finding } from '../../lib/domain/finding.ts';
import type { Incident, Transition } from '../../lib/domain/incident.ts';
import { HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { reconcile } from '../../lib/incidents/reconcile.ts';
import { NOW } from '../support/facts.ts';
import { bad, resource } from '../support/incidents.ts';

const { flapping } = policyOf({}).general;
const well = ok({ check: 'backup-age', resource: resource(), summary: 'one hour old' });

type Episode = { incidents: readonly Incident[]; told: Transition['kind'][] };

/** Runs every `apart`, failing at "x", well at "-", unknown at "?". */
function history(pattern: string, apart = 30 * MINUTE, last?: Finding): Episode {
  const state: Episode = { incidents: [], told: [] };
  const finding = { x: bad(), '-': well, '?': notKnown({ check: 'backup-age', resource: resource(), summary: '403' }) } as const;
  const step = (found: Finding, now: Instant, revision: number): void => {
    const { incidents, transitions } = reconcile(state.incidents, [found], { now, revision, projectIds: null, flapping });
    state.incidents = incidents;
    state.told.push(...transitions.map(({ kind }) => kind));
  };
  pattern
    .split('')
    .forEach((sign, index) => step(sign === 'x' ? finding.x : sign === '-' ? finding['-'] : finding['?'], NOW + index * apart, index));
  if (last) step(last, NOW + pattern.length * apart, pattern.length);
  return state;
}

describe('what opens and resolves again and again', () => {
  test('up to four times in a day ends each time', () =>
    expect(history('x-x-x-x-').told.filter((kind) => kind === 'resolved')).toHaveLength(4));

  test('a fifth time is held open and says so', () => {
    const { incidents, told } = history('x-x-x-x-x-');
    expect(told.filter((kind) => kind === 'resolved')).toHaveLength(4);
    expect(incidents.at(-1)).toMatchObject({
      state: 'open',
      summary: 'old (flapping: 5 episodes in 1 d; held open until it was well for 2 h)',
    });
  });

  test('opens nothing more while it is held', () => {
    const { told } = history('x-x-x-x-x-x-x-x-');
    expect(told.filter((kind) => kind === 'opened')).toHaveLength(5);
  });

  test.for([
    ['x-x-x-x-x----', 'open'],
    ['x-x-x-x-x-----', 'resolved'],
    ['x-x-x-x-x---x----', 'open'],
    ['x-x-x-x-x---x-----', 'resolved'],
  ] as const)('%s in half hours is %s: it ends once it was well for two hours on end', ([pattern, state]) =>
    expect(history(pattern).incidents.at(-1)?.state).toBe(state),
  );

  test('is not well while it cannot be read', () => expect(history('x-x-x-x-x-????-').incidents.at(-1)?.state).toBe('open'));

  test('more slowly than the window ends each time', () =>
    expect(history('x-x-x-x-x-x-', 5 * HOUR).told.filter((kind) => kind === 'resolved')).toHaveLength(6));

  test('ends at once where nothing is promised any more', () =>
    expect(
      history('x-x-x-x-x', 30 * MINUTE, exempt({ check: 'backup-age', resource: resource(), summary: 'paused' })).incidents.at(-1),
    ).toMatchObject({ state: 'resolved', resolution: 'paused' }));

  test('says so once, however long it goes on', () =>
    expect(
      history('x-x-x-x-x---')
        .incidents.at(-1)
        ?.summary.match(/flapping/g),
    ).toHaveLength(1));

  test('does not hold another cluster', () => {
    const { incidents } = history('x-x-x-x-');
    const other = reconcile(incidents, [bad({ resource: resource('c2') })], {
      now: NOW + 5 * HOUR,
      revision: 90,
      projectIds: null,
      flapping,
    }).incidents;
    const ended = reconcile(other, [{ ...well, resource: resource('c2') }], {
      now: NOW + 6 * HOUR,
      revision: 91,
      projectIds: null,
      flapping,
    }).incidents;
    expect(ended.at(-1)?.state).toBe('resolved');
  });
});
