import { percentDecoded } from '../../domain/text.ts';

/** 27017 where a connection string names no port. */
const PORT = '27017';
/** The name that stands for this machine, however it was spelled. */
export const THIS_MACHINE = 'localhost';

/**
 * Pure: the hosts that a connection string names, "host" or "host:port", lower-cased, without user and password; empty where it is no connection string.
 * They stand after the last @ before the query, since a password in front of it may hold a slash. Where the query holds an @, a password may reach into it
 * and could be taken for a host, so the result is empty. (The environment refuses both kinds of passwords.)
 */
export function hostsNamed(uri: string): readonly string[] {
  const found = /^mongodb(?:\+srv)?:\/\/([^?#]*)([^]*)$/i.exec(uri);
  const [, written = '', query = ''] = found ?? [];
  if (query.includes('@')) return [];
  const [hosts = ''] = written.slice(written.lastIndexOf('@') + 1).split('/');
  return hosts
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '');
}

/** Pure: as `hostsNamed`, in a form in which the same host is the same text; a `+srv` name stands for its cluster. */
export function comparableHosts(uri: string): readonly string[] {
  return [...new Set(hostsNamed(uri).map(comparableHost))];
}

/** Pure: the database in the path of the address, to which a backup is restricted as by mongodump; null where there is none. */
export function databaseIn(uri: string): string | null {
  const name = /^mongodb(?:\+srv)?:\/\/(?:[^?#]*@)?[^/?#]*\/([^?#]*)/i.exec(uri)?.[1] ?? '';
  return name === '' ? null : decodeURIComponent(name);
}

/**
 * Gives one text for all members of an Atlas cluster and its srv name, and "localhost" for every name of this machine that can be told without a look-up:
 * loopback in any spelling that a resolver takes (127.1, 0x7f.1, 2130706433, [::ffff:127.0.0.1]), and a socket's path.
 */
export function comparableHost(host: string): string {
  const written = percentDecoded(host);
  if (written.startsWith('/')) return `${THIS_MACHINE}:${/-(\d+)\.sock$/.exec(written)?.[1] ?? PORT}`;
  const [spelled, port] = partsOf(written.toLowerCase());
  const name = canonicalName(spelled);
  if (isAtlas(name)) return name.replace(/-shard-\d+-\d+(?=\.)/, '');
  return `${isLoopback(name) ? THIS_MACHINE : name}:${port}`;
}

/** A host's name and its port, as a server names itself or a connection string names it; the name in the spelling that `canonicalName` gives it. */
export function hostAndPort(host: string): { readonly name: string; readonly port: string } {
  const [name, port] = partsOf(percentDecoded(host).toLowerCase());
  return { name: canonicalName(name), port };
}

/** One spelling for each IP address, IPv4 in dots, IPv6 in brackets; a name without the dot at its end. The WHATWG URL parser reads what inet_aton reads. */
export function canonicalName(name: string): string {
  const bracketed = /^[^[].*:/.test(name) ? `[${name}]` : name;
  const bare = bracketed.replace(/\.$/, '');
  const read = URL.canParse(`http://${bare}/`) ? new URL(`http://${bare}/`).hostname : bare;
  const [, high, low] = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(read) ?? [];
  if (high === undefined || low === undefined) return read;
  const bits = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

/** Is it this machine, in the spelling of `canonicalName`? A connection to the unspecified address (0.0.0.0, [::]) goes to this machine too. */
export function isLoopback(name: string): boolean {
  return /^(?:(?:.*\.)?localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/.test(name);
}

/** MongoDB's own domains, the one for governments included. */
export function isAtlas(host: string): boolean {
  return /\.(mongodb\.net|mongodbgov\.net|mongodb-qa\.net|mongodb-dev\.net)(:\d+)?$/i.test(host);
}

function partsOf(host: string): readonly [string, string] {
  const found = /^(.*?)(?::(\d+))?$/.exec(host.startsWith('[') ? host : host.replace(/^([^:]*:[^:]*:.*)$/, '[$1]'));
  return [found?.[1] ?? host, found?.[2] ?? PORT];
}
