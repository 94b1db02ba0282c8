import { expect, test } from 'vitest';
import { RECOVERY_READS, WRITES, type Operation } from '../../../lib/collect/client/operations.ts';
import { HOUR, MINUTE, SECOND } from '../../../lib/domain/time.ts';
import type { AtlasAnswer, AtlasRequest } from '../../emulators/atlas-http.ts';
import { describeWith } from '../../support/services.ts';
import { openapi, type Held } from '../../support/openapi.ts';
import { liveOf, newestOf, startRecovery, type RecoveryHarness } from '../recovery/recovery-harness.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = { ...RECOVERY_READS, ...WRITES };
const REGIONS = [
  { provider: 'AWS', region: 'EU_WEST_1' },
  { provider: 'GCP', region: 'WESTERN_EUROPE' },
] as const;

const SEARCH_INDEX = {
  indexID: '32b6e34b3d91647abb20e7b8',
  database: 'shop',
  collectionName: 'orders',
  name: 'by-text',
  type: 'search',
  status: 'READY',
  queryable: true,
};

/** Every operation of recovery, the restores in every state. */
async function everything(harness: RecoveryHarness): Promise<void> {
  const { recovery, atlas, time, source, target, project } = harness;
  const deadline = time.now + 10 * HOUR;
  project.addCluster('wide', { kind: 'sharded' });
  project.addCluster('small', { kind: 'flex' });
  await recovery.requestSnapshot(source, { description: 'on demand', retentionDays: 3 }, deadline);
  for (const name of ['orders', 'wide', 'small']) {
    const live = await liveOf(harness, name);
    for (const { id } of (await recovery.snapshots(live, deadline)).slice(0, 2)) await recovery.snapshot(live, id, deadline);
  }
  for (const fault of [null, 'job-fails', 'job-expires', 'job-never-ends'] as const) {
    atlas.recovery.faults.clear();
    if (fault !== null) atlas.recovery.faults.add(fault);
    const moment = { kind: 'moment', at: time.now - MINUTE } as const;
    const job = await recovery.requestRestore(fault === null ? { ...newestOf(harness), point: moment } : newestOf(harness), deadline);
    await recovery.restoreJob(source, job.id, deadline);
    await liveOf(harness, 'sandbox');
    time.now += HOUR;
    await recovery.restoreJobs(source, deadline);
  }
  await recovery.pause(source, true, deadline);
  await recovery.pause(source, false, deadline);
  await recovery.restartPrimaries(source, deadline);
  await recovery.startOutage(source, REGIONS[1], deadline);
  for (let step = 0; step < 3; step += 1) {
    await recovery.outage(source, deadline);
    time.now += 3 * MINUTE;
  }
  await recovery.endOutage(source, deadline);
  await recovery.events(target, time.now - 9 * HOUR, deadline);
  atlas.recovery.searchIndexes?.set(project.clusters[0] ?? project.addCluster('searched'), [SEARCH_INDEX]);
  await recovery.searchIndexes(source, deadline);
}

