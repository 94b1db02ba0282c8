import type { Erasure } from '../domain/recovery/erasure.ts';
import { type Leaving, leavingInWords } from '../domain/recovery/leaving-backups.ts';
import { type Instant, iso } from '../domain/time.ts';

/** An erasure with when it will have left the backups. */
export type ErasureLeaving = { readonly erasure: Erasure; readonly leaving: Leaving };

/** A restore for good whose follow-up is not confirmed: the references to be erased again. */
export type UnfinishedJson = {
  readonly restore: string;
  readonly subject: string;
  readonly endedAt: string;
  readonly again: readonly string[];
};

export type ErasureJson = {
  readonly reference: string;
  readonly erasedAt: string;
  readonly by: string;
  readonly clusters: readonly string[];
  readonly namespaces: readonly string[];
  readonly leaves: string;
};

export type LeavingJson = {
  readonly at: string | null;
  readonly by: string | null;
  readonly unknown: readonly string[];
  readonly warnings: readonly string[];
  readonly asOf: string | null;
};

/** What `GET /api/erasures` and `restorewatch erasures list` answer. */
export type ErasureListJson = {
  readonly erasures: readonly (ErasureJson & { readonly leaving: LeavingJson })[];
  readonly unfinished: readonly UnfinishedJson[];
};

/** As it was registered: `leaves` is of that moment. */
export function erasureJson({ reference, erasedAt, by, clusters, namespaces, leaves }: Erasure): ErasureJson {
  const where = clusters.map(({ cluster, project }) => `${cluster} (${project})`);
  return { reference, erasedAt: iso(erasedAt), by, clusters: where, namespaces, leaves };
}

type UnfinishedRestore = {
  readonly restore: { readonly id: string; readonly subject: string; readonly endedAt: Instant };
  readonly again: readonly Erasure[];
};

/** Pure: the register with when each erasure will have left the backups, and the restores that are not finished. */
export function erasureListJson(listed: readonly ErasureLeaving[], unfinished: readonly UnfinishedRestore[]): ErasureListJson {
  return {
    erasures: listed.map(({ erasure, leaving }) => ({
      ...erasureJson(erasure),
      leaves: leavingInWords(leaving),
      leaving: leavingJson(leaving),
    })),
    unfinished: unfinished.map(({ restore, again }) => ({
      restore: restore.id,
      subject: restore.subject,
      endedAt: iso(restore.endedAt),
      again: again.map(({ reference }) => reference),
    })),
  };
}

function leavingJson({ at, by, unknown, warnings, asOf }: Leaving): LeavingJson {
  return { at: at === null ? null : iso(at), by, unknown, warnings, asOf: asOf === null ? null : iso(asOf) };
}
