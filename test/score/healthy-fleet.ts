import type { Config } from '../../lib/config/policy/define-config.ts';
import { known } from '../../lib/domain/facts/fact.ts';
import type { ClusterFacts, Schedule } from '../../lib/domain/facts/facts.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { between, type Chance } from './chance.ts';
import { changing } from './changing-clusters.ts';
import type { Habits } from './habits.ts';
import { healthyCluster, type HealthyCluster } from './healthy-cluster.ts';

/** Where the maintenance window's time zone changes its clocks twice a year. */
const ZONE = 'Europe/Berlin';

/** What was promised: the plan's defaults, but for these. */
export const FLEET_POLICY: Config = {
  clusters: [
    { tag: 'pitr=no', pitr: { wanted: false } },
    { tag: 'cadence=weekly', backupAge: { limitHours: 7 * 24 }, pitr: { wanted: false } },
  ],
  maintenance: [
    { cluster: 'maintained', cron: '15 4 * * 0', timeZone: ZONE, minutes: 75, why: 'the weekly index build lets a snapshot fail' },
  ],
};

const GB = 1_000_000_000;
const NO_PITR = { pitr: 'no' };

/** Healthy clusters of every kind, some of them born or paused in the year that begins then. */
export function healthyFleet(begins: Instant, chance: Chance): readonly HealthyCluster[] {
  return [...regular(begins, chance), ...odd(begins, chance), ...changing(begins, chance, () => base(begins, chance))].map(
    (habits, index) => healthyCluster(habits, `c${index}`, chance),
  );
}

function base(begins: Instant, chance: Chance): Habits {
  return {
    name: 'six-hourly',
    kind: 'replicaSet',
    every: 6 * HOUR,
    jitter: 5 * MINUTE,
    takes: 3 * MINUTE,
    bytes: 80 * GB,
    kept: 7 * DAY,
    growth: 0.005,
    pit: true,
    tags: {},
    // Some hour of some day, so that schedules fall all over the day.
    bornAt: begins - 40 * DAY + Math.floor(between(chance, 0, 24 * 60)) * MINUTE,
    pauses: [],
    byHand: 0,
    early: 0,
    scripted: null,
    fails: () => false,
  };
}

function regular(begins: Instant, chance: Chance): readonly Habits[] {
  const plain = (): Habits => base(begins, chance);
  return [
    { ...plain(), name: 'atlas-default', schedule: () => ATLAS_DEFAULT },
    { ...plain(), name: 'hourly', every: HOUR, takes: 10 * MINUTE, growth: 0.02 },
    { ...plain(), name: 'hourly-slow-no-pitr', every: HOUR, takes: 46 * MINUTE, pit: false, tags: NO_PITR },
    { ...plain(), name: 'six-hourly-no-pitr', takes: 48 * MINUTE, jitter: 15 * MINUTE, pit: false, tags: NO_PITR },
    { ...plain(), name: 'four-hourly-electing', every: 4 * HOUR, growth: 0.01, elections: 0.02 },
    { ...plain(), name: 'nvme', every: 12 * HOUR, takes: 20 * MINUTE },
    { ...plain(), name: 'daily', every: DAY, jitter: 10 * MINUTE },
    {
      ...plain(),
      name: 'daily-slow-moved',
      every: DAY,
      jitter: 15 * MINUTE,
      takes: 48 * MINUTE,
      looks: (at) => movedAt(begins + 120 * DAY, at),
    },
    { ...plain(), name: 'weekly', every: 7 * DAY, jitter: 10 * MINUTE, takes: 30 * MINUTE, pit: false, tags: { cadence: 'weekly' } },
    { ...plain(), name: 'sharded', kind: 'sharded', bytes: 3_000 * GB, takes: 40 * MINUTE },
    { ...plain(), name: 'free', kind: 'free', every: DAY, pit: false, tags: { 'restorewatch-exempt': 'a playground' } },
  ];
}