function operationOf({ method, path }: AtlasRequest): string | null {
  const found = Object.entries(OPERATIONS).find(
    ([, operation]) =>
      (operation.method ?? 'GET') === method && new RegExp(`^/api/atlas/v2${operation.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  return found?.[0] ?? null;
}

/** What does not fit, in a sentence each. */
function misfits(held: Held, { method, path, body }: AtlasRequest, answer: AtlasAnswer): readonly string[] {
  const label = `${method} ${path}`;
  const wrong: string[] = [];
  // As it goes over the wire. "ondemand" is what Atlas really sends, though the specification lacks it (docs/facts/atlas.md §3).
  const sentBack: unknown = JSON.parse(JSON.stringify(answer.body).replaceAll('"frequencyType":"ondemand"', '"frequencyType":"hourly"'));
  if (held.answer !== null && !held.answer(sentBack)) wrong.push(`${label}: ${JSON.stringify(held.answer.errors)}`);
  if (held.answer === null && answer.body !== '') wrong.push(`${label} answers something`);
  if (held.body === null) return body === '' ? wrong : [...wrong, `${label} sends something`];
  const sent: unknown = JSON.parse(body);
  if (!held.body(sent)) wrong.push(`${label}: ${JSON.stringify(held.body.errors)}`);
  const strange = Object.keys(typeof sent === 'object' && sent !== null ? sent : {}).filter((key) => !held.fields.includes(key));
  return strange.length === 0 ? wrong : [...wrong, `${label} sends ${strange.join(', ')}`];
}

describeWith('shared', 'what recovery sends, and what the emulator answers it, against MongoDB’s own specification', (shared) => {
  test('all of it fits, and every operation is asked in a version that the specification has', async () => {
    const specified = openapi(shared);
    const known = new Map(Object.entries(OPERATIONS).map(([name, operation]) => [name, specified(name, operation)]));
    const harness = await startRecovery({ source: { regions: REGIONS } });
    const wrong: string[] = [];
    const seen = new Set<string>();
    const edit = (answer: AtlasAnswer, request: AtlasRequest): AtlasAnswer => {
      const name = operationOf(request);
      const held = known.get(name ?? '');
      if (held === undefined || answer.status !== 200) return answer;
      seen.add(name ?? '');
      wrong.push(...misfits(held, request, answer));
      return answer;
    };
    harness.atlas.fault(/api\/atlas/, { kind: 'edit', edit });
    await everything({ ...harness, deadline: harness.time.now + 10 * HOUR });
    expect(wrong).toEqual([]);
    expect([...known.keys()].filter((name) => !seen.has(name))).toEqual([]);
    expect(harness.atlas.refused).toEqual([]);
  });

  test.for([
    ['takeSnapshot', { retentionInDays: 0 }],
    ['createRestoreJob', { deliveryType: 'carrier pigeon' }],
    ['createRestoreJob', { deliveryType: 'pointInTime', pointInTimeUTCSeconds: 1.5 }],
    ['updateCluster', { paused: 'yes' }],
    ['startOutage', { outageFilters: [] }],
  ] as const)('a planted mistake in the body of %s is found: %j', ([name, body]) => {
    expect(openapi(shared)(name, WRITES[name]).body?.(body)).toBe(false);
  });

  test('no request body has a field that only Atlas may set', () => {
    const { fields } = openapi(shared)('createRestoreJob', WRITES.createRestoreJob);
    expect([fields.includes('targetClusterName'), fields.includes('finishedAt')]).toEqual([true, false]);
  });
});

test('the emulator refuses what is not documented, and keeps it', async () => {
  const { atlas, project, sandbox, time } = await startRecovery();
  const { clientId, clientSecret } = atlas.recovery.credentials;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const form = { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' };
  const got = await fetch(`${atlas.url}/api/oauth/token`, { method: 'POST', headers: form, body: 'grant_type=client_credentials' });
  // The emulator's own token answer.
  const { access_token: token } = (await got.json()) as { access_token: string };
  const ask = async (path: string, version: string, body: string | null, type: string | null, method = 'POST'): Promise<number> => {
    const accept = `application/vnd.atlas.${version}+json`;
    const headers = { accept, authorization: `Bearer ${token}`, ...(type === null ? {} : { 'content-type': type }) };
    const url = `${atlas.url}/api/atlas/v2/groups/${project.id}/clusters/${sandbox.name}${path}`;
    return (await fetch(url, { method, headers, ...(body === null ? {} : { body }) })).status;
  };
  const typed = 'application/vnd.atlas.2023-01-01+json';
  const statuses = [
    await ask('/backup/snapshots', '2023-01-01', '{"retentionInDays":1}', 'application/json'),
    await ask('/backup/snapshots', '2024-08-05', '{"retentionInDays":1}', typed),
    await ask('/backup/snapshots', '2023-01-01', '{"retentionInDays":1,"colour":"red"}', typed),
    await ask('/backup/snapshots', '2023-01-01', '{"retentionInDays":', typed),
    await ask('/backup/snapshots', '2023-01-01', null, null),
    await ask('/restartPrimaries', '2023-02-01', '{}', 'application/vnd.atlas.2023-02-01+json'),
    await ask('', '2024-10-23', '{"name":"other"}', 'application/vnd.atlas.2024-10-23+json', 'PATCH'),
    await ask('', '2024-10-23', null, null, 'DELETE'),
  ];
  expect(statuses).toEqual([415, 406, 400, 400, 415, 400, 400, 405]);
  expect(atlas.refused).toHaveLength(8);
  expect([sandbox.name, sandbox.snapshots, time.now % SECOND]).toEqual(['sandbox', [], 0]);
});
