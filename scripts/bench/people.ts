import { policyOf } from '../../lib/config/policy.ts';
import type { Facts } from '../../lib/domain/facts.ts';
import { emptyHead, type Head } from '../../lib/domain/head.ts';
import { EMPTY_MEMORY, type Memory } from '../../lib/domain/memory.ts';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import { judge, type Judgement, recordable } from '../../lib/judge.ts';
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
/** Facts are made a hundred checks at a time, as no process ever holds more than a few; the first hundred are not timed. */
const CHUNK = 100;
const PURE_CHUNKS = 20;
const LINE_CHUNKS = 3;
/** Ticks a second that are asked for. */
const PURE_LEAST = 5_000;
const LINE_LEAST = 100;

/** Simulated checks of 25 clusters a second of one core, and a dispatch that owes ten thousand messages. */
export async function peopleFigures(): Promise<readonly Figure[]> {
  const pure = pureTicks();
  const line = await lineTicks();
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

/**
 * What hourly checks read, chunk after chunk; made beforehand, so that only the product is timed. Each check's facts are new objects, but for a
 * cluster's list of snapshots where no snapshot began, ended or expired.
 */
function* hourlyFacts(chunks: number): Generator<readonly Facts[]> {
  const fleet = healthyFleet(BEGINS, chanceOf(1));
  for (let chunk = 0; chunk <= chunks; chunk += 1) {
    yield Array.from({ length: CHUNK }, (_, index) => {
      const now = BEGINS + SETTLED + (chunk * CHUNK + index) * HOUR;
      return fleetFacts(fleet, now, chunk === 0 && index === 0 ? now - 8 * DAY : now - 3 * HOUR);
    });
  }
}

/** A stopwatch of the core that this thread has to itself: what others on the machine take does not count. */
function busy(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
}

function pureTicks(): number {
  const policy = policyOf(FLEET_POLICY);
  const parts = { channels: channels(), policy, projectIds: null, canAcknowledge: false };
  let memory: Memory = EMPTY_MEMORY;
  let head: Head = emptyHead(BEGINS);
  let [revision, seconds] = [0, 0];
  for (const chunk of hourlyFacts(PURE_CHUNKS)) {
    const begun = busy();
    for (const facts of chunk) {
      revision += 1;
      const judgement = judge(memory, facts, { policy, projectIds: null });
      const run = { runId: 'bench', startedAt: facts.startedAt, finishedAt: facts.startedAt, complete: true };
      const view = (): Judgement['view'] => recordable(judgement, { ...run, now: facts.startedAt }).view;
      head = { ...succeed(head, { run, judgement, view, memoryBlobs: [], viewBlobs: [], revision, parts, extra: [] }), deliveries: [] };
      memory = judgement.memory;
    }
    if (revision > CHUNK) seconds += busy() - begun;
  }
  return (PURE_CHUNKS * CHUNK) / seconds;
}

async function lineTicks(): Promise<number> {
  let current: Facts | undefined;
  const clock = { now: BEGINS + SETTLED };
  const parts = inMemory(
    () => clock.now,
    () => current,
  );
  let seconds = 0;
  for (const [index, chunk] of [...hourlyFacts(LINE_CHUNKS)].entries()) {
    const begun = busy();
    for (const facts of chunk) {
      [current, clock.now] = [facts, facts.startedAt];
      const { status } = await check(parts);
      if (status !== 200) throw new Error(`bench: a check in memory answered ${status}`);
    }
    if (index > 0) seconds += busy() - begun;
  }
  return (LINE_CHUNKS * CHUNK) / seconds;
}
