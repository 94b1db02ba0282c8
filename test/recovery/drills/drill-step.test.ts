import { describe, expect, test } from 'vitest';
import type { Drill } from '../../../lib/domain/recovery/drill.ts';
import { emptyHead } from '../../../lib/domain/incidents/head.ts';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { activeDrills, beginDrill } from '../../../lib/recovery/state/drills-in-head.ts';
import { overtaken } from '../../../lib/recovery/drills/drill-step.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

function drill(changes: Partial<Drill>): Drill {
  const target = { project: 'shop', cluster: 'sandbox', uri: null };
  const scenario = changes.scenario ?? 'corruption';
  const [made] = activeDrills(beginDrill(emptyHead(NOW), { id: 'd', scenario, plan: null, by: 'Ada', targetName: target, now: NOW }));
  if (!made) throw new Error('nothing was begun');
  return { ...made, since: NOW, ...changes };
}

describe('a phase that makes no end', () => {
  test.for([
    ['prepare', 30 * MINUTE, 'clean'],
    ['request', HOUR, 'clean'],
    ['restore', 12 * HOUR, 'clean'],
    ['compare', HOUR, 'clean'],
  ] as const)('%s: is in time a millisecond before its limit; at the limit the drill could not be verified', ([phase, limit, next]) => {
    expect(overtaken(drill({ phase }), NOW + limit - 1)).toBeNull();
    const outcome = overtaken(drill({ phase, troubles: { count: 2, last: 'no answer' } }), NOW + limit);
    expect(outcome).toMatchObject({
      kind: 'moved',
      next: { phase: next, verdict: 'could-not-verify', why: expect.stringContaining('no answer') },
    });
  });

  test('still ends an outage that was asked for', () => {
    const late = overtaken(drill({ scenario: 'region-outage', phase: 'observe', marks: { outageAsked: NOW } }), NOW + HOUR);
    expect(late).toMatchObject({ kind: 'moved', next: { phase: 'end', verdict: 'could-not-verify' } });
  });

  test('has no limit where it ends an outage, and fails the drill where the region does not come back', () => {
    const marks = { outageAsked: NOW, simulating: NOW, endAsked: NOW };
    expect(overtaken(drill({ scenario: 'region-outage', phase: 'end', marks }), NOW + 1_000 * HOUR)).toBeNull();
    expect(overtaken(drill({ scenario: 'region-outage', phase: 'recover', marks }), NOW + 2 * HOUR - 1)).toBeNull();
    const late = overtaken(drill({ scenario: 'region-outage', phase: 'recover', marks }), NOW + 2 * HOUR);
    // It is not forgotten: the outage may be open still.
    expect(late).toMatchObject({
      kind: 'moved',
      next: { phase: 'recover', verdict: 'failed', why: expect.stringContaining('see in Atlas') },
    });
    expect(late && 'next' in late && overtaken(late.next, NOW + 3 * HOUR)).toBeNull();
  });

  test('keeps its clock where the end of an outage is asked for again', () => {
    const asked = drill({
      scenario: 'region-outage',
      phase: 'recover',
      marks: { outageAsked: NOW, endAsked: NOW },
      since: NOW + 2 * HOUR - MINUTE,
    });
    expect(overtaken(asked, NOW + 2 * HOUR - 1)).toBeNull();
    expect(overtaken(asked, NOW + 2 * HOUR)).toMatchObject({ next: { verdict: 'failed' } });
  });

  test('keeps the verdict where it is the clean-up', () => {
    const late = overtaken(drill({ phase: 'clean', verdict: 'passed' }), NOW + 30 * MINUTE);
    expect(late).toMatchObject({ kind: 'ended', next: { verdict: 'passed', why: expect.stringContaining('clean') } });
  });

  test('does not exist for a tabletop, which waits for people', () => {
    expect(overtaken(drill({ scenario: 'breach', phase: 'steps' }), NOW + 1_000 * HOUR)).toBeNull();
  });
});

describe('a drill that a person stops', () => {
  const stopped = (changes: Partial<Drill>) => overtaken(drill({ ...changes, interrupted: true }), NOW);
  test.for([
    ['before anything is done', { phase: 'prepare' }, 'clean'],
    ['with documents planted', { phase: 'damage', marks: { planted: NOW } }, 'clean'],
    ['damaged, and no restore asked for', { phase: 'request' }, 'clean'],
    ['while a region is away', { scenario: 'region-outage', phase: 'observe', marks: { outageAsked: NOW } }, 'end'],
    ['while the outage is asked for', { scenario: 'region-outage', phase: 'start', marks: { outageAsked: NOW } }, 'end'],
  ] as const)('%s goes on with “$2”', ([, changes, phase]) => {
    expect(stopped(changes)).toMatchObject({ kind: 'moved', next: { phase, verdict: 'could-not-verify', why: 'interrupted by hand' } });
  });

  test.for([
    ['a restore that may have been asked for', { phase: 'request', intent: { phase: 'request', owner: 'x', at: NOW } }],
    ['a restore under way', { phase: 'restore', jobId: 'j' }],
    ['an outage that is being ended', { scenario: 'region-outage', phase: 'end' }],
    ['the verdict is known', { phase: 'clean', verdict: 'passed' }],
  ] as const)('%s: goes on', ([, changes]) => {
    expect(stopped(changes)).toBeNull();
  });
});
