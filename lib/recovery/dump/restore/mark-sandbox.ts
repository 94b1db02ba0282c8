import type { MongoClient } from 'mongodb';
import { type User, serverTime } from '../interlock/sandbox-lease.ts';
import { type Mark, serversOf, type Use } from '../interlock/sandbox-mark.ts';
import { type Source, withSources } from '../interlock/source-proof.ts';
import { identityRefusal, inUseWords, localInterlock, type LocalVerdict, type TargetFacts } from './restore-target.ts';
import { askTarget, type Asking, peoplesDatabases, takeTarget, Refused } from './take-target.ts';

/** What a target holds and what the interlock says of a restore there, as far as that can be told without writing. */
export type Examined = Pick<TargetFacts, 'mark' | 'inUse'> & {
  readonly databases: readonly string[];
  /** A use that ended without cleaning up. */
  readonly left: Use | null;
  /** Why the server must not be written to, whatever it holds; null where nothing speaks against it. */
  readonly identity: string | null;
  readonly verdict: LocalVerdict;
};

/** Asks the interlock about a backup of every database that the target holds. Reads alone. Throws the driver's errors. */
export async function examineTarget(client: MongoClient, asking: Asking): Promise<Examined> {
  const databases = await peoplesDatabases(client);
  // The interlock refuses a backup of nothing; an empty server is asked about one of any database.
  const wanted = { databases: databases.length === 0 ? ['any'] : databases, backupHosts: [] };
  return withSources(asking.sources, asking, async (sources) => {
    const { facts, left } = await askTarget(client, wanted, { ...asking, sources });
    return { databases, left, mark: facts.mark, inUse: facts.inUse, identity: identityRefusal(facts), verdict: localInterlock(facts) };
  });
}

type Marking = Asking & {
  readonly user: Omit<User, 'namespaces'>;
  readonly say: (line: string) => void;
  /** Asks whether all of these databases may be lost. Throws where the answer is no. */
  readonly confirm: (databases: readonly string[]) => Promise<void>;
};

/**
 * Marks a server as a sandbox: whatever it holds may be overwritten from then on. Nothing is written before `confirm` said yes, and no mark before the server
 * has shown that it is no source. Throws `Refused`, what `confirm` throws, and the driver's errors.
 */
export async function markSandbox(client: MongoClient, marking: Marking): Promise<Mark> {
  return withSources(marking.sources, marking, async (sources) => {
    const asked = await askTarget(client, { databases: [], backupHosts: [] }, { ...marking, sources });
    const { facts } = asked;
    const why = identityRefusal(facts) ?? (facts.inUse === null ? null : inUseWords(facts.inUse));
    if (why !== null) throw new Refused(`refused: ${why}`);
    await marking.confirm(await peoplesDatabases(client));
    return written(client, asked, { ...marking, sources });
  });
}

async function written(
  client: MongoClient,
  asked: Awaited<ReturnType<typeof askTarget>>,
  { user, sources, machine, isGone, say }: Omit<Marking, 'sources'> & { readonly sources: readonly Source[] },
): Promise<Mark> {
  const lease = await takeTarget(client, asked, { user: { ...user, namespaces: [] }, sources, isGone, say });
  try {
    const { id, owner, host } = user;
    const at = new Date(await serverTime(client));
    const mark: Mark = { id, owner, host, at, servers: [...serversOf(asked.facts.target, machine.name)] };
    if (!(await lease.mark(mark))) throw new Refused('refused: somebody else took the target at this very moment; try again');
    return mark;
  } finally {
    await lease.release();
  }
}
