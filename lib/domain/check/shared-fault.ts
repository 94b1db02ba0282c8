import type { FaultInShort } from '../findings/finding.ts';

/** One of several faults: its short words, and its summary. */
export type Fault = { readonly inShort: FaultInShort; readonly summary: string };

/** What several faults have in common: "no snapshot for over 24 h"; of several kinds with their numbers, the most frequent first. */
export function sharedFaults(faults: readonly Fault[]): string {
  const kinds = [...Map.groupBy(faults, ({ inShort: { one, many = one } }) => many).values()].toSorted((a, b) => b.length - a.length);
  if (kinds.length === 1) return faultOf(faults);
  return kinds.map((kind) => `${kind.length} ${faultOf(kind)}`).join(', ');
}

/** Of one kind. */
function faultOf(faults: readonly Fault[]): string {
  const [first] = faults;
  if (!first) return '';
  const { one, many = one, beyondLimit } = first.inShort;
  const limits = new Set(faults.map(({ summary }) => /\(limit ([^)]+)\)/.exec(summary)?.[1]));
  const [limit] = limits;
  if (beyondLimit !== undefined && limit !== undefined && limits.size === 1) return `${beyondLimit} ${limit}`;
  return faults.length === 1 ? one : many;
}
