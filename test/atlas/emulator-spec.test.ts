import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { expect, test } from 'vitest';
import { OPERATIONS } from '../../lib/atlas/operations.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { describeWith } from '../support/services.ts';
import { collectFrom, startHarness, type Harness } from './harness.ts';
import type { AtlasAnswer, AtlasRequest } from '../emulators/atlas-http.ts';

type Spec = {
  readonly paths: Readonly<
    Record<
      string,
      {
        readonly get?: {
          readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>>;
        };
      }
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

/**
 * OpenAPI's dialect made JSON Schema: what it only says to generators goes. `oneOf` becomes `anyOf`, for without its discriminator an
 * event fits several of the views that MongoDB lists; and where it lists enums of strings, the specification calls them objects.
 */
function translated(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(translated);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([key, value]) => !isForGenerators(node, key, value));
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (key === 'allOf' && Array.isArray(value)) return [key, value.map((part) => translated(baseOf(part)))];
      return [key === 'oneOf' ? 'anyOf' : key, translated(value)];
    }),
  );
}

/** A kind of something builds on the general view, which lists its kinds: without that list, or one would lead to the other for ever. */
function baseOf(part: unknown): unknown {
  return JSON.parse(JSON.stringify(part).replace('"#/components/schemas/', '"#/bases/'));
}

function basesOf(schemas: Readonly<Record<string, object>>): unknown {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      translated('discriminator' in schema ? { ...schema, oneOf: undefined } : schema),
    ]),
  );
}

function isForGenerators(node: object, key: string, value: unknown): boolean {
  if (key === 'discriminator' || key === 'example') return true;
  if (key === 'nullable') return typeof value === 'boolean' && !('type' in node);
  return key === 'type' && value === 'object' && 'oneOf' in node;
}

/** A validator for every operation's 200 in the version that we ask for, by the path as the specification writes it. */
function validators(shared: string): ReadonlyMap<string, ValidateFunction> {
  // The file is MongoDB's specification; a wrong shape fails the first look-up below.
  const spec = JSON.parse(readFileSync(join(shared, 'atlas/openapi-subset.json'), 'utf8')) as Spec;
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(
    JSON.parse(JSON.stringify({ $id: 'spec', components: translated(spec.components), bases: basesOf(spec.components.schemas) })),
  );
  return new Map(
    Object.entries(OPERATIONS).map(([name, { path, version }]) => {
      const written = `/api/atlas/v2${path}`.replace(/(flexClusters\/)\{clusterName\}/, '$1{name}');
      const schema = spec.paths[written]?.get?.responses['200']?.content[`application/vnd.atlas.${version}+json`]?.schema;
      if (schema === undefined) throw new Error(`the specification has no ${name} in version ${version}`);
      return [name, ajv.compile(JSON.parse(JSON.stringify(translated(schema)).replaceAll('"#/', '"spec#/')))];
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
  project.addAlert('CPS_OPLOG_BEHIND', HOUR);
  project.addEvent('CPS_OPLOG_BEHIND', HOUR, { hiddenCluster: 'orders' });
  project.alertConfigs.push({ type: 'CPS_OPLOG_BEHIND', enabled: true, threshold: 1, units: 'HOURS' });
}

describeWith('shared', "the emulator's answers against MongoDB's own specification", (shared) => {
  test('every one of them fits, at each step of a snapshot', async () => {
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
    await harness.client.list('listEventTypes', {}, {}, { deadline: harness.time.now + HOUR });
    expect(wrong).toEqual([]);
    expect(Object.keys(OPERATIONS).filter((name) => !seen.has(`${name} 200`))).toEqual([]);
  });

  test('a planted mistake is found', () => {
    const validate = validators(shared).get('listClusters');
    expect(validate?.({ results: [{ id: 'not an id', paused: 'no' }] })).toBe(false);
  });
});
