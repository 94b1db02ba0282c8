/** 27017 where a connection string names no port. */
const PORT = '27017';
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', '::1', '0.0.0.0']);

/** The hosts that a connection string names, each so written that the same host is the same text; a `+srv` name stands for its cluster. Pure. */
export function hostsOf(uri: string): readonly string[] {
  const found = /^mongodb(\+srv)?:\/\/(?:[^@/]*@)?([^/?]*)/i.exec(uri);
  const hosts = (found?.[2] ?? '').split(',').filter((host) => host !== '');
  return [...new Set(hosts.map(sameFor))];
}

/** The database in its path, to which mongodump, and so we, keep; null where it names none. Pure. */
export function databaseIn(uri: string): string | null {
  const name = /^mongodb(?:\+srv)?:\/\/[^/]*\/([^?]*)/i.exec(uri)?.[1] ?? '';
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
