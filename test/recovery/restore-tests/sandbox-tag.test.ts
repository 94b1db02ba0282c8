import { expect, test } from 'vitest';
import type { LiveCluster } from '../../../lib/domain/recovery/atlas-recovery.ts';
import { sandboxTagRefusal } from '../../../lib/recovery/restore-tests/sandbox-tag.ts';
import { NOW } from '../../support/facts.ts';
import { sandbox } from '../../support/recovery.ts';

const TARGETS = [
  { project: 'drills', cluster: 'other' },
  { project: 'drills', cluster: 'sandbox' },
];
const OTHER = sandbox({ name: 'other', hosts: ['other.example.net'] });

function refusal(clusters: readonly LiveCluster[], hosts: readonly string[] = ['sandbox.example.net:27017']): Promise<string | null> {
  const findCluster = async (_: string, name: string): Promise<LiveCluster | null> => clusters.find((one) => one.name === name) ?? null;
  return sandboxTagRefusal({ atlas: { findCluster }, targets: TARGETS, hosts, deadline: NOW });
}

test('a sandbox in Atlas may be restored into by its address where it carries the tag', async () => {
  expect(await refusal([OTHER, sandbox()])).toBeNull();
});

test.for([
  ['without the tag', [sandbox({ tags: {} })], 'the target sandbox (project drills) does not carry the tag restorewatch=sandbox in Atlas'],
  ['with the tag on another cluster alone', [OTHER, sandbox({ tags: { restorewatch: 'no' } })], 'does not carry the tag'],
  [
    'that no target of the configuration is',
    [OTHER],
    'leads to no target of restoreTests or drills in restorewatch.config.ts; name the cluster there',
  ],
] as const)('a sandbox in Atlas is refused %s', async ([, clusters, words]) => {
  expect(await refusal(clusters)).toContain(words);
});

test('a sandbox in Atlas is refused where one of several hosts is another cluster’s', async () => {
  expect(await refusal([sandbox(), OTHER], ['sandbox.example.net', 'orders.example.net'])).toContain('leads to no target');
});

test('a sandbox in Atlas is refused where Atlas does not answer', async () => {
  const atlas = { findCluster: (): Promise<never> => Promise.reject(new Error('mongodb://ann:s3cret@h')) };
  const why = await sandboxTagRefusal({ atlas, targets: TARGETS, hosts: ['sandbox.example.net'], deadline: NOW });
  expect(why).toBe('whether the target carries its tag in Atlas cannot be told: unexpected Error');
});
