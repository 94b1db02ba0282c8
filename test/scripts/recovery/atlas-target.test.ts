import { expect, test } from 'vitest';
import { askingOf } from '../../../scripts/backup/interlock.ts';
import { sandbox } from '../../support/recovery.ts';
import { startRecovery } from '../../collect/recovery/recovery-harness.ts';

const TARGETS = [{ project: 'drills', cluster: 'sandbox' }];
const IN_ATLAS = 'mongodb+srv://u:p@box.ab1cd.mongodb.net/';

async function tagOf(uri: string, hosts: readonly string[], tags: Readonly<Record<string, string>>) {
  const { recovery } = await startRecovery();
  const asked: string[] = [];
  const client = { ...recovery, findCluster: async (_: string, name: string) => (asked.push(name), sandbox({ hosts, tags })) };
  const asking = askingOf(uri, { sources: [], sandboxUri: uri, atlas: { client, targets: TARGETS }, timeoutMs: 1_000 });
  return { tag: await asking.tag(), asked };
}

test.for([
  ['with its tag', IN_ATLAS, { restorewatch: 'sandbox' }, 'allowed'],
  ['without its tag', IN_ATLAS, {}, 'does not carry the tag restorewatch=sandbox'],
  ['without its tag, spelled otherwise', 'mongodb+srv://u:p@BOX.ab1cd.mongodb.net./', {}, 'in Atlas cannot be told'],
] as const)('restorewatch validate asks Atlas about a sandbox there %s', async ([, uri, tags, words]) => {
  const { tag, asked } = await tagOf(uri, ['box.ab1cd.mongodb.net'], tags);
  expect(tag ?? 'allowed').toContain(words);
  expect(asked).toEqual(['sandbox']);
});

test('restorewatch validate asks Atlas nothing about a server that is not there', async () => {
  expect(await tagOf('mongodb://127.0.0.1:27018/', [], {})).toEqual({ tag: null, asked: [] });
});

test('restorewatch validate asks no Atlas where no restore credentials are set', async () => {
  const asking = askingOf(IN_ATLAS, { sources: [], sandboxUri: IN_ATLAS, atlas: null, timeoutMs: 1_000 });
  expect(await asking.tag()).toBeNull();
});
