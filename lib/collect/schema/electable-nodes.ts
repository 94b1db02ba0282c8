import { z } from 'zod';
import type { ElectableNodes } from '../../domain/facts/facts.ts';
import { lenient, text } from './answer-fields.ts';

const count = lenient(z.number().int().nonnegative());

/** What is read of each entry of a shard's `regionConfigs` (docs/facts/atlas.md §2). */
export const REGION_FIELDS = {
  providerName: text,
  regionName: text,
  priority: lenient(z.number()),
  electableSpecs: lenient(z.object({ instanceSize: text, nodeCount: count })),
};

const region = z.object(REGION_FIELDS);
type Region = z.infer<typeof region>;
type Shard = { readonly numShards: number | null; readonly regionConfigs: readonly (Region | null)[] | null };

/** The electable nodes of each shard; null if Atlas's answer leaves the number of one of them open. A region without a name holds them all the same. */
export function electableOf(specs: readonly (Shard | null)[] | null): readonly ElectableNodes[] | null {
  if (specs === null || specs.length === 0) return null;
  const shards = specs.map((shard) => nodesOf(shard?.regionConfigs ?? null));
  return shards.some((nodes) => nodes === null) ? null : shards.filter((nodes) => nodes !== null);
}

function nodesOf(regions: readonly (Region | null)[] | null): ElectableNodes | null {
  if (regions === null || regions.length === 0) return null;
  const nodes: Record<string, number> = {};
  for (const one of regions) {
    const number = one === null ? null : electableIn(one);
    if (one === null || number === null) return null;
    const name = [one.providerName, one.regionName].filter((part) => part !== null).join(' ');
    if (number > 0) nodes[name] = (nodes[name] ?? 0) + number;
  }
  return nodes;
}

/** A region of read-only or analytics nodes alone has priority 0, and need not have electable specs at all. */
function electableIn({ priority, electableSpecs }: Region): number | null {
  return electableSpecs === null ? (priority === 0 ? 0 : null) : electableSpecs.nodeCount;
}
