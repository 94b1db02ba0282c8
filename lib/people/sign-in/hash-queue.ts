import { type Duration, type Instant, SECOND, type Timer } from '../../domain/time.ts';
import { type Asker, type HashOrder, type Keys, keysOf } from './hash-order.ts';

/** Waiting costs a socket and no hash. 64 from one address are more than an office has people who sign in at once. */
const MOST_FROM_ONE_ADDRESS = 64;
const MOST_WAITING = 256;
/** Nobody waits longer: whoever is told to come again has not given up by himself yet. */
const LONGEST_WAIT: Duration = 10 * SECOND;

type Waiting = { readonly keys: Keys; readonly start: () => Promise<void>; readonly giveUp: () => void };

export type HashQueue = {
  /** Runs the job when its turn comes. Null if it waited too long, or too many waited. */
  readonly run: <T>(asker: Asker, job: () => Promise<T>) => Promise<T | null>;
};

type Dependencies = { readonly now: () => Instant; readonly timer: Timer; readonly order: HashOrder };

/**
 * Runs one job at a time, in the order's order, and beside it one more of another address that has not failed lately: a hash takes 32 MiB and a tenth of a
 * second, or several on a busy machine, on one of the four threads that look-ups of host names need too. So whoever has not failed does not even wait for
 * the guess that is being hashed.
 */
export function createHashQueue({ now, timer, order }: Dependencies): HashQueue {
  const waiting: Waiting[] = [];
  const running: Waiting[] = [];
  let cancelTimer: (() => void) | null = null;

  function leave(entry: Waiting | undefined): void {
    const index = entry === undefined ? -1 : waiting.indexOf(entry);
    if (index !== -1) waiting.splice(index, 1)[0]?.giveUp();
  }

  function startNext(): void {
    const [first, second] = running;
    if (second !== undefined) return;
    cancelTimer?.();
    cancelTimer = null;
    const entry = order.next(waiting.filter((one) => mayRunBeside(one, first) && order.readyAt(one) <= now()));
    if (entry !== undefined) return void runEntry(entry);
    if (first === undefined && waiting.length > 0) cancelTimer = timer(Math.min(...waiting.map(order.readyAt)) - now(), startNext);
  }

  function mayRunBeside(entry: Waiting, first: Waiting | undefined): boolean {
    return first === undefined || (entry.keys.address !== first.keys.address && order.isClean(entry));
  }

  async function runEntry(entry: Waiting): Promise<void> {
    waiting.splice(waiting.indexOf(entry), 1);
    running.push(entry);
    await entry.start();
    running.splice(running.indexOf(entry), 1);
    startNext();
  }

  function enter(entry: Waiting): void {
    waiting.push(entry);
    const neighbours = waiting.filter(({ keys }) => keys.address === entry.keys.address);
    if (neighbours.length > MOST_FROM_ONE_ADDRESS) leave(order.worst(neighbours));
    if (waiting.length > MOST_WAITING) leave(order.worst(waiting));
    startNext();
  }

  function run<T>(asker: Asker, job: () => Promise<T>): Promise<T | null> {
    const { promise, resolve, reject } = Promise.withResolvers<T | null>();
    const cancel = timer(LONGEST_WAIT, () => leave(entry));
    const entry: Waiting = {
      keys: keysOf(asker),
      start: () => (cancel(), job().then(resolve, reject)),
      giveUp: () => (cancel(), resolve(null)),
    };
    enter(entry);
    return promise;
  }

  return { run };
}
