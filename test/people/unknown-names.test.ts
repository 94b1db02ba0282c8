import { expect, test } from 'vitest';
import { unknownNames } from '../../lib/people/unknown-names.ts';
import { emptyHead } from '../../lib/domain/incidents/head.ts';
import { check } from '../../lib/run/check.ts';
import { incident, resource } from '../support/incidents.ts';
import { scene } from '../support/people.ts';

test('a cluster that is in another project only is refused with that project’s name', async () => {
  const { at } = await scene();
  await check(at.ports);
  const { head } = await at.store.readHead();
  const there = { ...resource(), projectId: 'p2', projectName: 'billing', clusterId: 'c9', name: 'users' };
  const seen = { ...(head ?? emptyHead(0)), incidents: [incident('i1', { resource: there })] };
  expect(await unknownNames(at.store, seen, { project: 'shop', cluster: 'users' })).toEqual([
    'cluster "users": there is none in shop; there is one in billing',
  ]);
  expect(await unknownNames(at.store, seen, { project: 'billing', cluster: 'users' })).toEqual([]);
});
