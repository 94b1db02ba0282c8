import { describe, expect, test } from 'vitest';
import type { Config } from '../../../lib/config/policy/define-config.ts';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { ClusterFacts, ElectableNodes } from '../../../lib/domain/facts/facts.ts';
import { HOUR } from '../../../lib/domain/time.ts';
import { inWords, NOW, once, UNREAD, watcher } from '../../support/facts.ts';

const check = 'redundancy';
const HOME = 'AWS US_EAST_1';
const ABROAD = 'AWS EU_WEST_1';
const UNPROTECTED = { terminationProtection: known(false, NOW) };

function nodes(...electable: readonly ElectableNodes[]): Partial<ClusterFacts> {
  return { electable: known(electable, NOW) };
}

function said(cluster: Partial<ClusterFacts>, config: Config = {}): string {
  return inWords(once({ cluster }, config).finding(check));
}

const TWO_REGIONS: Config = { redundancy: { regions: 2 } };

describe('redundancy', () => {
  test.for<[string, Partial<ClusterFacts>, string]>([
    ['three electable nodes and termination protection are fine', {}, 'ok'],
    ['two electable nodes are a warning', nodes({ [HOME]: 2 }), 'failing warning'],
    ['four electable nodes are fine', nodes({ [HOME]: 4 }), 'ok'],
    ['three electable nodes in two regions are fine', nodes({ [HOME]: 2, [ABROAD]: 1 }), 'ok'],
    ['no electable node at all is a warning', nodes({}), 'failing warning'],
    ['one shard with two electable nodes beside a whole one is a warning', nodes({ [HOME]: 3 }, { [HOME]: 2 }), 'failing warning'],
    ['no termination protection is an info', UNPROTECTED, 'failing info'],
    ['too few nodes and no termination protection are a warning', { ...nodes({ [HOME]: 2 }), ...UNPROTECTED }, 'failing warning'],
    ['nodes that Atlas does not say are unknown', { electable: UNREAD }, 'unknown'],
    ['protection that Atlas does not say is unknown', { terminationProtection: UNREAD }, 'unknown'],
    [
      'too few nodes are a warning while the protection is unknown',
      { ...nodes({ [HOME]: 2 }), terminationProtection: UNREAD },
      'failing warning',
    ],
    ['nodes that are unknown may be worse than a lack of protection', { ...UNPROTECTED, electable: UNREAD }, 'unknown'],
    ['a paused cluster is judged as well', { ...UNPROTECTED, paused: known(true, NOW) }, 'failing info'],
    ['a cluster of an hour is judged as well', { ...nodes({ [HOME]: 2 }), createdAt: known(NOW - HOUR, NOW) }, 'failing warning'],
    ['an exempt cluster is exempt', { ...UNPROTECTED, tags: { 'restorewatch-exempt': 'a sandbox' } }, 'exempt'],
    ['a flex cluster is exempt', { ...UNPROTECTED, kind: 'flex', schedule: known(null, NOW) }, 'exempt'],
    ['an M0 is not evaluated', { ...UNPROTECTED, kind: 'free' }, 'nothing'],
  ])('%s', ([, cluster, verdict]) => expect(said(cluster)).toBe(verdict));

  test.for<[string, Partial<ClusterFacts>, Config, string]>([
    ['one region where policy says two is an info', {}, TWO_REGIONS, 'failing info'],
    ['two regions where policy says two are fine', nodes({ [HOME]: 2, [ABROAD]: 1 }), TWO_REGIONS, 'ok'],
    ['regions of two providers count as two', nodes({ [HOME]: 2, 'GCP US_EAST_4': 1 }), TWO_REGIONS, 'ok'],
    ['three nodes where policy says five are a warning', {}, { redundancy: { nodes: 5 } }, 'failing warning'],
    [
      'a project that promises less is judged by its own policy',
      nodes({ [HOME]: 1 }),
      { projects: { shop: { redundancy: { nodes: 1 } } } },
      'ok',
    ],
    [
      'a cluster that promises more is judged by its own policy',
      {},
      { clusters: [{ cluster: 'orders', redundancy: { regions: 2 } }] },
      'failing info',
    ],
  ])('%s', ([, cluster, config, verdict]) => expect(said(cluster, config)).toBe(verdict));

  test('names each lack with what policy says, and counts it', () => {
    const finding = once({ cluster: { ...nodes({ [HOME]: 3 }, { [HOME]: 2 }), ...UNPROTECTED } }, TWO_REGIONS).finding(check);
    expect(finding?.summary).toBe(
      '2 electable nodes in a shard (policy: 3); electable nodes in 1 region in a shard (policy: 2); no termination protection',
    );
    expect(finding?.counted).toEqual(['nodes', 'regions', 'termination protection']);
    expect(finding?.evidence).toContainEqual(['shard 2', '2 in AWS US_EAST_1']);
  });

  test('an info that the first check found is noted as initial, so that it is part of the set-up; a later one is not', () => {
    expect(once({ cluster: UNPROTECTED }).memory.projects['p1']?.clusters['c1']?.verdicts[check]?.initial).toBe(true);
    const monitor = watcher();
    monitor.look();
    const later = monitor.look({ at: NOW + HOUR, cluster: UNPROTECTED });
    expect(later.memory.projects['p1']?.clusters['c1']?.verdicts[check]).toMatchObject({ verdict: 'failing' });
    expect(later.memory.projects['p1']?.clusters['c1']?.verdicts[check]?.initial).toBeUndefined();
  });
});
