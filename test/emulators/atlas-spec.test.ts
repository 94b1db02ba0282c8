import type { ValidateFunction } from 'ajv';
import { expect, test } from 'vitest';
import { type Operation, OPERATIONS } from '../../lib/collect/client/operations.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { describeWith } from '../support/services.ts';
import { collectFrom, startHarness, type Harness } from '../collect/harness.ts';
import { openapi } from '../support/openapi.ts';
import type { AtlasAnswer, AtlasRequest } from './atlas-http.ts';
import { ORGANISATION } from './atlas-json.ts';

/** A validator for every operation's 200 in the version that we ask for, by the path as the specification writes it. */
function validators(shared: string): ReadonlyMap<string, ValidateFunction> {
  const held = openapi(shared);
  return new Map(
    Object.entries<Operation>(OPERATIONS).flatMap(([name, operation]) => {
      const { answer } = held(name, operation);
      return answer === null ? [] : [[name, answer] as const];
    }),
  );
}

function operationOf(path: string): string {
  const found = Object.entries(OPERATIONS).find(([, operation]) =>
    new RegExp(`^/api/atlas/v2${operation.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  return found?.[0] ?? 'none';
}

/** A project with every kind of cluster and every state that the model knows. */
function furnish({ atlas }: Harness): void {
  const project = atlas.addProject('shop');
  const orders = project.addCluster('orders', { tags: { team: 'shop' } });
  for (const kind of ['sharded', 'flex', 'free'] as const) project.addCluster(kind, { kind });
  project.addCluster('young', { age: HOUR });
  project.addCluster('paused', { paused: true });
  project.addCluster('off', { backup: false, pit: false });
  atlas.failSnapshot(orders);
  atlas.resize(orders, 0.4);
  atlas.oplogBehind(orders, HOUR);
  atlas.caughtUp(orders);
  atlas.remove(project.addCluster('doomed'), { byUser: 'ann@example.com' });
  project.key = { provider: 'awsKms', valid: true };
  project.isOwned = true;
  project.complianceDays = 30;
  project.addAlert('CPS_OPLOG_BEHIND', HOUR);
  project.addEvent('CPS_OPLOG_BEHIND', HOUR, { hiddenCluster: 'orders' });
  project.alertConfigs.push({ type: 'CPS_OPLOG_BEHIND', enabled: true, threshold: 1, units: 'HOURS' });
}

describeWith('shared', "the emulator's answers against MongoDB's own specification", (shared) => {
  test('every answer fits the specification, at each step of a snapshot', async () => {
    const known = validators(shared);
    const harness = await startHarness();
    furnish(harness);
    const wrong: string[] = [];
    const seen = new Set<string>();
    const check = (answer: AtlasAnswer, { path }: AtlasRequest): AtlasAnswer => {
      const name = operationOf(path);
      const validate = known.get(name);
      seen.add(`${name} ${answer.status}`);
      // As it goes over the wire, where what is undefined is not there.
      if (answer.status === 200 && validate?.(JSON.parse(JSON.stringify(answer.body))) !== true)
        wrong.push(`${path}: ${JSON.stringify(validate?.errors?.slice(0, 3))}`);
      return answer;
    };
    harness.atlas.fault(/api\/atlas/, { kind: 'edit', edit: check });
    const client = { ...harness, deadline: harness.time.now + 10 * 24 * HOUR };
    // Before a snapshot is due, while it is queued, while it runs, and when it is done.
    for (const pass of [0, 5 * HOUR + 40 * 60_000 + 10_000, 60_000, 300_000]) {
      harness.time.now += pass;
      harness.atlas.revoke();
      await collectFrom(client, { deadline: harness.time.now + HOUR });
    }
    const project = harness.atlas.projects[0]?.id ?? '';
    await harness.client.get('getProject', { groupId: project }, {}, { deadline: harness.time.now + HOUR });
    for (const [operation, params] of [
      ['getProjectServiceAccount', { groupId: project }],
      ['getOrgServiceAccount', { orgId: ORGANISATION }],
    ] as const)
      await harness.client.get(
        operation,
        { ...params, clientId: harness.atlas.credentials.clientId },
        {},
        { deadline: harness.time.now + HOUR },
      );
    await harness.client.list('listEventTypes', {}, {}, { deadline: harness.time.now + HOUR });
    expect(wrong).toEqual([]);
    expect(Object.keys(OPERATIONS).filter((name) => !seen.has(`${name} 200`))).toEqual([]);
  });

  test('an answer that breaks the specification on purpose is found', () => {
    const validate = validators(shared).get('listClusters');
    expect(validate?.({ results: [{ id: 'not an id', paused: 'no' }] })).toBe(false);
  });
});
