import { expect, test } from 'vitest';
import { incidentsAbout, recordsAbout } from '../../../lib/domain/evidence/evidence-report.ts';
import { type ErasedFrom, erasureDetails } from '../../../lib/domain/recovery/erasure.ts';
import { NOW, record } from '../../record/samples.ts';
import { incident } from '../../support/incidents.ts';

const ORDERS: ErasedFrom = { project: 'shop', projectId: 'p', cluster: 'orders', clusterId: 'c-1' };
const erasure = { reference: 'PRIV-1', erasedAt: NOW, by: 'dana', clusters: [ORDERS], namespaces: [], leaves: '' };
const RECORDS = [
  record('registered', NOW, { kind: 'erasure', subject: 'PRIV-1', details: erasureDetails(erasure) }),
  record('again', NOW, { kind: 'erasure', subject: 'PRIV-1', details: { action: 'confirmed', reference: 'PRIV-1', restore: 'r' } }),
  record('elsewhere', NOW, { kind: 'erasure', subject: 'PRIV-2', details: { action: 'confirmed', reference: 'PRIV-2', restore: 'r' } }),
];

test.for(['orders', 'c-1'])(
  'the records about the cluster %s have the erasures from it, though they are named by their tickets',
  (cluster) => {
    expect(recordsAbout(RECORDS, cluster, []).map(({ id }) => id)).toEqual(['registered', 'again']);
  },
);

test('an erasure from another cluster is not about this one', () => {
  expect(recordsAbout(RECORDS, 'order', [])).toEqual([]);
});

test.for([
  ['by its name', 'shop', ['of the cluster']],
  ['by its id', 'c-1', ['of the cluster']],
  ['of all', null, ['of the cluster', 'of the project', 'of all']],
] as const)('the incidents of a cluster, %s, are not those of the project that has its name', ([, cluster, expected]) => {
  const resource = { projectId: 'p', projectName: 'shop', clusterId: 'c-1', name: 'shop' };
  const all = [
    incident('of the cluster', { resource }),
    incident('of the project', { resource: { ...resource, clusterId: null } }),
    incident('of all', { resource: { projectId: null, projectName: null, clusterId: null, name: 'the Atlas organisation' } }),
  ];
  expect(incidentsAbout(all, cluster).map(({ id }) => id)).toEqual(expected);
});
