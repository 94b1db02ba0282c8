import type { ClusterMemory, Memory } from '../../domain/memory/memory.ts';
import {
  type BackupsNow,
  type ErasedFrom,
  type Erasure,
  erasureDetails,
  erasureOf,
  leavingBackups,
  leavingInWords,
  namespaceOf,
  referenceProblem,
} from '../../domain/recovery/erasure.ts';
import { clean, cut } from '../../domain/text.ts';
import { type Instant, iso, MINUTE } from '../../domain/time.ts';
import { canonicalJson } from '../../record/trail/audit-chain.ts';
import { readMemory } from '../../record/packed-blobs.ts';
import { unknownNames } from '../unknown-names.ts';
import { type ErasurePorts, NAME_MOST, type Problems, recordId, refused, writeErasure } from './write-erasure.ts';

/** What somebody asks for, before it is checked. `clusters`, `namespaces`: separated by commas. */
export type ErasureRequest = {
  readonly reference: string;
  readonly project?: string | undefined;
  readonly clusters: string;
  readonly namespaces: string;
  readonly erasedAt: Instant;
  readonly by: string;
  /** The address that it came from; null if it is not known. */
  readonly from: string | null;
};

const CLUSTERS_MOST = 50;
const NAMESPACES_MOST = 100;

/**
 * Registers an erasure as a record, with when it will have left the last backup, from the snapshots as Atlas lists them now. Returns every problem, and
 * writes nothing, where there is one. Throws `StoreError`.
 */
export async function registerErasure(ports: ErasurePorts, request: ErasureRequest): Promise<{ readonly erasure: Erasure } | Problems> {
  const { by, from, erasedAt } = request;
  const reference = request.reference.trim();
  const wrong = problemsOf({ ...request, reference }, ports.now());
  if (wrong.length > 0) return refused(ports, by, wrong);
  const { head } = await ports.store.readHead();
  const memory = head && (await readMemory(ports.store, head));
  if (head === null || memory === null)
    return refused(ports, by, ['clusters: no check has run yet, so nobody knows which clusters there are']);
  const found = await clustersNamed(ports, memory, request);
  if ('problems' in found) return refused(ports, by, found.problems);
  if ((await ports.store.record(recordId(reference))) !== null) return refused(ports, by, [registeredAlready(reference)]);
  const leaving = leavingBackups(erasedAt, await backupsOf(ports, found.clusters), ports.now());
  const erasure: Erasure = {
    reference,
    erasedAt,
    by: cut(clean(by), NAME_MOST),
    clusters: found.clusters.map(({ place }) => place),
    namespaces: listed(request.namespaces),
    leaves: leavingInWords(leaving),
  };
  await writeErasure(
    ports,
    { id: recordId(reference), subject: reference, summary: summaryOf(erasure), details: erasureDetails(erasure) },
    erasure.by,
    from,
  );
  return (await isOwn(ports, erasure)) ? { erasure } : refused(ports, by, [registeredAlready(reference)]);
}

/** Of two registrations at once the log keeps the first. */
async function isOwn({ store }: ErasurePorts, erasure: Erasure): Promise<boolean> {
  const kept = await store.record(recordId(erasure.reference));
  const asked = ({ by, erasedAt, clusters, namespaces }: Erasure): string => canonicalJson({ by, at: iso(erasedAt), clusters, namespaces });
  const registered = kept && erasureOf(kept);
  return registered !== null && asked(registered) === asked(erasure);
}

function registeredAlready(reference: string): string {
  return `reference: ${reference} is registered already`;
}

function problemsOf({ reference, clusters, namespaces, erasedAt }: ErasureRequest, now: Instant): readonly string[] {
  const reason = referenceProblem(reference);
  const [names, spaces] = [listed(clusters), listed(namespaces)];
  return [
    ...(reason === null ? [] : [reason]),
    ...(names.length > 0 && names.length <= CLUSTERS_MOST ? [] : [`clusters: name 1 to ${CLUSTERS_MOST}, separated by commas`]),
    ...(spaces.length <= NAMESPACES_MOST ? [] : [`namespaces: at most ${NAMESPACES_MOST}`]),
    ...(spaces.every((name) => namespaceOf(name) !== null)
      ? []
      : ['namespaces: as shop.users or shop, separated by commas; nothing about a person']),
    ...(erasedAt <= now ? [] : ['at: an erasure is registered when it is done; this moment lies ahead']),
  ];
}

