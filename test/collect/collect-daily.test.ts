import { describe, expect, test } from 'vitest';
import type { DailyName } from '../../lib/domain/facts/daily-facts.ts';
import type { Facts } from '../../lib/domain/facts/facts.ts';
import { fold } from '../../lib/domain/memory/fold/fold.ts';
import { hintsOf as hintsFrom } from '../../lib/domain/memory/collect-hints.ts';
import { EMPTY_MEMORY } from '../../lib/domain/memory/memory.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { collect } from '../../lib/collect/collect.ts';
import { CREDENTIALS, RESTORE_CREDENTIALS } from '../emulators/atlas-access.ts';
import { emulatedSecret } from '../emulators/atlas-daily-routes.ts';
import type { EmulatedProject } from '../emulators/atlas-model.ts';
import { clientOf, collectFrom, hintsOf, onlyProject, START, startHarness, type Harness } from './harness.ts';
import { edited, paths } from './readings.ts';

async function startShop(): Promise<Harness & { readonly shop: EmulatedProject }> {
  const harness = await startHarness();
  const shop = harness.atlas.addProject('shop');
  shop.addCluster('orders');
  return { ...harness, shop };
}

/** The fact of that name in a first reading. */
async function firstRead(harness: Harness, name: DailyName): Promise<unknown> {
  return onlyProject(await collectFrom(harness)).daily?.[name];
}

