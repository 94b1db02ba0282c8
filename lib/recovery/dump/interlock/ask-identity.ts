import type { Document, MongoClient } from 'mongodb';
import { percentDecoded } from '../../../domain/text.ts';
import { type Duration, spell } from '../../../domain/time.ts';
import { within } from '../within.ts';
import { comparableHost, hostAndPort, isLoopback, THIS_MACHINE } from '../connection-string.ts';
import { type Hello, identityOf, type ServerIdentity } from './server-identity.ts';

/** This machine, as others call it, and how it looks names up. */
export type Machine = {
  readonly name: string;
  /** The IP addresses of its own interfaces. */
  readonly addresses: readonly string[];
  /** Every IP address of a name. Throws where it has none. */
  readonly lookup: (name: string) => Promise<readonly string[]>;
};

/** Longest wait for one answer of a server that a person is waiting for. */
const ASK_MS: Duration = 30_000;

/** A server that a connection leads to, and that does not answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** What a server answered. Throws `NoAnswer` where nothing comes in time: the driver's own `timeoutMS` does nothing any more since its version 7.9. */
export function answered<T>(answer: Promise<T>): Promise<T> {
  return within(ASK_MS, answer, new NoAnswer(`the server gave no answer within ${spell(ASK_MS)}`));
}

/** Asks a server who it is. `uri` is the address that the client was opened with. Throws the driver's errors. */
export async function askIdentity(client: MongoClient, uri: string, machine: Machine): Promise<ServerIdentity> {
  const hello: Hello = await answered(client.db('admin').command({ hello: 1 }));
  const hosts = client.options.hosts.map(String);
  const [addresses, shards] = [await addressesOf(hosts, machine), hello['msg'] === 'isdbgrid' ? await shardsOf(client) : []];
  return identityOf(uri, hello, { addresses, shards });
}

/** "address:port" for every IP address of these hosts, "localhost:port" for this machine's own. A name that cannot be looked up has none. */
export async function addressesOf(hosts: readonly string[], machine: Machine): Promise<readonly string[]> {
  const found = await Promise.all(hosts.map((host) => addressesOfOne(host, machine)));
  return [...new Set(found.flat())];
}

async function addressesOfOne(host: string, machine: Machine): Promise<readonly string[]> {
  if (percentDecoded(host).startsWith('/')) return [comparableHost(host)];
  const { name, port } = hostAndPort(host);
  if (isLoopback(name) || name === machine.name.toLowerCase()) return [`${THIS_MACHINE}:${port}`];
  const own = new Set(machine.addresses.map((address) => hostAndPort(bracketed(address)).name));
  // The server has answered by this name, so a failed look-up only leaves one proof out.
  const looked = await machine.lookup(name.replace(/^\[|\]$/g, '')).catch(() => []);
  return looked.map((address) => {
    const canonical = hostAndPort(bracketed(address)).name;
    return `${isLoopback(canonical) || own.has(canonical) ? THIS_MACHINE : canonical}:${port}`;
  });
}

/** An interface's IPv6 address may end with its zone: fe80::1%eth0. */
function bracketed(address: string): string {
  return address.includes(':') ? `[${address.replace(/%.*$/, '')}]` : address;
}

/** The members behind a router: each shard is written "set/host:port,host:port". A user without the right to list them gives none; the nonce decides then. */
async function shardsOf(client: MongoClient): Promise<readonly string[]> {
  const answer: Document | null = await answered(client.db('admin').command({ listShards: 1 })).catch(() => null);
  const shards: readonly unknown[] = Array.isArray(answer?.['shards']) ? answer['shards'] : [];
  return shards.flatMap((shard) => {
    const host = typeof shard === 'object' && shard !== null && 'host' in shard ? String(shard.host) : '';
    return host
      .replace(/^[^/]*\//, '')
      .split(',')
      .filter(Boolean);
  });
}