function odd(begins: Instant, chance: Chance): readonly Habits[] {
  const plain = (): Habits => base(begins, chance);
  const born = (): Instant => begins + Math.floor(between(chance, 20, 300)) * DAY + Math.floor(between(chance, 0, 24 * 60)) * MINUTE;
  return [
    { ...plain(), name: 'growing-resized', bytes: 2 * GB, growth: 0.2, looks: (at) => resizedAt(begins, at) },
    { ...plain(), name: 'growing-daily', every: DAY, bytes: 5 * GB, growth: 0.2, jitter: 10 * MINUTE },
    { ...plain(), name: 'shrinking', bytes: 400 * GB, growth: -0.05 },
    { ...plain(), name: 'tiny-by-hand', bytes: 1.55 * GB, growth: 0, byHand: 0.1 },
    { ...plain(), name: 'copied', copyTo: 'EU_WEST_1' },
    { ...plain(), name: 'by-script', byHand: 0.5, scripted: 5 * HOUR },
    { ...plain(), name: 'expiring-early', kept: 8 * DAY, early: 5 * HOUR },
    { ...plain(), name: 'sharded-expiring-early', kind: 'sharded', every: DAY, kept: 8 * DAY, early: 5 * HOUR },
    { ...plain(), name: 'young', bornAt: born(), copyTo: 'EU_WEST_1' },
    { ...plain(), name: 'young-flex', kind: 'flex', every: DAY, pit: false, bornAt: born() },
    {
      ...plain(),
      name: 'pausing',
      copyTo: 'EU_WEST_1',
      pit: false,
      tags: NO_PITR,
      every: 12 * HOUR,
      kept: 30 * DAY,
      pauses: pausesIn(begins, chance),
    },
    { ...plain(), name: 'pausing-with-pitr', every: 12 * HOUR, kept: 30 * DAY, pauses: pausesIn(begins, chance) },
    { ...plain(), name: 'raised', schedule: (at) => raisedSince(begins, at) },
    { ...plain(), name: 'replaced', schedule: (at) => replacedNow(begins, at) },
    {
      ...plain(),
      name: 'nightly',
      pit: false,
      tags: NO_PITR,
      every: 4 * HOUR,
      kept: 30 * DAY,
      pauses: nightsFrom(begins),
      schedule: () => keptFor(30),
    },
    { ...plain(), name: 'maintained', bornAt: begins - 40 * DAY, every: HOUR, jitter: 0, fails: isMaintained },
  ];
}

function resizedAt(begins: Instant, at: Instant): Partial<ClusterFacts> {
  return { tier: at < begins + 60 * DAY || at > begins + 200 * DAY ? 'M30' : 'M50' };
}

/** It moves to another region: for three hours Atlas changes it, member by member. */
function movedAt(from: Instant, at: Instant): Partial<ClusterFacts> {
  if (at < from) return {};
  const moving = at < from + 3 * HOUR;
  const electable = moving ? { 'AWS US_EAST_1': 1, 'AWS EU_WEST_1': 2 } : { 'AWS EU_WEST_1': 3 };
  return { electable: known([electable], at), ...(moving && { updating: true as const }) };
}

/** What Atlas gives a new cluster (docs/facts/atlas.md §4). */
const ATLAS_DEFAULT: Pick<Schedule, 'items' | 'restoreWindowDays'> = {
  items: [
    { frequency: 'hourly', interval: 6, retentionDays: 7 },
    { frequency: 'daily', interval: 1, retentionDays: 7 },
    { frequency: 'weekly', interval: 6, retentionDays: 28 },
    { frequency: 'monthly', interval: 40, retentionDays: 365 },
    { frequency: 'yearly', interval: 12, retentionDays: 365 },
  ],
  restoreWindowDays: 7,
};

const PAUSED_FROM = [60, 160, 260];
/** Of each cluster that pauses, a year. */
export const PAUSES = PAUSED_FROM.length;

/** Pauses of some days, all within the year; the snapshots outlast them by more than the week at which policy warns. */
function pausesIn(begins: Instant, chance: Chance): Habits['pauses'] {
  return PAUSED_FROM.map((day) => {
    const from = begins + Math.floor(between(chance, day, day + 40)) * DAY + Math.floor(between(chance, 0, 24)) * HOUR + 7 * MINUTE;
    return { from, to: from + Math.floor(between(chance, 1, 9) * 24) * HOUR };
  });
}

function keptFor(days: number): Pick<Schedule, 'items'> {
  return {
    items: [
      { frequency: 'hourly', interval: 6, retentionDays: 7 },
      { frequency: 'daily', interval: 1, retentionDays: days },
    ],
  };
}

/** What was promised from the beginning; twice a year more, and once back to as much as was promised. */
function raisedSince(begins: Instant, at: Instant): Partial<Schedule> {
  const days = (at - begins) / DAY;
  if (days < 100) return keptFor(30);
  return days < 250 ? { ...keptFor(60), restoreWindowDays: 14 } : keptFor(30);
}

/** Terraform replaces it every 30 days: for 56 minutes, in which one check falls, there is none. */
function replacedNow(begins: Instant, at: Instant): Partial<Schedule> {
  const intoMonth = (at - begins) % (30 * DAY);
  return intoMonth >= 12 * HOUR && intoMonth < 12 * HOUR + 56 * MINUTE ? { items: [], nextSnapshotAt: null } : keptFor(30);
}

/** From eight in the evening to six in the morning, the first time before the first check. */
function nightsFrom(begins: Instant): Habits['pauses'] {
  return Array.from({ length: 367 }, (_, night) => {
    const from = begins + (night - 1) * DAY + 20 * HOUR;
    return { from, to: from + 10 * HOUR };
  });
}

const LOCAL = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, weekday: 'short', hour: '2-digit', hourCycle: 'h23' });

/** The snapshot of Sunday, four o'clock where the people live. */
function isMaintained(due: Instant): boolean {
  // Sunday, four o'clock in Europe is Sunday in UTC too; formatting takes time.
  if (new Date(due).getUTCDay() !== 0) return false;
  const parts = LOCAL.formatToParts(due);
  const part = (type: string): string | undefined => parts.find((one) => one.type === type)?.value;
  return part('weekday') === 'Sun' && part('hour') === '04';
}