function listed(text: string): readonly string[] {
  return text.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
}

type Found = { readonly place: ErasedFrom; readonly memory: ClusterMemory };

/** The clusters that these names mean; one that several projects have needs its project. */
async function clustersNamed(
  { store }: ErasurePorts,
  memory: Memory,
  { clusters, project }: ErasureRequest,
): Promise<{ readonly clusters: readonly Found[] } | Problems> {
  const { head } = await store.readHead();
  const places = Object.values(memory.projects)
    .filter(({ id, name }) => project === undefined || project === '' || project === id || project === name)
    .flatMap((one) => Object.values(one.clusters).map((cluster) => ({ one, cluster })));
  const found: Found[] = [];
  const problems: string[] = [];
  for (const name of listed(clusters)) {
    const fits = places.filter(({ cluster }) => cluster.name === name || cluster.id === name);
    const [first] = fits;
    if (first === undefined && head !== null) problems.push(...(await unknownNames(store, head, { cluster: name, project })));
    if (fits.length > 1) problems.push(`clusters: several projects have a ${name}; name the project too`);
    if (first !== undefined && fits.length === 1) found.push({ place: placeOf(first.one, first.cluster), memory: first.cluster });
  }
  return problems.length > 0 || found.length === 0
    ? { problems: problems.length > 0 ? problems : ['clusters: there is none of this name'] }
    : { clusters: found };
}

function placeOf(project: { readonly id: string; readonly name: string }, cluster: ClusterMemory): ErasedFrom {
  return { project: project.name, projectId: project.id, cluster: cluster.name, clusterId: cluster.id };
}

/** One read of Atlas a cluster. A cluster that cannot be read is unknown. */
async function backupsOf({ snapshotsOf, now, policy }: ErasurePorts, clusters: readonly Found[]): Promise<readonly BackupsNow[]> {
  const deadline = now() + MINUTE;
  const reads = clusters.map(async ({ place, memory: { kind, pitr, restoreWindowDays, tags } }): Promise<BackupsNow> => {
    const { projectId, project: projectName, cluster: name } = place;
    const { retention: promised } = policy.forCluster({ projectId, projectName, name, tags });
    const window =
      kind === 'flex' || kind === 'free' || pitr.on === false ? null : pitr.on === null ? undefined : (restoreWindowDays ?? undefined);
    const read = snapshotsOf?.({ projectId, name, kind }, deadline);
    const snapshots = await (read ?? Promise.reject(new Error('Atlas is not asked here'))).catch((error: unknown) =>
      error instanceof Error ? error.message : 'unknown error',
    );
    return { cluster: name, snapshots, restoreWindowDays: window, promised };
  });
  return Promise.all(reads);
}

/** When an erasure will have left the backups, asked anew. A cluster that no check knows any more is unknown. Throws `StoreError`. */
export async function leavesNow(ports: ErasurePorts, { erasedAt, clusters }: Erasure): Promise<string> {
  const { head } = await ports.store.readHead();
  const memory = head && (await readMemory(ports.store, head));
  const known = clusters.flatMap((place) => {
    const cluster = memory?.projects[place.projectId]?.clusters[place.clusterId];
    return cluster ? [{ place, memory: cluster }] : [];
  });
  const gone = clusters.filter(({ clusterId }) => !known.some(({ place }) => place.clusterId === clusterId));
  const backups = await backupsOf(ports, known);
  const lost = gone.map(({ cluster }): BackupsNow => ({ cluster, snapshots: 'no check knows it any more', restoreWindowDays: null }));
  return leavingInWords(leavingBackups(erasedAt, [...backups, ...lost], ports.now()));
}

function summaryOf({ reference, erasedAt, clusters, namespaces, leaves }: Erasure): string {
  const where = clusters.map(({ cluster }) => cluster).join(', ');
  const what = namespaces.length === 0 ? where : `${namespaces.join(', ')} on ${where}`;
  return `erasure ${reference}: ${what}, erased at ${iso(erasedAt)}; ${leaves}`;
}
