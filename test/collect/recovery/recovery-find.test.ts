import { describe, expect, test } from 'vitest';
import { errorOf } from '../harness.ts';
import { startRecovery } from './recovery-harness.ts';

describe('findCluster finds a cluster', () => {
  test('by the name of its project, with everything that the interlock asks', async () => {
    const { recovery, deadline, target } = await startRecovery();
    expect(await recovery.findCluster('shop', 'sandbox', deadline)).toEqual({
      ...target,
      kind: 'replicaSet',
      stateName: 'IDLE',
      paused: false,
      tags: { restorewatch: 'sandbox' },
      majorVersion: '8.0',
      shards: 1,
      configServer: null,
      pitEnabled: true,
      restoreWindowDays: 7,
      hosts: ['sandbox.ab1cd.mongodb.net'],
      regions: [{ provider: 'AWS', region: 'US_EAST_1' }],
    });
  });

  test('by the id of its project', async () => {
    const { recovery, deadline, project, target } = await startRecovery();
    expect(await recovery.findCluster(project.id, 'sandbox', deadline)).toMatchObject(target);
  });

  test('a sharded one, with its shards, config servers, and regions in order of preference', async () => {
    const regions = [
      { provider: 'AWS', region: 'EU_WEST_1' },
      { provider: 'GCP', region: 'WESTERN_EUROPE' },
    ];
    const { recovery, deadline, sandbox } = await startRecovery({
      target: { kind: 'sharded', shards: 3, regions, mongoDBVersion: '7.0.12' },
    });
    sandbox.configServerType = 'EMBEDDED';
    const found = await recovery.findCluster('shop', 'sandbox', deadline);
    expect(found).toMatchObject({ kind: 'sharded', shards: 3, configServer: 'EMBEDDED', majorVersion: '7.0', regions });
  });

  test('that is paused or busy, with that state', async () => {
    const { recovery, deadline, sandbox } = await startRecovery({ target: { paused: true, pit: false } });
    sandbox.stateName = 'REPAIRING';
    expect(await recovery.findCluster('shop', 'sandbox', deadline)).toMatchObject({
      paused: true,
      stateName: 'REPAIRING',
      pitEnabled: false,
    });
  });

  test('one without backups has no restore window', async () => {
    const { recovery, deadline } = await startRecovery({ target: { backup: false, pit: false } });
    expect(await recovery.findCluster('shop', 'sandbox', deadline)).toMatchObject({ restoreWindowDays: null });
  });

  test('flex clusters and M0s are found by their kind', async () => {
    const { recovery, deadline, project } = await startRecovery();
    project.addCluster('small', { kind: 'flex' });
    project.addCluster('tiny', { kind: 'free' });
    expect(await recovery.findCluster('shop', 'small', deadline)).toMatchObject({ kind: 'flex', pitEnabled: false });
    expect(await recovery.findCluster('shop', 'tiny', deadline)).toMatchObject({ kind: 'free', restoreWindowDays: null });
  });

  test.for([
    ['a project that is not there', 'shed', 'sandbox'],
    ['a cluster that is not there', 'shop', 'sandpit'],
    ['a cluster that was deleted', 'shop', 'deleted'],
    ['a cluster of which only snapshots are left', 'shop', 'retained'],
  ])('%s is null', async ([, projectName = '', name = '']) => {
    const { recovery, deadline, atlas, project } = await startRecovery();
    atlas.remove(project.addCluster('deleted'), { byUser: null });
    atlas.remove(project.addCluster('retained'), { byUser: null, retainBackups: true });
    expect(await recovery.findCluster(projectName, name, deadline)).toBe(null);
  });

  test('and refuses a name that two projects have, since a guess could erase the wrong cluster', async () => {
    const { recovery, deadline, atlas } = await startRecovery();
    atlas.addProject('shop');
    const error = await errorOf(recovery.findCluster('shop', 'sandbox', deadline));
    expect(error.message).toBe('listProjects shop: two projects have this name: give the id');
  });

  test.for([
    ['another name', { name: 'orders' }, 'getCluster sandbox: Atlas answered with the cluster orders in place of sandbox'],
    ['another project', { groupId: '0123456789abcdef01234567' }, 'getCluster sandbox: Atlas answered with the sandbox of another project'],
    ['no type', { clusterType: null }, 'getCluster sandbox: Atlas sent no usable `clusterType` for sandbox'],
    ['no id', { id: 7 }, 'getCluster sandbox: Atlas lists a cluster named sandbox with no usable id'],
    [
      'the role of a system cluster',
      { internalClusterRole: 'SYSTEM_CLUSTER' },
      'getCluster sandbox: sandbox is an internal cluster of Atlas',
    ],
  ] as const)('an answer with %s is refused', async ([, fields, message]) => {
    const { recovery, deadline, atlas } = await startRecovery();
    // The emulator's answers are objects.
    const edit = (answer: { readonly body: unknown }): object => ({ ...answer, body: { ...(answer.body as object), ...fields } });
    atlas.fault(/^GET .*clusters\/sandbox\?/, { kind: 'edit', edit: (answer) => ({ ...answer, ...edit(answer) }) }, 1);
    expect((await errorOf(recovery.findCluster('shop', 'sandbox', deadline))).message).toBe(message);
  });

  test('what Atlas does not say is null, never a default', async () => {
    const { recovery, deadline, atlas } = await startRecovery();
    const kept = ['id', 'name', 'clusterType'];
    atlas.fault(/^GET .*clusters\/sandbox\?/, {
      kind: 'edit',
      edit: (answer) => ({
        ...answer,
        // The emulator's answers are objects.
        body: Object.fromEntries(Object.entries(answer.body as object).filter(([key]) => kept.includes(key))),
      }),
    });
    const nothing = { stateName: null, paused: null, tags: {}, majorVersion: null, pitEnabled: null, hosts: [], regions: [] };
    expect(await recovery.findCluster('shop', 'sandbox', deadline)).toMatchObject(nothing);
  });

  test('the hosts of every connection string are listed, without users', async () => {
    const { recovery, deadline, atlas } = await startRecovery();
    const connectionStrings = {
      standard: 'mongodb://A-00.ab1cd.mongodb.net:27017,a-01.ab1cd.mongodb.net:27017/?ssl=true&replicaSet=x',
      standardSrv: 'mongodb+srv://a.ab1cd.mongodb.net',
      private: 'mongodb+srv://ann:secret@a-pri.ab1cd.mongodb.net/test',
      privateEndpoint: [{ srvConnectionString: 'mongodb+srv://a-pl-0.ab1cd.mongodb.net', endpoints: [{ endpointId: 'vpce-1' }] }],
    };
    const edit = (answer: { readonly body: unknown }): object => ({ ...answer, body: { ...(answer.body as object), connectionStrings } });
    atlas.fault(/^GET .*clusters\/sandbox\?/, { kind: 'edit', edit: (answer) => ({ ...answer, ...edit(answer) }) });
    const found = await recovery.findCluster('shop', 'sandbox', deadline);
    expect(found?.hosts).toEqual([
      'a-00.ab1cd.mongodb.net:27017',
      'a-01.ab1cd.mongodb.net:27017',
      'a.ab1cd.mongodb.net',
      'a-pri.ab1cd.mongodb.net',
      'a-pl-0.ab1cd.mongodb.net',
    ]);
  });

  test('a 404 that is not about project or cluster is no absence', async () => {
    const { recovery, deadline, atlas } = await startRecovery();
    atlas.fault(/clusters\/sandbox/, { kind: 'html', status: 404 });
    expect((await errorOf(recovery.findCluster('shop', 'sandbox', deadline))).message).toBe('getCluster sandbox: 404');
  });
});
