import type { Finding } from '../../lib/domain/findings/finding.ts';
import { hintsOf } from '../../lib/domain/memory/collect-hints.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { EMPTY_MEMORY, type Memory } from '../../lib/domain/memory/memory.ts';
import type { Policy } from '../../lib/domain/policy/policy.ts';
import { HOUR, type Instant } from '../../lib/domain/time.ts';
import { reconcile } from '../../lib/reconcile/reconcile.ts';
import { evaluateRun } from '../../lib/evaluate/evaluation.ts';
import { openWorld, type World } from './world.ts';

/** What befell the world, by true time. */
export type Happening = { readonly at: Instant; readonly act: (world: World, at: Instant) => void };

export type Ideal = { readonly incidents: readonly Incident[]; readonly findings: readonly Finding[] };

/** The same world under a schedule that never fails: one reading an hour up to the last, each evaluated at once. */
export function idealOf(
  happenings: readonly Happening[],
  { start, last, policy }: { readonly start: Instant; readonly last: Instant; readonly policy: Policy },
): Ideal {
  const world = openWorld(start);
  const left = [...happenings];
  let state: Ideal & { readonly memory: Memory } = { incidents: [], findings: [], memory: EMPTY_MEMORY };
  const times = [
    start + 2_000,
    ...Array.from({ length: Math.floor((last - start) / HOUR) }, (_, index) => last - index * HOUR).toReversed(),
  ];
  for (const [revision, at] of times.entries()) {
    for (let next = left[0]; next !== undefined && next.at <= at; next = left[0]) {
      left.shift();
      next.act(world, next.at);
    }
    const facts = world.read(at, { clock: at, hints: hintsOf(state.memory), partial: false });
    const { memory, findings } = evaluateRun(state.memory, facts, { policy, projectIds: null });
    const { incidents } = reconcile(state.incidents, findings, { now: at, revision: revision + 1, projectIds: null });
    state = { memory, findings, incidents: incidents.filter(({ state: now }) => now !== 'resolved') };
  }
  return state;
}
