import type { MongoClient } from 'mongodb';
import type { EvidenceLine } from '../../lib/domain/recovery/evidence.ts';
import { comparableHost, hostsNamed } from '../../lib/recovery/dump/connection-string.ts';
import { originIn } from '../../lib/recovery/dump/dump-manifest.ts';
import { addressesOf, askIdentity, type Machine } from '../../lib/recovery/dump/interlock/ask-identity.ts';
import { namesOf } from '../../lib/recovery/dump/interlock/server-identity.ts';
import type { SourceAddress } from '../../lib/recovery/dump/interlock/source-proof.ts';
import { restorable } from '../../lib/recovery/dump/restore/restore-order.ts';
import { lineOf } from '../../lib/recovery/validate/evidence-lines.ts';
import { holdAgainstDump, type Holding, withOplog } from './hold-against-dump.ts';
import { readThrough } from './read-through.ts';
import { Refused, type Validated } from './restore-and-validate.ts';

/** `restored`: the address of what somebody restored already. */
export type Comparing = Holding & { readonly restored: string; readonly sources: readonly SourceAddress[]; readonly machine: Machine };

/**
 * Holds what is on a server already against the backup that it was restored from. It reads alone, so that it needs neither a mark nor an empty server. Throws
 * `Refused`, `BackupError`, `ReadError`, `Interrupted`, or the driver's errors.
 */
export async function compareRestored(client: MongoClient, comparing: Comparing): Promise<Validated> {
  const { backup, restored, machine } = comparing;
  if (restorable(backup).length === 0) throw new Refused('refused: the backup holds nothing that could be compared');
  comparing.watch.moved('reading the backup');
  const { vouched, expected } = await readThrough(backup, comparing.signal);
  const begun = Date.now();
  const origin = sourceLine(namesOf(await askIdentity(client, restored, machine)), await originOf(comparing));
  const sides = await withOplog(expected, comparing);
  const lines = await holdAgainstDump(client, sides, comparing);
  return { lines: [...vouched, ...lines, ...origin], restore: null, validate: Date.now() - begun };
}

/** The names of the server that the backup was taken from: by its manifest, else those of all that backups are taken from here. */
async function originOf({ backup, sources, machine }: Comparing): Promise<readonly string[]> {
  const named = originIn(backup.manifest);
  const hosts = named.length > 0 ? named : sources.flatMap(({ uri }) => hostsNamed(uri));
  return [...hosts.map(comparableHost), ...(await addressesOf(hosts, machine))];
}

/** Pure: what is on the server that the backup was taken from may never have been restored, however well it compares. */
export function sourceLine(names: readonly string[], origin: readonly string[]): readonly EvidenceLine[] {
  const shared = names.filter((name) => origin.includes(name));
  if (shared.length === 0) return [];
  const found = `the backup was taken from this server (${shared.join(', ')}), so that no restore is proven`;
  return [lineOf('restore', null, 'could-not-verify', ['a server that was restored into', found])];
}
