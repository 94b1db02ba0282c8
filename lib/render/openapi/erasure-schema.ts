import type { ErasureJson, ErasureListJson, LeavingJson, UnfinishedJson } from '../erasures-json.ts';
import { count, list, meaning, moment, named, nullable, object, text } from './schema.ts';

const LEAVING = object<LeavingJson>({
  at: meaning('when the last backup that is known to hold it expires', nullable(moment)),
  by: meaning('which backup that is', nullable(text)),
  unknown: meaning('what Atlas does not tell: where there is any, it does not leave before "at", and nobody knows when', list(text)),
  warnings: meaning('what forbids to delete backups earlier, and what is late', list(text)),
  asOf: meaning('when Atlas was last asked', nullable(moment)),
});

const LISTED = named(
  'ListedErasure',
  object<ErasureJson & { readonly leaving: LeavingJson }>({
    reference: text,
    erasedAt: moment,
    by: text,
    clusters: list(text),
    namespaces: list(text),
    leaves: meaning('"leaving" in words', text),
    leaving: LEAVING,
  }),
);

/** `page` and `inAll`: of the register. */
export type ErasurePageJson = ErasureListJson & { readonly page: number; readonly inAll: number };

export const ERASURE_LIST = object<ErasurePageJson>({
  page: count,
  inAll: count,
  erasures: list(LISTED),
  unfinished: list(
    object<UnfinishedJson>({
      restore: meaning('the id of its record', text),
      subject: text,
      endedAt: moment,
      again: meaning('the references that are to be erased again', list(text)),
    }),
  ),
});
