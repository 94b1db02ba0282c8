import type { App } from './app.ts';

const CHECK_EVERY_MS = 10_000;
const DISPATCH_EVERY_MS = 5_000;

/** Calls the cron routes much more often than production does, and at once when asked. */
export type Scheduler = {
  /** Checks now; resolves with what the check answered. */
  readonly checkNow: () => Promise<string>;
  /** Begins the restore test, as the daily cron does; resolves with the answer. */
  readonly restoreNow: () => Promise<string>;
  /** What the last check answered, and when. */
  readonly last: () => { readonly at: number; readonly answer: string } | null;
  readonly stop: () => void;
};

export function startScheduler(app: App): Scheduler {
  let last: { readonly at: number; readonly answer: string } | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  const checkNow = (): Promise<string> => {
    const mine = queue.then(async () => {
      const answer = await app.cron('check');
      last = { at: Date.now(), answer };
      return answer;
    });
    queue = mine;
    return mine;
  };
  const checks = setInterval(() => void checkNow(), CHECK_EVERY_MS);
  const dispatches = setInterval(() => void app.cron('dispatch'), DISPATCH_EVERY_MS);
  const stop = () => [checks, dispatches].forEach(clearInterval);
  return { checkNow, restoreNow: () => app.cron('restore-test'), last: () => last, stop };
}
