/** 27017 where a connection string names no port. */
const PORT = '27017';
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', '::1', '0.0.0.0']);

/**
 * The hosts of a connection string as it writes them, "host" or "host:port", lower-cased, without user and password; none where it is not one. Pure.
 * Behind the last @ before the query: what is in front of it may be a password with a slash. An @ in the query may end such a password, which is
 * then not told from a host: no text of it is. (The environment takes neither.)
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

/** As `hostsNamed`, each so written that the same host is the same text; a `+srv` name stands for its cluster. Pure. */
export function hostsOf(uri: string): readonly string[] {
  return [...new Set(hostsNamed(uri).map(sameFor))];
}

/** The database in its path, to which mongodump, and so we, keep; null where it names none. Pure. */
export function databaseIn(uri: string): string | null {
  const name = /^mongodb(?:\+srv)?:\/\/(?:[^?#]*@)?[^/?#]*\/([^?#]*)/i.exec(uri)?.[1] ?? '';
  return name === '' ? null : decodeURIComponent(name);
}

/** One text for all members of an Atlas cluster and its srv name; "localhost" for every way to say this machine. */
export function sameFor(host: string): string {
  const [name, port] = partsOf(host.toLowerCase());
  if (isAtlas(name)) return name.replace(/-shard-\d+-\d+(?=\.)/, '');
  return `${LOOPBACK.has(name) ? 'localhost' : name}:${port}`;
}

/** MongoDB's own domains, the one for governments included. */
export function isAtlas(host: string): boolean {
  return /\.(mongodb\.net|mongodbgov\.net|mongodb-qa\.net|mongodb-dev\.net)(:\d+)?$/i.test(host);
}

function partsOf(host: string): readonly [string, string] {
  const found = /^(.*?)(?::(\d+))?$/.exec(host.startsWith('[') ? host : host.replace(/^([^:]*:[^:]*:.*)$/, '[$1]'));
  return [found?.[1] ?? host, found?.[2] ?? PORT];
}
