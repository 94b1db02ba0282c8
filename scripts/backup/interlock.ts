import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { hostname, networkInterfaces } from 'node:os';
import { MINUTE } from '../../lib/domain/time.ts';
import { hostsNamed, isAtlas } from '../../lib/recovery/dump/connection-string.ts';
import type { Machine } from '../../lib/recovery/dump/interlock/ask-identity.ts';
import type { User } from '../../lib/recovery/dump/interlock/sandbox-lease.ts';
import type { Asking } from '../../lib/recovery/dump/restore/take-target.ts';
import { sandboxTagRefusal } from '../../lib/recovery/restore-tests/restore-interlock.ts';
import { connect } from '../../lib/recovery/validate/read/connect.ts';
import type { Settings } from './settings.ts';
import { ownProcess } from '../process/this-process.ts';

/** What the interlock asks of this machine and of the environment about a target. */
export function askingOf(
  targetUri: string,
  { sources, sandboxUri, atlas, timeoutMs }: Pick<Settings, 'sources' | 'sandboxUri' | 'atlas' | 'timeoutMs'>,
): Asking {
  const hosts = hostsNamed(targetUri);
  const inAtlas = hosts.some((host) => isAtlas(host.replace(/\.(?=(:\d+)?$)/, '')));
  return {
    targetUri,
    sources,
    sandboxUri,
    machine: thisMachine(),
    open: (uri) => connect(uri, { timeoutMs }),
    tag: async () =>
      atlas !== null && inAtlas
        ? sandboxTagRefusal({ atlas: atlas.client, targets: atlas.targets, hosts, deadline: Date.now() + MINUTE })
        : null,
    isGone: ({ process: identity }) => identity !== null && ownProcess.hasEnded(identity) === true,
  };
}

/** Who is going to use a target from this process. */
export function userOf(owner: string, what: string): Omit<User, 'namespaces'> {
  return { id: randomUUID(), owner, host: hostname(), process: ownProcess.identity, what };
}

/** This machine's name and addresses, and how it looks names up. */
export function thisMachine(): Machine {
  return {
    name: hostname(),
    addresses: Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)),
    lookup: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
  };
}