describe('what is read once a day', () => {
  const DAILY = ['/alertConfigs', '/auditLog', '/backup/exportBuckets', '/backupCompliancePolicy', '/encryptionAtRest'];

  test.for([
    ['never read', undefined, DAILY],
    // Of an hour ago, one id in 23 would be due.
    ['read just now', { answeredAt: START, everyRun: false }, []],
    ['read a day ago', { answeredAt: START - DAY, everyRun: false }, DAILY],
    ['that a finding depends on', { answeredAt: START - MINUTE, everyRun: true }, DAILY],
  ] as const)('of a project, %s, is asked of these addresses: $2', async ([, hint, expected]) => {
    const harness = await startShop();
    const daily =
      hint === undefined ? {} : { alertConfigs: hint, customerKeys: hint, auditLog: hint, exportBuckets: hint, compliancePolicy: hint };
    const { daily: read = {} } = onlyProject(await collectFrom(harness, { hints: hintsOf(harness.shop.id, { daily }) }));
    expect(
      paths(harness)
        .filter((path) => DAILY.includes(path))
        .toSorted(),
    ).toEqual(expected);
    expect(Object.keys(read)).toHaveLength(expected.length);
    expect(harness.atlas.refused).toEqual([]);
  });

  test('alert configurations have their threshold in milliseconds', async () => {
    const harness = await startShop();
    harness.shop.alertConfigs.push({ type: 'CPS_OPLOG_BEHIND', enabled: true, threshold: 90, units: 'MINUTES' });
    expect(await firstRead(harness, 'alertConfigs')).toMatchObject({
      value: [{ type: 'CPS_OPLOG_BEHIND', enabled: true, threshold: 1.5 * HOUR }],
    });
  });

  test.for([
    ['awsKms', 'AWS', true],
    ['azureKeyVault', 'AZURE', false],
    ['googleCloudKms', 'GCP', true],
  ] as const)('a customer key in %s', async ([provider, name, valid]) => {
    const harness = await startShop();
    harness.shop.key = { provider, valid };
    expect(await firstRead(harness, 'customerKeys')).toMatchObject({ known: true, value: [{ provider: name, valid }] });
  });

  test.for([
    ['does not say whether a key is valid', { awsKms: { enabled: true } }],
    ['says it in other words', { awsKms: { enabled: true, valid: 'yes' } }],
    ['does not say whether a key is enabled', { azureKeyVault: {} }],
  ])('an answer that %s is unknown, and no valid key', async ([, body]) => {
    const harness = await startShop();
    harness.atlas.fault(
      /encryptionAtRest/,
      edited(() => body),
    );
    expect(await firstRead(harness, 'customerKeys')).toMatchObject({
      known: false,
      reason: expect.stringContaining('getEncryptionAtRest'),
    });
  });

  test('the audit log of a project that we own, and not of another', async () => {
    const harness = await startShop();
    expect(await firstRead(harness, 'auditLog')).toMatchObject({ known: false, role: 'Project Owner' });
    harness.shop.isOwned = true;
    harness.shop.audited = false;
    expect(await firstRead(harness, 'auditLog')).toMatchObject({ known: true, value: { enabled: false } });
    harness.atlas.fault(
      /auditLog/,
      edited(() => ({ enabled: 'false' })),
    );
    expect(await firstRead(harness, 'auditLog')).toMatchObject({ known: false });
  });

  test.for([
    ['names the address', { status: 403, body: { errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST', parameters: ['203.0.113.9'] } }, false],
    [
      'names an address in its words',
      { status: 403, body: { errorCode: 'USER_UNAUTHORIZED', detail: '203.0.113.9 is not allowed' } },
      false,
    ],
    ['is about the role', { status: 403, body: { errorCode: 'USER_UNAUTHORIZED' } }, true],
    ['has no code', { status: 403, body: {} }, true],
    ['is no 403', { status: 500, body: { errorCode: 'UNEXPECTED_ERROR' } }, false],
  ] as const)('a refusal that %s', async ([, fault, isRole]) => {
    const harness = await startShop();
    harness.atlas.fault(/auditLog/, { kind: 'status', ...fault });
    const fact = onlyProject(await collectFrom(harness)).daily?.auditLog;
    expect(fact).toMatchObject({ known: false });
    expect(fact !== undefined && 'role' in fact).toBe(isRole);
  });

  test.for([
    [
      'names of every bucket',
      ['b-1', 'b-2'],
      null,
      {
        known: true,
        value: [
          { name: 'b-1', provider: 'AWS' },
          { name: 'b-2', provider: 'AWS' },
        ],
      },
    ],
    ['no bucket', [], null, { known: true, value: [] }],
    [
      'a bucket without its name',
      ['b-1'],
      { results: [{ _id: 'x' }] },
      { known: false, reason: expect.stringContaining('a bucket without its name') },
    ],
  ] as const)('the export buckets of a project: %s', async ([, names, body, expected]) => {
    const harness = await startShop();
    harness.shop.exportBuckets = names;
    if (body !== null)
      harness.atlas.fault(
        /exportBuckets/,
        edited(() => body),
      );
    expect(await firstRead(harness, 'exportBuckets')).toMatchObject(expected);
  });

  test('exports that Atlas does not offer are an answer, so that it is not asked again at every check', async () => {
    const harness = await startShop();
    harness.atlas.fault(/exportBuckets/, { kind: 'status', status: 404, body: { errorCode: 'RESOURCE_NOT_FOUND' } });
    expect(await firstRead(harness, 'exportBuckets')).toMatchObject({ known: true, value: null });
  });

  test('the Backup Compliance Policy of a project that we own: what it keeps at least, or that there is none', async () => {
    const harness = await startShop();
    expect(await firstRead(harness, 'compliancePolicy')).toMatchObject({ known: false, role: 'Project Owner' });
    harness.shop.isOwned = true;
    expect(await firstRead(harness, 'compliancePolicy')).toMatchObject({ known: true, value: null });
    harness.shop.complianceDays = 30;
    expect(await firstRead(harness, 'compliancePolicy')).toMatchObject({ known: true, value: { kept: [{ unit: 'days', value: 30 }] } });
  });

  test.for<readonly [string, object]>([
    ['does not say whether it is in force', { state: undefined }],
    ['is in a state that nobody knows', { state: 'PAUSED' }],
    ['has an item without its retention', { scheduledPolicyItems: [{ frequencyType: 'daily' }] }],
    ['has an on-demand item without its retention', { onDemandPolicyItem: { frequencyType: 'ondemand' } }],
  ])('a Backup Compliance Policy that %s is unknown, and none that forbids nothing', async ([, changes]) => {
    const harness = await startShop();
    Object.assign(harness.shop, { isOwned: true, complianceDays: 30 });
    harness.atlas.fault(
      /backupCompliancePolicy/,
      edited((body) => ({ ...body, ...changes })),
    );
    expect(await firstRead(harness, 'compliancePolicy')).toMatchObject({ known: false });
  });

  test('a run without time for it says so, and is incomplete', async () => {
    const harness = await startShop();
    const facts = await collectFrom(harness, { deadline: START });
    expect(facts.complete).toBe(false);
  });

  test('averaged over a day of hourly checks: at most 4.6 requests a project and 2.1 a cluster', async () => {
    const harness = await startHarness();
    const projects = ['shop', 'billing'].map((name) => harness.atlas.addProject(name));
    for (const project of projects) for (const name of ['orders', 'ledger']) project.addCluster(name, { history: false });
    const account = { use: 'watch', credentials: serviceAccount(CREDENTIALS), client: harness.client } as const;
    let memory = EMPTY_MEMORY;
    for (let hour = 0; hour < 24; hour += 1) {
      harness.time.now = START + hour * HOUR;
      const { now } = harness.time;
      const hints = hintsFrom(memory);
      const facts = await collect({ ...harness, projectIds: null, accounts: [account], hints, now, deadline: now + 240_000 });
      memory = fold(memory, facts, { now, projectIds: null, checkInterval: HOUR, deletionCheck: 'cluster-gone' });
    }
    const asked = paths(harness).filter((path) => !path.startsWith('/api/'));
    const ofClusters = asked.filter((path) => path.includes('/clusters/')).length;
    expect(ofClusters / (24 * 4)).toBeLessThanOrEqual(2.1);
    expect((asked.length - ofClusters) / (24 * 2)).toBeLessThanOrEqual(4.6);
    // The first check reads it, and one more within the day.
    for (const path of ['/auditLog', '/encryptionAtRest', '/alertConfigs', '/backup/exportBuckets', '/backupCompliancePolicy'])
      expect(asked.filter((one) => one === path)).toHaveLength(4);
    expect(asked.filter((path) => path.includes('/serviceAccounts/'))).toHaveLength(2);
    expect(harness.atlas.refused).toEqual([]);
  });
});

function serviceAccount({ clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string }) {
  return { kind: 'serviceAccount', clientId, clientSecret } as const;
}

describe('the secrets of our own service accounts', () => {
  const WATCH = serviceAccount(CREDENTIALS);

  async function accountsOf(harness: Harness, changes: Partial<Parameters<typeof collect>[0]> = {}): Promise<Facts['accounts']> {
    const accounts = [{ use: 'watch', credentials: WATCH, client: harness.client }] as const;
    const { client, time, deadline } = harness;
    return (await collect({ client, projectIds: null, accounts, hints: { projects: {} }, now: time.now, deadline, ...changes })).accounts;
  }

  test('are read in one of its projects', async () => {
    const harness = await startShop();
    expect(await accountsOf(harness)).toMatchObject({
      watch: { known: true, value: { clientId: CREDENTIALS.clientId, secrets: [{ expiresAt: START + 300 * DAY, isOurs: true }] } },
    });
    expect(paths(harness).filter((path) => path.includes('serviceAccounts'))).toEqual([`/serviceAccounts/${CREDENTIALS.clientId}`]);
  });

  test('are read in the organisation if the project does not show the account', async () => {
    const harness = await startShop();
    harness.atlas.fault(/groups.*serviceAccounts/, { kind: 'status', status: 404, body: { errorCode: 'SERVICE_ACCOUNT_NOT_FOUND' } });
    expect(await accountsOf(harness)).toMatchObject({ watch: { known: true } });
  });

  test('are not watched if neither shows it', async () => {
    const harness = await startShop();
    harness.atlas.fault(/serviceAccounts/, { kind: 'status', status: 403, body: { errorCode: 'USER_UNAUTHORIZED' } });
    expect(await accountsOf(harness)).toMatchObject({ watch: { known: false, role: 'Organization Read Only' } });
  });

  test('are unknown if Atlas fails, refuses the address or sends something else', async () => {
    const harness = await startShop();
    harness.atlas.fault(/serviceAccounts/, { kind: 'status', status: 403, body: { errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST' } });
    expect((await accountsOf(harness))?.watch).not.toHaveProperty('role');
    harness.atlas.heal();
    harness.atlas.fault(
      /serviceAccounts/,
      edited((body) => ({ ...body, secrets: 'none' })),
    );
    expect(await accountsOf(harness)).toMatchObject({ watch: { known: false } });
  });

  test.for(['never', '', 42, '1970-01-01T00:00:00Z', null])('a malformed end %o is unknown', async (expiresAt) => {
    const harness = await startShop();
    harness.atlas.fault(
      /serviceAccounts/,
      // The emulator answers a list of objects.
      edited((body) => ({ ...body, secrets: (body['secrets'] as readonly object[]).map((one) => ({ ...one, expiresAt })) })),
    );
    expect(await accountsOf(harness)).toMatchObject({ watch: { value: { secrets: [{ expiresAt: null }] } } });
  });

  const [OLD, NEW] = [emulatedSecret(START - 80 * DAY, START + DAY), emulatedSecret(START - DAY, START + 90 * DAY)] as const;
  const TAIL = CREDENTIALS.clientSecret.slice(-4);

  test.for([
    ['masks that do not say it', [OLD, NEW], []],
    [
      'the mask of one ends as ours',
      [
        { ...OLD, tail: TAIL },
        { ...NEW, tail: 'wxyz' },
      ],
      [OLD.id],
    ],
    [
      'both masks end as ours',
      [
        { ...OLD, tail: TAIL },
        { ...NEW, tail: TAIL },
      ],
      [],
    ],
    ['a mask that shows three characters', [{ ...OLD, tail: TAIL.slice(1) }, NEW], []],
    ['only one was ever used, and just now', [{ ...OLD, lastUsedAt: START - MINUTE }, NEW], [OLD.id]],
    ['only one was ever used, but an hour ago', [{ ...OLD, lastUsedAt: START - HOUR }, NEW], []],
    [
      'both were used',
      [
        { ...OLD, lastUsedAt: START - HOUR },
        { ...NEW, lastUsedAt: START },
      ],
      [],
    ],
  ] as const)('which of two is ours: %s', async ([, secrets, ours]) => {
    const harness = await startShop();
    harness.atlas.accounts[CREDENTIALS.clientId] = secrets;
    const watch = (await accountsOf(harness))?.watch;
    expect(watch?.known && watch.value.secrets?.filter(({ isOurs }) => isOurs).map(({ id }) => id)).toEqual(ours);
    expect(JSON.stringify(watch)).not.toContain(TAIL);
  });

  test('of the account that restores are read with its own credentials', async () => {
    const harness = await startShop();
    const credentials = serviceAccount(RESTORE_CREDENTIALS);
    const restore = { use: 'restore', credentials, client: clientOf(harness.atlas, harness.time, { credentials }) } as const;
    expect(await accountsOf(harness, { accounts: [restore] })).toMatchObject({
      restore: { known: true, value: { clientId: RESTORE_CREDENTIALS.clientId } },
    });
  });

  test('are not asked of an API key, which does not expire', async () => {
    const harness = await startShop();
    const { publicKey, privateKey } = CREDENTIALS;
    const accounts = [{ use: 'watch', credentials: { kind: 'apiKey', publicKey, privateKey }, client: harness.client }] as const;
    expect(await accountsOf(harness, { accounts })).toMatchObject({ watch: { known: true, value: { secrets: null } } });
    expect(paths(harness).some((path) => path.includes('serviceAccounts'))).toBe(false);
  });

  test.for([
    ['another account is asked at once', 'mdb_sa_id_before', true],
    ['the same account only when due', CREDENTIALS.clientId, false],
  ] as const)('after a change of the configuration %s', async ([, clientId, isAsked]) => {
    const harness = await startShop();
    const hints = { projects: {}, accounts: { watch: { answeredAt: START - MINUTE, everyRun: false, clientId } } };
    expect((await accountsOf(harness, { hints }))?.watch !== null).toBe(isAsked);
  });

  test('say that they are of another account than before', async () => {
    const harness = await startShop();
    const hints = { projects: {}, accounts: { watch: { answeredAt: START - MINUTE, everyRun: false, clientId: 'mdb_sa_id_before' } } };
    harness.atlas.fault(/serviceAccounts/, { kind: 'status', status: 403, body: { errorCode: 'USER_UNAUTHORIZED' } });
    expect(await accountsOf(harness, { hints })).toMatchObject({ watch: { known: false, ofAnother: true } });
    expect((await accountsOf(harness))?.watch).not.toHaveProperty('ofAnother');
  });
});
