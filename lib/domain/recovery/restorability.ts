import type { ClusterFacts, SnapshotSource } from '../facts/facts.ts';

/** Whether a snapshot can be restored into a cluster, and why not; unknown where Atlas does not tell something that decides it. */
export type Restorability = { readonly verdict: 'fits' | 'refused' | 'unknown'; readonly because: string };

/** A cluster as the target of a restore. */
export type RestoreTarget = Pick<ClusterFacts, 'name' | 'kind' | 'topology' | 'server'>;

const FITS: Restorability = { verdict: 'fits', because: '' };

/**
 * What Atlas asks of the target of a restore (docs/facts/atlas.md §5): the same kind of cluster; for a sharded one as many shards and the same kind of
 * config server; the same or the next major version of MongoDB; and a customer's key for a snapshot that is encrypted with one. Pure.
 */
export function restorabilityInto(source: SnapshotSource | undefined, target: RestoreTarget): Restorability {
  if (source === undefined) return { verdict: 'unknown', because: 'Atlas does not tell what they are snapshots of' };
  const questions = [
    kindFits(source, target),
    shardsFit(source, target),
    configServerFits(source, target),
    versionFits(source, target),
    keyFits(source, target),
  ];
  return questions.find(({ verdict }) => verdict === 'refused') ?? questions.find(({ verdict }) => verdict === 'unknown') ?? FITS;
}

function kindFits({ kind }: SnapshotSource, target: RestoreTarget): Restorability {
  const because = `of a ${spelled(kind)}, and ${target.name} is a ${spelled(target.kind)}`;
  return answer(kind === null ? null : kind === target.kind, because, 'kind');
}

function spelled(kind: string | null): string {
  return kind === 'replicaSet' ? 'replica set' : `${kind} cluster`;
}

function shardsFit({ kind, shards }: SnapshotSource, target: RestoreTarget): Restorability {
  if (kind !== 'sharded' || target.kind !== 'sharded') return FITS;
  const theirs = target.topology.known ? Number(target.topology.value.split('/')[1]) : null;
  return answer(equal(shards, theirs), `of ${shards} shards, and ${target.name} has ${theirs}`, 'number of shards');
}

function configServerFits({ kind, configServer }: SnapshotSource, target: RestoreTarget): Restorability {
  if (kind !== 'sharded' || target.kind !== 'sharded') return FITS;
  const theirs = target.server?.configServer ?? null;
  return answer(
    equal(configServer, theirs),
    `of a config server that is ${configServer}, and that of ${target.name} is ${theirs}`,
    'config server',
  );
}

function versionFits({ majorVersion }: SnapshotSource, target: RestoreTarget): Restorability {
  const [from, to] = [majorOf(majorVersion), majorOf(target.server?.majorVersion ?? null)];
  const isRight = from === null || to === null ? null : isSameOrNextMajor(from, to);
  return answer(isRight, `of MongoDB ${majorVersion}, and ${target.name} runs ${target.server?.majorVersion}`, 'version of MongoDB');
}

function keyFits({ customerKey }: SnapshotSource, target: RestoreTarget): Restorability {
  const theirs = target.server?.customerKey ?? null;
  // A snapshot without such a key goes anywhere, and a target with one takes any.
  if (customerKey === false || theirs === true) return FITS;
  const isRight = customerKey === null || theirs === null ? null : false;
  return answer(isRight, `encrypted with a customer’s key, and ${target.name} has none`, 'encryption');
}

function equal<T>(one: T | null, other: T | null): boolean | null {
  return one === null || other === null ? null : one === other;
}

/** `isRight` is null where it is unknown. */
function answer(isRight: boolean | null, because: string, what: string): Restorability {
  if (isRight === null) return { verdict: 'unknown', because: `Atlas does not tell the ${what}` };
  return isRight ? FITS : { verdict: 'refused', because };
}

/** 8 of "8.0"; null if it is not known. */
export function majorOf(majorVersion: string | null): number | null {
  const major = Number.parseInt(majorVersion ?? '', 10);
  return Number.isSafeInteger(major) ? major : null;
}

/** Atlas restores into the same or the next major version (docs/facts/atlas.md §5). */
export function isSameOrNextMajor(from: number, to: number): boolean {
  return to === from || to === from + 1;
}
