import { expect, test } from 'vitest';
import { errorOf } from '../harness.ts';
import { placeOf, startRecovery } from './recovery-harness.ts';

const LISTED = { indexID: '32b6e34b3d91647abb20e7b8', database: 'shop', collectionName: 'orders.old', name: 'by-text', queryable: true };

test('search indexes are read with their namespace, and what Atlas leaves out is unknown or not so', async () => {
  const { recovery, deadline, source, project, atlas } = await startRecovery();
  const cluster = project.clusters.find(({ name }) => name === source.name);
  if (cluster)
    atlas.recovery.searchIndexes?.set(cluster, [
      { ...LISTED, type: 'vectorSearch', status: 'STALE' },
      { ...LISTED, queryable: undefined },
    ]);
  expect(await recovery.searchIndexes(source, deadline)).toEqual([
    { namespace: 'shop.orders.old', name: 'by-text', type: 'vectorSearch', status: 'STALE', queryable: true },
    { namespace: 'shop.orders.old', name: 'by-text', type: 'search', status: 'unknown', queryable: false },
  ]);
});

test('without the role search indexes are not watched, which is another thing than none', async () => {
  const { recovery, deadline, source, atlas } = await startRecovery();
  expect(await recovery.searchIndexes(source, deadline)).toEqual([]);
  atlas.recovery.searchIndexes = null;
  expect(await recovery.searchIndexes(source, deadline)).toBeNull();
});

test('an address that is not on the access list, a cluster that is gone, and a 404 that is not Atlas’s are no missing role', async () => {
  const { recovery, deadline, source, atlas, project } = await startRecovery();
  const gone = { ...placeOf(project, project.addCluster('x')), name: 'y' };
  expect((await errorOf(recovery.searchIndexes(gone, deadline))).code).toBe('CLUSTER_NOT_FOUND');
  const body = {
    error: 403,
    errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST',
    reason: 'Forbidden',
    detail: 'IP address 203.0.113.7 is not allowed.',
    parameters: [],
  };
  atlas.fault(/search\/indexes/, { kind: 'status', status: 403, body });
  expect((await errorOf(recovery.searchIndexes(source, deadline))).code).toBe('IP_ADDRESS_NOT_ON_ACCESS_LIST');
  atlas.heal();
  atlas.fault(/search\/indexes/, { kind: 'html', status: 404 });
  expect((await errorOf(recovery.searchIndexes(source, deadline))).status).toBe(404);
});

test.for([
  ['is no list', { results: [] }, 'listSearchIndexes orders: 200 (answered something that is not a JSON list)'],
  ['has an index without a name', [{ database: 'shop' }], 'listSearchIndexes orders: answered search indexes without usable names'],
] as const)('an answer that %s is refused', async ([, body, words]) => {
  const { recovery, deadline, source, atlas } = await startRecovery();
  atlas.fault(/search\/indexes/, { kind: 'status', status: 200, body });
  expect((await errorOf(recovery.searchIndexes(source, deadline))).message).toBe(words);
});
