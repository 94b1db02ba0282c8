import { expect, test } from 'vitest';
import { recordsAbout } from '../../../lib/domain/evidence/evidence-report.ts';
import { type ErasedFrom, erasureDetails } from '../../../lib/domain/recovery/erasure.ts';
import { NOW, record } from '../../record/samples.ts';

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
