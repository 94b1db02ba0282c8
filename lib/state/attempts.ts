import { setTimeout as pause } from 'node:timers/promises';
import type { Duration } from '../domain/time.ts';
import { failureOf } from './failure.ts';
import { StoreError } from './store.ts';

export type Command = [name: string, ...words: (string | number)[]];

/** Sends one command; the operation's name is for the error. */
export type Ask = (operation: string, command: Command) => Promise<unknown>;

/** Enough for a dropped connection to be replaced; short beside any timeout. */
const PAUSE_AT_LEAST: Duration = 50;
const PAUSE_SPREAD: Duration = 100;

/**
 * Repeats a command whose answer was lost, at most `attempts` times in all. Every command of the store may be repeated:
 * its effect is the same the second time. Throws `StoreError` with the operation and the last cause, and nothing of
 * what was sent or answered.
 */
export function withAttempts(send: (command: Command) => Promise<unknown>, attempts: number, timeout: Duration): Ask {
  return async function ask(operation, command) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send(command);
      } catch (error) {
        const failure = failureOf(error, timeout);
        if (failure.final || attempt >= attempts) throw new StoreError(`${operation} in Redis: ${failure.cause}${counted(attempt)}`);
      }
      await pause(PAUSE_AT_LEAST + Math.random() * PAUSE_SPREAD);
    }
  };
}

function counted(attempt: number): string {
  return attempt === 1 ? '' : ` (${attempt} attempts)`;
}
