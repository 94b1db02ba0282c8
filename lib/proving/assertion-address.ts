import type { Assertion } from '../domain/evidence.ts';
import type { RestorePlan } from '../domain/recovery-plan.ts';
import { keyOf } from './surroundings.ts';

export type Source = RestorePlan['sources'][number];

/** Where an assertion is asked, or why it cannot be. `source` is null where it is about no source in particular. */
export type Place = { readonly source: Source | null } & ({ readonly uri: string } | { readonly uri: null; readonly why: string });

export type Placed = { readonly assertion: Assertion; readonly place: Place };

type Given = {
  readonly assertions: readonly Assertion[];
  readonly plans: readonly RestorePlan[];
  /** The connection string behind a variable's name, null being MONGODB_URI; null where it is not set. */
  readonly sourceAddress: (variable: string | null) => string | null;
};

/** Pure: each assertion with its place. None at all where no source's address was ever asked for: then they are held against restored data alone. */
export function placed({ assertions, plans, sourceAddress }: Given): readonly Placed[] {
  const sources = distinct(plans);
  if (sourceAddress(null) === null && sources.every(({ uri }) => uri === null)) return [];
  return assertions.map((assertion) => ({ assertion, place: placeOf(assertion, sources, sourceAddress) }));
}

/** A source may stand in several plans, and have its address in one of them. */
function distinct(plans: readonly RestorePlan[]): readonly Source[] {
  const all = plans.flatMap(({ sources }) => sources).toSorted((a, b) => Number(a.uri !== null) - Number(b.uri !== null));
  return [...new Map(all.map((source) => [keyOf(source), source])).values()];
}

function placeOf({ cluster }: Assertion, sources: readonly Source[], sourceAddress: Given['sourceAddress']): Place {
  const [only] = sources.length === 1 ? sources : [];
  const own = sources.filter((source) => source.cluster === cluster);
  const source = cluster === undefined ? (only ?? null) : (own.find(({ uri }) => uri !== null) ?? own[0] ?? null);
  if (cluster !== undefined && source === null)
    return {
      source,
      uri: null,
      why: `no restore test in restorable.config.ts has a source ${cluster}: name one of theirs as its \`cluster\`, or none`,
    };
  const variable = source?.uri ?? null;
  // What MONGODB_URI leads to is known only where there is but one source: elsewhere it may be another's, whose data would answer.
  if (cluster !== undefined && variable === null && !only)
    return {
      source,
      uri: null,
      why: `MONGODB_URI may lead to another source: set \`uri: { env: 'NAME' }\` of the source ${cluster} in restorable.config.ts, NAME being the variable that holds its address`,
    };
  const uri = sourceAddress(variable);
  return uri === null ? { source, uri, why: `${variable ?? 'MONGODB_URI'} is not set: put the source’s address there` } : { source, uri };
}
