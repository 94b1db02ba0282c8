import type { Ports } from '../../lib/ports/ports.ts';
import { dailyDrills } from '../../lib/recovery/drills/runner/daily-drills.ts';
import { dailyRestoreTests } from '../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { check } from '../../lib/run/check.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import type { CronJob } from './app.ts';
import type { Emulators } from './emulators.ts';

type Answer = { readonly status: number; readonly body: unknown };

/** What each cron route of the app runs. */
const RUNS: Readonly<Record<CronJob, (ports: Ports) => Promise<Answer>>> = {
  check: (ports) => check(ports, null),
  dispatch: (ports) => dispatch(ports),
  'restore-test': (ports) => dailyRestoreTests(ports),
  drill: (ports) => dailyDrills(ports),
};

/** Runs a job; null where only the app can. */
export type DirectJobs = (job: CronJob) => Promise<string> | null;

/**
 * Runs the jobs in this process, on the app's own state, as the past was played: a check asks the emulated Atlas some eighty things, and a socket for each
 * takes most of a check's time. A week is 168 checks. While Atlas hangs or breaks connections, only sockets show it, so the app has to run them.
 */
export function directJobs(ports: Ports, { atlas }: Pick<Emulators, 'atlas'>): DirectJobs {
  return (job) => (atlas.needsSockets() ? null : RUNS[job](ports).then(({ status, body }) => `${status} ${JSON.stringify(body)}`));
}
