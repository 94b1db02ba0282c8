import type { ClusterMemory, Memory, ProjectMemory } from '../../domain/memory/memory.ts';
import { type ErasedFrom, type Erasure, erasureDetails, erasureOf, namespaceOf, referenceProblem } from '../../domain/recovery/erasure.ts';
import { leavingBackups, leavingInWords } from '../../domain/recovery/leaving-backups.ts';
import { clean, cut } from '../../domain/text.ts';
import { type Instant, iso } from '../../domain/time.ts';
import { canonicalJson } from '../../record/audit-chain.ts';
import { readWholeMemory } from '../../record/blobs/packed-blobs.ts';
import { unknownNames } from '../unknown-names.ts';
import { backupsFrom } from './leaving-now.ts';
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
 * Registers an erasure as a record, with when it will have left the last backup as the last check knows them. Returns every problem, and writes nothing, where
 * there is one. Throws `StoreError`.
 */
export async function registerErasure(ports: ErasurePorts, request: ErasureRequest): Promise<{ readonly erasure: Erasure } | Problems> {
  const { by, from, erasedAt } = request;
  const reference = request.reference.trim();
  const wrong = problemsOf({ ...request, reference }, ports.now());
  if (wrong.length > 0) return refused(ports, by, wrong);
  const { head } = await ports.store.readHead();
  if (head === null) return refused(ports, by, ['clusters: no check has run yet, so nobody knows which clusters there are']);
  const memory = await readWholeMemory(ports.store, head);
  const found = await clustersNamed(ports, memory, request);
  if ('problems' in found) return refused(ports, by, found.problems);
  if ((await ports.store.record(recordId(reference))) !== null) return refused(ports, by, [registeredAlready(reference)]);
  const backups = backupsFrom(memory.projects, found.clusters, { policy: ports.policy, head });
  const leaving = leavingBackups(erasedAt, backups, ports.now());
  const erasure: Erasure = {
    reference,
    erasedAt,
    by: cut(clean(by), NAME_MOST),
    clusters: found.clusters,
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

/** The names in a text, each once. */
function listed(text: string): readonly string[] {
  const names = text.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
  return [...new Set(names)];
}

/** The clusters that these names mean; one that several projects have needs its project. */
async function clustersNamed(
  { store }: ErasurePorts,
  memory: Memory,
  { clusters, project }: ErasureRequest,
): Promise<{ readonly clusters: readonly ErasedFrom[] } | Problems> {
  const { head } = await store.readHead();
  const places = Object.values(memory.projects)
    .filter(({ id, name }) => project === undefined || project === '' || project === id || project === name)
    .flatMap((one) => Object.values(one.clusters).map((cluster) => ({ one, cluster })));
  // By id, so that a cluster that is named twice, as by its name and its id, counts once.
  const found = new Map<string, ErasedFrom>();
  const problems: string[] = [];
  for (const name of listed(clusters)) {
    const fits = places.filter(({ cluster }) => cluster.name === name || cluster.id === name);
    const [first] = fits;
    if (first === undefined && head !== null) problems.push(...(await unknownNames(store, head, { cluster: name, project })));
    if (fits.length > 1) problems.push(ambiguous(name, fits));
    if (first !== undefined && fits.length === 1) found.set(first.cluster.id, placeOf(first.one, first.cluster));
  }
  return problems.length > 0 || found.size === 0
    ? { problems: problems.length > 0 ? problems : ['clusters: there is none of this name'] }
    : { clusters: [...found.values()] };
}

type Fit = { readonly one: ProjectMemory; readonly cluster: ClusterMemory };

/** A cluster that was deleted is remembered for a while, and its backups too, so that another one of its name is not meant without a word. */
function ambiguous(name: string, fits: readonly Fit[]): string {
  if (new Set(fits.map(({ one }) => one.id)).size > 1) return `clusters: several projects have a ${name}; name the project too`;
  const ids = fits.map(({ cluster }) => `${cluster.id}${cluster.gone === null ? '' : ' (deleted)'}`);
  return `clusters: there are ${fits.length} of the name ${name} in one project; name by id whichever held the data: ${ids.join(', ')}`;
}

function placeOf(project: { readonly id: string; readonly name: string }, cluster: ClusterMemory): ErasedFrom {
  return { project: project.name, projectId: project.id, cluster: cluster.name, clusterId: cluster.id };
}

function summaryOf({ reference, erasedAt, clusters, namespaces, leaves }: Erasure): string {
  const where = clusters.map(({ cluster }) => cluster).join(', ');
  const what = namespaces.length === 0 ? where : `${namespaces.join(', ')} on ${where}`;
  return `erasure ${reference}: ${what}, erased at ${iso(erasedAt)}; ${leaves}`;
}
