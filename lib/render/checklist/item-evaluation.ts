import type { ChecklistEvidence, ChecklistState } from '../../domain/incidents/recorded-checklist.ts';
import type { RecordedFinding } from '../../domain/findings/recorded-view.ts';
import type { Finding } from '../../domain/findings/finding.ts';

/** How an item of the checklist stands, and what shows it. */
export type ItemEvaluation = { readonly state: ChecklistState; readonly evidence: readonly ChecklistEvidence[] };

/** How one cluster, project or plan stands to an item. `shown` is written for the few that the evidence names: of 6,250 clusters nearly all are alike. */
export type Part = { readonly state: ChecklistState; readonly shown: () => ChecklistEvidence };

/** Every part must meet an item: the worst decides, and what is known to be wrong counts before what is not known. */
const WORST_FIRST: readonly ChecklistState[] = ['not-met', 'unknown', 'not-watched', 'met'];

/** Parts that the evidence names; the rest is counted. The head holds the evidence, so that it has to stay small. */
const NAMED = 5;

/** Pure: the item of which these are the parts. Without a part nothing shows that it is met, so it is not watched; `none` says why. */
export function together(parts: readonly Part[], none: string): ItemEvaluation {
  const state = WORST_FIRST.find((one) => parts.some((part) => part.state === one));
  if (state === undefined) return { state: 'not-watched', evidence: [{ text: none, href: null }] };
  const deciding = parts.filter((part) => part.state === state);
  const named = deciding.slice(0, NAMED).map(({ shown }) => shown());
  const more = deciding.length - named.length;
  return { state, evidence: [...named, ...(more > 0 ? [{ text: `and ${more} more`, href: null }] : [])] };
}

/** A part of which there are few. */
export function part(state: ChecklistState, text: string, href: string | null = null): Part {
  return { state, shown: () => ({ text, href }) };
}

export function single(state: ChecklistState, text: string, href: string | null = null): ItemEvaluation {
  return { state, evidence: [{ text, href }] };
}

/** How the summary of a check begins where Atlas does not permit us to read, whether it never did or refuses now (docs/contract.md, clause 12). */
const NOT_WATCHED = /^not watched\b/i;

/** Pure: what a verdict means for the checklist; null if the check asks nothing of this resource. */
export function stateOf({ verdict, summary }: Pick<Finding | RecordedFinding, 'verdict' | 'summary'>): ChecklistState | null {
  if (verdict === 'ok') return 'met';
  if (verdict === 'unknown') return 'unknown';
  if (NOT_WATCHED.test(summary)) return 'not-watched';
  return verdict === 'failing' ? 'not-met' : null;
}
