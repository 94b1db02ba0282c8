import type { Assertion } from './evidence.ts';

/** Stages that write, and `$changeStream`, which never ends. */
const REFUSED: ReadonlySet<string> = new Set(['$out', '$merge', '$changeStream']);

/**
 * Pure: why an assertion cannot be checked, with what to do; null where it can be. It is free of the driver, so that config can ask it. Stages are looked
 * for at any depth, since `$facet` and `$lookup` hold pipelines of their own.
 */
export function assertionProblem(assertion: Assertion): string | null {
  if (!/^[^.\s$/\\]+\.[^$].*$/.test(assertion.namespace))
    return `"${assertion.namespace}" is no collection: write database.collection, as shop.orders`;
  if (assertion.kind === 'count') return boundsProblem(assertion.min, assertion.max);
  const stage = refusedIn(assertion.pipeline);
  return stage === null ? null : `its pipeline has ${stage}: an assertion only reads, and ends; take it out`;
}

function boundsProblem(min: number | null, max: number | null): string | null {
  if (min === null && max === null) return 'it expects nothing: say min, max or both';
  return min !== null && max !== null && min > max ? `its min (${min}) is more than its max (${max})` : null;
}

function refusedIn(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = REFUSED.has(key) ? key : refusedIn(inner);
    if (found !== null) return found;
  }
  return null;
}
