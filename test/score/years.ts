import type { Channel } from '../../lib/deliver/attempt/channel.ts';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import type { DailyReads, OwnAccount } from '../../lib/domain/facts/daily-facts.ts';
import { known, type Known } from '../../lib/domain/facts/fact.ts';
import type { Facts } from '../../lib/domain/facts/facts.ts';
import { emptyHead, type Head } from '../../lib/domain/incidents/head.ts';
import { EMPTY_MEMORY, type Memory } from '../../lib/domain/memory/memory.ts';
import { CHANNEL_IDS } from '../support/channel-ids.ts';
import { DAY, HOUR, type Instant, iso, SECOND } from '../../lib/domain/time.ts';
import { evaluateRun, recordableEvaluation } from '../../lib/evaluate/evaluation.ts';
import { nextHead } from '../../lib/run/check.ts';
import { between, chanceOf } from './chance.ts';
import type { HealthyCluster } from './healthy-cluster.ts';
import { FLEET_POLICY, healthyFleet, PAUSES } from './healthy-fleet.ts';

/** What one year, or several, brought. */
export type FalseAlarms = {
  readonly clusters: number;
  readonly checks: number;
  /** Notifications without a cause, and justified ones that did not come: one sentence each. */
  readonly alarms: readonly string[];
  /** How many notifications were justified. */
  readonly justified: number;
};

const YEAR = 365 * DAY;
/** So that both changes of the clocks, a leap day and every weekday fall into some year. */
const FIRST = Date.UTC(2027, 0, 1);
/** Cron delivers a run within its minute; now and then not at all, or twice (docs/facts/platform.md A1). */
const [MISSED, DOUBLED] = [0.005, 0.005];

/** Simulated years of clusters that are all healthy, checked hourly by the pure line. Each year has a fleet and a seed of its own. */
export function healthyYears(years: number, seed: number): FalseAlarms & { readonly years: number } {
  const each = Array.from({ length: years }, (_, index) => healthyYear(index, seed));
  return {
    years,
    clusters: Math.max(0, ...each.map(({ clusters }) => clusters)),
    checks: each.reduce((sum, { checks }) => sum + checks, 0),
    alarms: each.flatMap(({ alarms }) => alarms),
    justified: each.reduce((sum, { justified }) => sum + justified, 0),
  };
}

/** Notifications that are justified although every cluster is healthy, because nobody plans restore tests or proves alerts here; times a year. */
const JUSTIFIED: readonly (readonly [words: string, times: number])[] = [
  ['pitr-break of pausing-with-pitr: ', PAUSES],
  ['set-up of the set-up: never set up: ', 1],
  ['alert-path of the alert path: the alert path was last proven', 1],
];

/** The year with that number, from 0, of those that the seed makes. */
export function healthyYear(index: number, seed: number): FalseAlarms {
  const [begins, chance] = [FIRST + index * YEAR, chanceOf(seed + index)];
  const fleet = healthyFleet(begins, chance);
  const line = openLine(begins);
  const sentences: string[] = [];
  let checks = 0;
  for (let hour = begins; hour < begins + YEAR; hour += HOUR) {
    if (chance() < MISSED) continue;
    const at = hour + Math.floor(between(chance, 0, 55)) * SECOND;
    for (const now of chance() < DOUBLED ? [at, at + 20 * SECOND] : [at]) {
      checks += 1;
      sentences.push(...line.check(fleetFacts(fleet, now, line.since())).map((words) => `${iso(now)} ${words}`));
    }
  }
  return { clusters: fleet.length, checks, ...countFalseAlarms(sentences) };
}

/** Each sentence about a notification of the year begins with its time and a blank. */
export function countFalseAlarms(sentences: readonly string[]): Pick<FalseAlarms, 'alarms' | 'justified'> {
  const left = new Map(JUSTIFIED);
  const alarms = sentences.filter((sentence) => {
    const words = JUSTIFIED.map(([one]) => one).find((one) => sentence.slice(sentence.indexOf(' ') + 1).startsWith(one));
    const times = words === undefined ? 0 : (left.get(words) ?? 0);
    if (words === undefined || times === 0) return true;
    left.set(words, times - 1);
    return false;
  });
  const silent = [...left].filter(([, times]) => times > 0).map(([words, times]) => `not notified ${times} time(s): ${words}`);
  return { alarms: [...alarms, ...silent], justified: sentences.length - alarms.length };
}

type Line = { readonly since: () => Instant; readonly check: (facts: Facts) => readonly string[] };

const CHANNELS: readonly Channel[] = CHANNEL_IDS.map((id) => ({
  id,
  recipients: 1,
  send: () => Promise.resolve({ result: 'accepted', receipt: null }),
}));

/** Evaluation and next head, run after run; `check` returns what people would be notified of. */
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
      const evaluation = evaluateRun(memory, facts, { policy, projectIds: null });
      const run = { runId: `r${revision}`, startedAt: facts.startedAt, finishedAt: facts.startedAt, complete: true };
      revision += 1;
      const next = nextHead(head, {
        run,
        evaluation,
        view: () => recordableEvaluation(evaluation, { runId: run.runId, now: run.startedAt, complete: true }).view,
        memoryBlobs: [],
        viewBlobs: [],
        revision,
        ports: { channels: CHANNELS, policy, projectIds: null, canAcknowledge: false },
        startReceived: true,
        alarmResolves: [],
      });
      memory = evaluation.memory;
      // Every message is taken at once, so that nothing piles up.
      head = { ...next, deliveries: [] };
      const notified = new Set(
        next.deliveries.filter(({ kind }) => kind !== 'digest' && kind !== 'resolve').flatMap(({ incidents }) => incidents),
      );
      return next.incidents
        .filter(({ id }) => notified.has(id))
        .map(({ check, resource, summary }) => `${check} of ${resource.name}: ${summary}`);
    },
  };
}

/** As a run reads it that asks for everything: alerts are configured, auditing is on, and the customer's key is valid. */
function healthyDaily(now: Instant): DailyReads {
  const types = ['CPS_SNAPSHOT_BEHIND', 'CPS_PREV_SNAPSHOT_OLD', 'CPS_OPLOG_BEHIND'];
  return {
    alertConfigs: known(
      types.map((type) => ({ type, enabled: true, threshold: HOUR })),
      now,
    ),
    customerKeys: known([{ provider: 'AWS', valid: true }], now),
    auditLog: known({ enabled: true }, now),
    exportBuckets: known([], now),
    compliancePolicy: known(null, now),
  };
}

/** A secret of 30 days is made every week, and the older ones run out. */
function renewedWeekly(now: Instant): Known<OwnAccount> {
  const week = Math.floor(now / (7 * DAY));
  const secrets = [0, 1, 2, 3, 4].map((back) => {
    const createdAt = (week - back) * 7 * DAY;
    return { id: `secret${week - back}`, createdAt, expiresAt: createdAt + 30 * DAY, isOurs: false };
  });
  return known({ clientId: 'mdb_sa_id_fleet', secrets: secrets.filter(({ expiresAt }) => expiresAt > now) }, now);
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
    alerts: known(
      fleet.flatMap((cluster) => cluster.alerts(now)),
      now,
    ),
    daily: healthyDaily(now),
    remains: {},
  };
  return { startedAt: now, complete: true, projects: known([project], now), accounts: { watch: renewedWeekly(now) } };
}
