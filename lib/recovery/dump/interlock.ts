import { hostsOf, isAtlas, sameFor } from './hosts.ts';

/** The collection by which a server that is not Atlas's says that it may be overwritten. */
export const MARKER = { database: 'restorable', collection: 'sandbox' } as const;

export type TargetFacts = {
  readonly targetUri: string;
  /** What the target itself says its members are (`hello`); empty for a server of its own. */
  readonly targetMembers: readonly string[];
  /** Null where none is configured. */
  readonly sourceUri: string | null;
  readonly sandboxUri: string | null;
  /** Databases that the restore would write. */
  readonly databases: readonly string[];
  /** Collections that are in the target, by database, for those databases. */
  readonly found: Readonly<Record<string, readonly string[]>>;
  /** Is `restorable.sandbox` there? */
  readonly marked: boolean;
};

/** `drop`: databases of a marked sandbox that have to be emptied first; `marked`: whether it is one. */
export type LocalVerdict =
  | { readonly allowed: true; readonly drop: readonly string[]; readonly marked: boolean }
  | { readonly allowed: false; readonly why: string };

/**
 * May a backup be restored there? Never to where the backups come from, nor to an Atlas cluster that is not the configured sandbox, nor over
 * data, unless the target is marked as a sandbox. Pure.
 */
export function localInterlock(facts: TargetFacts): LocalVerdict {
  const why = refusal(facts);
  if (why !== null) return { allowed: false, why };
  return { allowed: true, drop: occupied(facts), marked: facts.marked };
}

function refusal(facts: TargetFacts): string | null {
  const { targetUri, targetMembers, sourceUri, sandboxUri, databases, marked } = facts;
  const target = new Set([...hostsOf(targetUri), ...targetMembers.map(sameFor)]);
  if (target.size === 0) return 'the target address names no host';
  if (databases.length === 0) return 'the backup holds nothing that could be restored';
  const shared = sourceUri === null ? [] : hostsOf(sourceUri).filter((host) => target.has(host));
  if (shared.length > 0) return `the target is the database that MONGODB_URI names (${shared.join(', ')}); restore into another server`;
  const sandbox = new Set(sandboxUri === null ? [] : hostsOf(sandboxUri));
  const atlas = [...target].find((host) => isAtlas(host) && !sandbox.has(host));
  if (atlas !== undefined) return `${atlas} is an Atlas cluster and not the one in SANDBOX_MONGODB_URI; set that to the sandbox's address`;
  if (databases.includes(MARKER.database)) return `the backup holds a database "${MARKER.database}", where the target's mark is kept`;
  const full = occupied(facts);
  if (full.length === 0 || marked) return null;
  const named = full.map((database) => `${database} (${facts.found[database]?.length ?? 0} collections)`).join(', ');
  return `the target holds data: ${named}; use an empty server, or, where all of it may be lost, create the collection ${MARKER.database}.${MARKER.collection} there`;
}

function occupied({ databases, found }: TargetFacts): readonly string[] {
  return databases.filter((database) => (found[database] ?? []).length > 0);
}
