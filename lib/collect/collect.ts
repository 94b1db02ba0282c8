import pLimit from 'p-limit';
import { known, unknown, type Fact } from '../domain/facts/fact.ts';
import type { Facts, ProjectFacts } from '../domain/facts/facts.ts';
import type { CollectHints } from '../domain/memory/collect-hints.ts';
import type { Instant } from '../domain/time.ts';
import type { AtlasClient } from './client/client.ts';
import { asFact, type Collection, reasonOf } from './as-fact.ts';
import { type AccountToRead, readAccounts } from './read-accounts.ts';
import { OF_RUN } from './read-missing-snapshots.ts';
import { readProject } from './read-project.ts';
import { parseEventType } from './schema/events.ts';
import { readEntries } from './schema/answer-fields.ts';
import { parseProject, type ProjectName } from './schema/projects.ts';

export type CollectRequest = {
  readonly client: AtlasClient;
  /** The projects to read; null for all that the credentials see. */
  readonly projectIds: readonly string[] | null;
  readonly hints: CollectHints;
  readonly now: Instant;
  readonly deadline: Instant;
  /** How we sign in to Atlas: their secrets expire. */
  readonly accounts?: readonly AccountToRead[];
  /** Takes an error that is a fault of this program, each once a run: over many clusters it would be one line for each. */
  readonly log?: (error: unknown) => void;
};

/** Enough to keep the client busy, and few enough that a deadline leaves whole projects unread and not a part of each. */
const PROJECTS_AT_ONCE = 12;

/** Reads everything that one run evaluates. Never throws: each failure becomes an `unknown` fact. */
export async function collect({ client, projectIds, hints, now, deadline, accounts = [], log = () => {} }: CollectRequest): Promise<Facts> {
  let complete = true;
  const collection: Collection = {
    client,
    hints,
    now,
    until: { deadline },
    cutOff: () => (complete = false),
    unexpected: oncePerMessage(log),
    missing: { left: OF_RUN },
    eventTypes: onceOnly(async () => {
      const entries = await client.list('listEventTypes', {}, {}, { deadline });
      return new Set(entries.flatMap((entry) => parseEventType(entry) ?? []));
    }),
  };
  const unreadable: string[] = [];
  const names = projectIds === null ? await listProjects(collection, unreadable) : known(await nameProjects(collection, projectIds), now);
  const [projects, own] = await Promise.all([
    names.known ? readProjects(collection, names.value).then((read) => known(read, now)) : names,
    readAccounts(collection, accounts, names),
  ]);
  return {
    startedAt: now,
    complete,
    projects,
    ...(unreadable.length > 0 && { unreadable }),
    ...(accounts.length > 0 && { accounts: own }),
  };
}

function oncePerMessage(log: (error: unknown) => void): (error: unknown) => void {
  const logged = new Set<string>();
  return (error) => {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : '';
    if (!logged.has(message)) log(error);
    logged.add(message);
  };
}

function onceOnly<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => (answer ??= read());
}

function listProjects(collection: Collection, unreadable: string[]): Promise<Fact<readonly ProjectName[]>> {
  return asFact(collection, async () => {
    const entries = await collection.client.list('listProjects', {}, {}, collection.until);
    const listing = readEntries(entries, parseProject);
    unreadable.push(...listing.unreadable);
    return listing.values;
  });
}

/** Configured projects are read by id. Their name is asked for only if no earlier run knows it. */
function nameProjects(collection: Collection, ids: readonly string[]): Promise<readonly ProjectName[]> {
  const names = [...new Set(ids)].map(async (id) => {
    const hinted = collection.hints.projects[id]?.name;
    // An earlier run that could not read the name took the id as the name.
    if (hinted !== undefined && hinted !== id) return { id, name: hinted };
    const read = await asFact(collection, () => collection.client.get('getProject', { groupId: id }, {}, collection.until));
    const project = read.known ? parseProject(read.value) : null;
    return project?.kind === 'usable' && project.value.id === id ? project.value : { id, name: id };
  });
  return Promise.all(names);
}

/** Reads a few projects at a time, those first that were not read for longest. The result keeps the order of the listing. */
async function readProjects(collection: Collection, names: readonly ProjectName[]): Promise<readonly ProjectFacts[]> {
  const limit = pLimit(PROJECTS_AT_ONCE);
  const found = new Map<string, Promise<ProjectFacts>>();
  for (const project of names.toSorted((a, b) => lastRead(collection.hints, a.id) - lastRead(collection.hints, b.id))) {
    const read = limit(() => readProject(collection, project));
    found.set(
      project.id,
      read.catch((error: unknown) => {
        collection.unexpected(error);
        return unreadProject(project, error);
      }),
    );
  }
  return Promise.all(names.flatMap(({ id }) => found.get(id) ?? []));
}

/** A project that our own code failed to read. The other projects are read all the same. */
function unreadProject(project: ProjectName, error: unknown): ProjectFacts {
  const lost = unknown(reasonOf(error));
  return { ...project, dedicated: lost, flex: lost, unreadable: [], events: lost, alerts: lost, remains: {} };
}

/** When the project or a cluster of it was read, whichever is longest ago; 0 if one was never read. */
function lastRead(hints: CollectHints, projectId: string): number {
  const project = hints.projects[projectId];
  if (project === undefined) return 0;
  const times = [project.readAt, ...Object.values(project.clusters).map((cluster) => cluster.readAt)];
  return Math.min(...times.map((at) => at ?? 0));
}
