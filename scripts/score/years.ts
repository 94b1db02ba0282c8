import type { Channel } from '../../lib/alerts/channels/channel.ts';
import { policyOf } from '../../lib/config/policy.ts';
import { known } from '../../lib/domain/fact.ts';
import type { Facts } from '../../lib/domain/facts.ts';
import { emptyHead, type Head } from '../../lib/domain/head.ts';
import { EMPTY_MEMORY, type Memory } from '../../lib/domain/memory.ts';
import { CHANNEL_IDS } from '../../lib/domain/policy.ts';
import { DAY, HOUR, type Instant, iso, SECOND } from '../../lib/domain/time.ts';
import { judge, recordable } from '../../lib/judge.ts';
import { succeed } from '../../lib/succeed.ts';
import { between, chanceOf } from './chance.ts';
import type { HealthyCluster } from './healthy-cluster.ts';
import { FLEET_POLICY, healthyFleet, PAUSES } from './healthy-fleet.ts';

/** What one year, or several, brought. */
export type FalseAlarms = {
  readonly clusters: number;
  readonly checks: number;
  /** What was told for nothing, and what was not told although it was right: one sentence each. */
  readonly alarms: readonly string[];
  /** What was told, and rightly so. */
  readonly rightly: number;
};

const YEAR = 365 * DAY;
/** So that both changes of the clocks, a leap day and every weekday fall into some year. */
const FIRST = Date.UTC(2027, 0, 1);
/** Cron delivers a run within its minute; now and then not at all, or twice (facts/alerting-and-platform A1). */
const [MISSED, DOUBLED] = [0.005, 0.005];

/** Simulated years of clusters that are all healthy, judged hourly by the pure line. Each year has a fleet and a seed of its own. */
export function healthyYears(years: number, seed: number): FalseAlarms & { readonly years: number } {
  const each = Array.from({ length: years }, (_, index) => healthyYear(index, seed));
  return {
    years,
    clusters: Math.max(0, ...each.map(({ clusters }) => clusters)),
    checks: each.reduce((sum, { checks }) => sum + checks, 0),
    alarms: each.flatMap(({ alarms }) => alarms),
    rightly: each.reduce((sum, { rightly }) => sum + rightly, 0),
  };
}

/** The clusters are healthy; what people are to do besides, nobody does in this world. How often a year each is to be told. */
const RIGHTLY: readonly (readonly [words: string, times: number])[] = [
  ['pitr-break of pausing-with-pitr: ', PAUSES],
  ['restore-test of restore tests: no restore test is planned', 1],
  ['alert-path of the alert path: the alert path was last proven', 1],
];

/** The year with that number, from 0, of those that the seed makes. */
export function healthyYear(index: number, seed: number): FalseAlarms {
  const [begins, chance] = [FIRST + index * YEAR, chanceOf(seed + index)];
  const fleet = healthyFleet(begins, chance);
  const line = openLine(begins);
  const told: string[] = [];
  let checks = 0;
  for (let hour = begins; hour < begins + YEAR; hour += HOUR) {
    if (chance() < MISSED) continue;
    const at = hour + Math.floor(between(chance, 0, 55)) * SECOND;
    for (const now of chance() < DOUBLED ? [at, at + 20 * SECOND] : [at]) {
      checks += 1;
      told.push(...line.check(fleetFacts(fleet, now, line.since())).map((words) => `${iso(now)} ${words}`));
    }
  }
  return { clusters: fleet.length, checks, ...weighed(told) };
}

/** Each sentence of what was told in a year begins with its time and a blank. */
export function weighed(told: readonly string[]): Pick<FalseAlarms, 'alarms' | 'rightly'> {
  const left = new Map(RIGHTLY);
  const alarms = told.filter((sentence) => {
    const words = RIGHTLY.map(([one]) => one).find((one) => sentence.slice(sentence.indexOf(' ') + 1).startsWith(one));
    const times = words === undefined ? 0 : (left.get(words) ?? 0);
    if (words === undefined || times === 0) return true;
    left.set(words, times - 1);
    return false;
  });
  const silent = [...left].filter(([, times]) => times > 0).map(([words, times]) => `not told ${times} time(s): ${words}`);
  return { alarms: [...alarms, ...silent], rightly: told.length - alarms.length };
}

type Line = { readonly since: () => Instant; readonly check: (facts: Facts) => readonly string[] };

const CHANNELS: readonly Channel[] = CHANNEL_IDS.map((id) => ({
  id,
  recipients: 1,
  send: () => Promise.resolve({ result: 'accepted', receipt: null }),
}));

/** Judge and succeed, run after run; `check` says what people would be told. */
function openLine(begins: Instant): Line {
  const policy = policyOf(FLEET_POLICY);
  let memory: Memory = EMPTY_MEMORY;
  let head: Head = {
    ...emptyHead(begins),
    proof: { startedAt: begins, endedAt: begins, incidents: [], verdict: 'passed', detail: 'simulated' },
  };
  let revision = 0;
  return {
    since: () => (memory.projects['p1']?.events?.until ?? begins - 8 * DAY) - 2 * HOUR,
    check: (facts) => {
      const judgement = judge(memory, facts, { policy, projectIds: null });
      const run = { runId: `r${revision}`, startedAt: facts.startedAt, finishedAt: facts.startedAt, complete: true };
      revision += 1;
      const next = succeed(head, {
        run,
        judgement,
        view: () => recordable(judgement, { runId: run.runId, now: run.startedAt, complete: true }).view,
        memoryBlobs: [],
        viewBlobs: [],
        revision,
        parts: { channels: CHANNELS, policy, projectIds: null, canAcknowledge: false },
        extra: [],
      });
      memory = judgement.memory;
      // Every message is taken at once, so that nothing piles up.
      head = { ...next, deliveries: [] };
      const news = new Set(
        next.deliveries.filter(({ kind }) => kind !== 'digest' && kind !== 'resolve').flatMap(({ incidents }) => incidents),
      );
      return next.incidents
        .filter(({ id }) => news.has(id))
        .map(({ check, resource, summary }) => `${check} of ${resource.name}: ${summary}`);
    },
  };
}

/** What a run reads of a fleet, with the events since then. */
export function fleetFacts(fleet: readonly HealthyCluster[], now: Instant, since: Instant): Facts {
  const read = fleet.flatMap((cluster) => cluster.facts(now) ?? []);
  const events = fleet.flatMap((cluster) => cluster.events(since));
  const project = {
    id: 'p1',
    name: 'fleet',
    dedicated: known(
      read.filter(({ kind }) => kind !== 'flex'),
      now,
    ),
    flex: known(
      read.filter(({ kind }) => kind === 'flex'),
      now,
    ),
    unreadable: [],
    events: known({ since, until: now, events }, now),
    alerts: known([], now),
    alertConfigs: null,
    remains: {},
  };
  return { startedAt: now, complete: true, projects: known([project], now) };
}
