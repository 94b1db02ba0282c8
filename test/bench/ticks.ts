import { policyOf } from '../../lib/config/policy/define-config.ts';
import type { Facts } from '../../lib/domain/facts/facts.ts';
import { emptyHead, type Head } from '../../lib/domain/incidents/head.ts';
import { EMPTY_MEMORY, type Memory } from '../../lib/domain/memory/memory.ts';
import { afterDispatch } from '../../lib/run/dispatch.ts';
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../../lib/domain/time.ts';
import { routeContext } from '../../lib/ports/ports.ts';
import { exposedCollector } from './collector.ts';
import { evaluateRun, type RunEvaluation, recordableEvaluation } from '../../lib/evaluate/evaluation.ts';
import { check, nextHead } from '../../lib/run/check.ts';
import { chanceOf } from '../score/chance.ts';
import { FLEET_POLICY, healthyFleet } from '../score/healthy-fleet.ts';
import { fleetFacts } from '../score/years.ts';
import type { Cell, Figure } from './figures.ts';
import { channels, inMemory } from './in-memory.ts';
import { owedFigure } from './large-dispatch.ts';

const BEGINS = Date.UTC(2027, 5, 1);
/** Past the births of the young ones, so that all 25 are there. */
const SETTLED = 320 * DAY;
/** Facts are made that many checks at a time, as no process ever holds more than a few. */
const CHUNK = 20;
/** Twenty of them are not timed: V8 is still making up its mind. */
const WARM_CHUNKS = 20;
const PURE_CHUNKS = 200;
const LINE_CHUNKS = 15;
/** A tick is what a cron brings (as `npm run simulate` counts them): a check an hour, and a dispatch every five minutes. */
const DISPATCHES = 12;
/** Ticks a second that are asked for. */
const PURE_LEAST = 5_000;
const LINE_LEAST = 100;

/** Simulated checks of 25 clusters a second of one core, and a dispatch that owes ten thousand messages. */
export async function tickFigures(): Promise<readonly Figure[]> {
  const [ticks, checks] = [pureTicks(DISPATCHES), pureTicks(0)];
  const line = await lineTicks();
  const asked = PURE_LEAST.toLocaleString('en');
  return [
    {
      what: `25 clusters, pure core, a check and ${DISPATCHES} dispatches an hour: ${asked} ÷ ticks a second`,
      most: 1,
      cells: [rate(PURE_LEAST, ticks)],
    },
    {
      what: `of these the checks alone (fold, evaluate, reconcile, route): ${asked} ÷ checks a second`,
      most: null,
      cells: [rate(PURE_LEAST, checks)],
    },
    {
      what: `25 clusters, whole line with wires in memory, checks alone: ${LINE_LEAST} ÷ checks a second`,
      most: 1,
      cells: [rate(LINE_LEAST, line)],
    },
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

/** Ticks a second: each check with so many dispatches after it. The garbage of making the facts is collected before the clock starts. */
function pureTicks(dispatches: number): number {
  const core = openCore();
  const collect = exposedCollector();
  let [seconds, chunks] = [0, 0];
  for (const chunk of hourlyFacts(WARM_CHUNKS + PURE_CHUNKS)) {
    // Twice, so that what is still in use grows old and is copied no more.
    for (const _time of [1, 2]) collect('minor');
    const begun = busy();
    for (const facts of chunk) {
      core.check(facts);
      for (let tick = 1; tick <= dispatches; tick += 1) core.dispatch(facts.startedAt + tick * 5 * MINUTE - SECOND);
    }
    if (chunks >= WARM_CHUNKS) seconds += busy() - begun;
    chunks += 1;
  }
  return ((chunks - WARM_CHUNKS) * CHUNK * (1 + dispatches)) / seconds;
}

type Core = { readonly check: (facts: Facts) => void; readonly dispatch: (now: Instant) => void };

/** The pure core without its wires; every message is taken at once. */
function openCore(): Core {
  const policy = policyOf(FLEET_POLICY);
  const ports = { channels: channels(), policy, projectIds: null, canAcknowledge: true };
  let memory: Memory = EMPTY_MEMORY;
  let head: Head = emptyHead(BEGINS);
  let revision = 0;
  return {
    check: (facts) => {
      revision += 1;
      const { startedAt } = facts;
      const evaluation = evaluateRun(memory, facts, ports);
      const run = { runId: 'bench', startedAt, finishedAt: startedAt, complete: true };
      const view = (): RunEvaluation['view'] => recordableEvaluation(evaluation, { ...run, now: startedAt }).view;
      const results = { run, evaluation, view, memoryBlobs: [], viewBlobs: [], revision, startReceived: true, ports, alarmResolves: [] };
      head = { ...nextHead(head, results), deliveries: [] };
      memory = evaluation.memory;
    },
    dispatch: (now) => {
      revision += 1;
      const next = afterDispatch(head, (current) => routeContext(ports, now, current), { revision, alarmResolves: [] });
      head = { ...next, deliveries: [] };
    },
  };
}

async function lineTicks(): Promise<number> {
  let current: Facts | undefined;
  const clock = { now: BEGINS + SETTLED };
  const ports = inMemory(
    () => clock.now,
    () => current,
  );
  let seconds = 0;
  for (const [index, chunk] of [...hourlyFacts(LINE_CHUNKS)].entries()) {
    const begun = busy();
    for (const facts of chunk) {
      [current, clock.now] = [facts, facts.startedAt];
      const { status } = await check(ports);
      if (status !== 200) throw new Error(`bench: a check in memory answered ${status}`);
    }
    if (index > 0) seconds += busy() - begun;
  }
  return (LINE_CHUNKS * CHUNK) / seconds;
}
