import { policyOf } from '../../lib/config/policy.ts';
import type { Facts } from '../../lib/domain/facts.ts';
import { emptyHead, type Head } from '../../lib/domain/head.ts';
import { EMPTY_MEMORY, type Memory } from '../../lib/domain/memory.ts';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import { judge } from '../../lib/judge.ts';
import { check } from '../../lib/run.ts';
import { succeed } from '../../lib/succeed.ts';
import { chanceOf } from '../score/chance.ts';
import { FLEET_POLICY, healthyFleet } from '../score/healthy-fleet.ts';
import { fleetFacts } from '../score/years.ts';
import type { Cell, Figure } from './figures.ts';
import { channels, inMemory } from './in-memory.ts';
import { owedFigure } from './owed.ts';

const BEGINS = Date.UTC(2027, 5, 1);
/** Past the births of the young ones, so that all 25 are there. */
const SETTLED = 320 * DAY;
const WARM = 100;
const PURE_TICKS = 1_000;
const LINE_TICKS = 300;
/** Ticks a second that are asked for. */
const PURE_LEAST = 5_000;
const LINE_LEAST = 100;

/** Simulated checks of 25 clusters a second on one core, and a dispatch that owes ten thousand messages. */
export async function peopleFigures(): Promise<readonly Figure[]> {
  const facts = hourlyFacts(WARM + PURE_TICKS);
  const pure = pureTicks(facts);
  const line = await lineTicks(facts.slice(0, WARM + LINE_TICKS));
  return [
    {
      what: `25 clusters, pure core (judge and succeed): ${PURE_LEAST.toLocaleString('en')} ÷ ticks a second`,
      most: 1,
      cells: [rate(PURE_LEAST, pure)],
    },
    { what: `25 clusters, whole line with wires in memory: ${LINE_LEAST} ÷ ticks a second`, most: 1, cells: [rate(LINE_LEAST, line)] },
    await owedFigure(),
  ];
}

function rate(least: number, ticks: number): Cell {
  return { value: least / ticks, shown: `${(least / ticks).toFixed(2)} (${Math.round(ticks).toLocaleString('en')} a second)` };
}

/** What each of so many hourly checks reads; made beforehand, so that only the product is timed. */
function hourlyFacts(count: number): readonly Facts[] {
  const fleet = healthyFleet(BEGINS, chanceOf(1));
  return Array.from({ length: count }, (_, hour) => {
    const now = BEGINS + SETTLED + hour * HOUR;
    return fleetFacts(fleet, now, hour === 0 ? now - 8 * DAY : now - 3 * HOUR);
  });
}

function pureTicks(all: readonly Facts[]): number {
  const policy = policyOf(FLEET_POLICY);
  const parts = { channels: channels(), policy, projectIds: null, canAcknowledge: false };
  let memory: Memory = EMPTY_MEMORY;
  let head: Head = emptyHead(BEGINS);
  let begun = 0;
  for (const [revision, facts] of all.entries()) {
    if (revision === WARM) begun = performance.now();
    const judgement = judge(memory, facts, { policy, projectIds: null, runId: 'bench' });
    const run = { runId: 'bench', startedAt: facts.startedAt, finishedAt: facts.startedAt, complete: true };
    head = { ...succeed(head, { run, judgement, memoryBlobs: [], viewBlobs: [], revision, parts, extra: [] }), deliveries: [] };
    memory = judgement.memory;
  }
  return ((all.length - WARM) * 1_000) / (performance.now() - begun);
}

async function lineTicks(all: readonly Facts[]): Promise<number> {
  const clock = { now: BEGINS + SETTLED };
  const parts = inMemory(
    () => clock.now,
    (now) => all[Math.round((now - BEGINS - SETTLED) / HOUR)] ?? all[0],
  );
  let begun = 0;
  for (let tick = 0; tick < all.length; tick += 1) {
    if (tick === WARM) begun = performance.now();
    const { status } = await check(parts);
    if (status !== 200) throw new Error(`bench: a check in memory answered ${status}`);
    clock.now += HOUR;
  }
  return ((all.length - WARM) * 1_000) / (performance.now() - begun);
}
