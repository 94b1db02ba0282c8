import type { Head } from '../../lib/domain/incidents/head.ts';
import { DAY, HOUR, MINUTE, type Duration, type Instant } from '../../lib/domain/time.ts';
import type { App, CronJob } from './app.ts';
import type { DemoClock } from './clock.ts';
import type { DirectJobs } from './direct-jobs.ts';

/** While nobody pushes the clock, the crons come much more often than in production, so that a break shows within seconds. */
const CHECK_EVERY_MS = 10_000;
const DISPATCH_EVERY_MS = 5_000;
/** The schedule of production (docs/deployment.md). */
const DISPATCH_EVERY: Duration = 5 * MINUTE;
const DAILY_AT: Duration = 6 * HOUR;
/** So long after an incident has opened, somebody may be called at any dispatch; later, reminders are seen by the hourly check soon enough. */
const FRESH: Duration = 2 * HOUR;

export type Crons = {
  /** Checks now; resolves with what the check answered. */
  readonly checkNow: () => Promise<string>;
  /** Lets so much time pass, with every cron at its time; resolves with true when it has passed, and with false at once while an earlier push goes on. */
  readonly push: (by: Duration) => Promise<boolean>;
  /** How far a push has come; null while there is none. */
  readonly pushing: () => Push | null;
  /** What the last check answered, and when. */
  readonly last: () => { readonly at: Instant; readonly answer: string } | null;
  readonly stop: () => void;
};

/** Until when the clock is being pushed, and how many of the hourly checks on the way have run. */
export type Push = { readonly until: Instant; readonly checked: number; readonly checks: number };

type CronParts = {
  readonly app: Pick<App, 'cron' | 'setAhead'>;
  readonly clock: DemoClock;
  readonly readHead: () => Promise<Head | null>;
  /** Runs the jobs of pushed time faster than the app does. */
  readonly direct?: DirectJobs;
};

/** Calls the cron routes one after the other, whoever asks: a clock that moves during a run would make that run's times nonsense. */
export function startCrons({ app, clock, readHead, direct = () => null }: CronParts): Crons {
  let last: ReturnType<Crons['last']> = null;
  let pushing: Push | null = null;
  const { inTurn, isIdle } = openQueue();
  const call = async (job: CronJob, run: DirectJobs = () => null): Promise<string> => {
    const answer = await (run(job) ?? app.cron(job));
    if (job === 'check') last = { at: clock.now(), answer };
    return answer;
  };
  const passing = async (by: Duration): Promise<void> => {
    const until = clock.now() + by;
    const checks = hoursBetween(clock.now(), until);
    while (clock.now() < until) {
      pushing = { until, checks, checked: checks - hoursBetween(clock.now(), until) };
      const step = stepFrom(clock.now(), until, await readHead());
      const jobs = jobsBetween(clock.now(), clock.now() + step);
      clock.push(step);
      await app.setAhead(clock.ahead());
      for (const job of jobs) await call(job, direct);
    }
  };
  const every = (milliseconds: number, job: CronJob) => setInterval(() => isIdle() && void inTurn(() => call(job)), milliseconds);
  const timers = [every(CHECK_EVERY_MS, 'check'), every(DISPATCH_EVERY_MS, 'dispatch')];
  return {
    checkNow: () => inTurn(() => call('check')),
    async push(by) {
      if (pushing !== null) return false;
      // From here on, and not from its turn: a check that is under way may take seconds.
      pushing = { until: clock.now() + by, checked: 0, checks: hoursBetween(clock.now(), clock.now() + by) };
      await inTurn(() => passing(by)).finally(() => (pushing = null));
      return true;
    },
    pushing: () => pushing,
    last: () => last,
    stop: () => timers.forEach(clearInterval),
  };
}

/** Acts one after the other; one that fails holds up none after it. */
function openQueue() {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    inTurn: <T>(act: () => Promise<T>): Promise<T> => {
      waiting += 1;
      const mine = last.then(act).finally(() => (waiting -= 1));
      last = mine.catch(() => undefined);
      return mine;
    },
    isIdle: () => waiting === 0,
  };
}

/** How many full hours, at which a check comes, lie after `from` and not after `to`. */
function hoursBetween(from: Instant, to: Instant): number {
  return Math.floor(to / HOUR) - Math.floor(from / HOUR);
}

/** Pure: to the next dispatch while one may have something to do, else to the next check. */
export function stepFrom(now: Instant, end: Instant, head: Head | null): Duration {
  const every = head !== null && mayBeOwed(head, now) ? DISPATCH_EVERY : HOUR;
  return Math.min(end - now, every - (now % every));
}

function mayBeOwed({ incidents, deliveries, recovery }: Head, now: Instant): boolean {
  const isFresh = incidents.some(({ state, openedAt }) => state === 'open' && now - openedAt < FRESH);
  const isOwed = deliveries.some(({ state, nextTryAt }) => (state === 'owed' || state === 'unknown') && nextTryAt !== null);
  return isFresh || isOwed || (recovery?.tests.length ?? 0) > 0;
}

/** Pure: what falls due after `from`, until `to`. */
export function jobsBetween(from: Instant, to: Instant): readonly CronJob[] {
  const isPassed = (every: Duration, at: Duration = 0): boolean => Math.floor((from - at) / every) < Math.floor((to - at) / every);
  const daily: readonly CronJob[] = isPassed(DAY, DAILY_AT) ? ['restore-test', 'drill'] : [];
  return ['dispatch', ...(isPassed(HOUR) ? (['check'] as const) : []), ...daily];
}
