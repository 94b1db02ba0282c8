import { comparableHost, comparableHosts, THIS_MACHINE } from '../connection-string.ts';

/** What is known of a server by its address and by its own word. Names are "host:port", as `comparableHost` writes them. */
export type ServerIdentity = {
  /** Those of its connection string. */
  readonly spelled: readonly string[];
  /** The IP addresses that these names lead to; this machine's own are "localhost:port". */
  readonly addresses: readonly string[];
  /** What the server calls itself and its members (`hello`; for a router the members of its shards). */
  readonly members: readonly string[];
  readonly setName: string | null;
  /** Of `topologyVersion`: one process has one. Null where the server does not tell it. */
  readonly processId: string | null;
  readonly isRouter: boolean;
  /** Whether it takes writes. What was written a moment ago may be missing from any other. */
  readonly isPrimary: boolean;
};

/** The answer to `hello`, as far as it says who a server is (mongodb.com/docs/manual/reference/command/hello). */
export type Hello = Readonly<Record<string, unknown>>;

/** Pure: puts together what an address and an answer to `hello` say. `shards` are the members of a router's shards. */
export function identityOf(
  uri: string,
  hello: Hello,
  { addresses = [], shards = [] }: { readonly addresses?: readonly string[]; readonly shards?: readonly string[] } = {},
): ServerIdentity {
  const named = ['hosts', 'passives', 'arbiters', 'me'].flatMap((field) => textsIn(hello[field]));
  return {
    spelled: comparableHosts(uri),
    addresses,
    // "localhost" is the server's own machine here, which need not be ours.
    members: [...new Set([...named, ...shards].map(comparableHost))].filter((name) => !name.startsWith(`${THIS_MACHINE}:`)),
    setName: textsIn(hello['setName'])[0] ?? null,
    processId: processIn(hello['topologyVersion']),
    isRouter: hello['msg'] === 'isdbgrid',
    isPrimary: hello['isWritablePrimary'] === true,
  };
}

/** What is known of a server that nobody could ask. */
export function identityByName(uri: string): ServerIdentity {
  return identityOf(uri, {});
}

/** The names that a server goes by. */
export function namesOf({ spelled, addresses, members }: ServerIdentity): readonly string[] {
  return [...new Set([...spelled, ...addresses, ...members])];
}

/** Pure: what shows that both are one server, or belong to one replica set or sharded cluster; null where nothing does, which proves no difference. */
export function sharedWith(one: ServerIdentity, other: ServerIdentity): string | null {
  const names = new Set(namesOf(one));
  const shared = namesOf(other).filter((name) => names.has(name));
  if (shared.length > 0) return shared.join(', ');
  return one.processId !== null && one.processId === other.processId ? `process ${one.processId}` : null;
}

/** Pure: do both belong to different replica sets, so that they hold different data? A router hides which sets are behind it. */
export function areOfDifferentSets(one: ServerIdentity, other: ServerIdentity): boolean {
  return !one.isRouter && !other.isRouter && one.setName !== other.setName;
}

function textsIn(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one): one is string => typeof one === 'string');
}

function processIn(version: unknown): string | null {
  if (typeof version !== 'object' || version === null || !('processId' in version)) return null;
  return String(version.processId);
}
