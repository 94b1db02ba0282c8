import { type Duration, type Instant, SECOND } from '../../domain/time.ts';

/** The person at the command line, who waits for what Atlas does. */
export type Watcher = {
  readonly now: () => Instant;
  readonly pause: (duration: Duration) => Promise<void>;
  readonly say: (words: string) => void;
  /** True once the person has stopped waiting (Ctrl-C): what was asked for goes on in Atlas all the same. */
  readonly stopped: () => boolean;
};

export const BETWEEN_LOOKS: Duration = 15 * SECOND;
/** What runs for minutes is not given up because some looks at it failed. */
const LOOKS_THAT_MAY_FAIL = 20;

/**
 * Looks after 1 s, 2 s, 4 s and so on, then every 15 s, while `goesOn`, until the person stops. `lost` is null, or says why Atlas could no longer be asked
 * after many failed looks.
 */
export async function watched<State>(
  first: State,
  what: { readonly name: string; readonly look: (before: State) => Promise<State>; readonly goesOn: (state: State) => boolean },
  { pause, say, stopped }: Watcher,
): Promise<{ readonly last: State; readonly lost: string | null }> {
  let [last, failures] = [first, 0];
  for (let wait = SECOND; what.goesOn(last) && !stopped(); wait = Math.min(2 * wait, BETWEEN_LOOKS)) {
    await pause(wait);
    try {
      last = await what.look(last);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures > LOOKS_THAT_MAY_FAIL) return { last, lost: inWords(error) };
      say(`${what.name}: not seen (${inWords(error)}); looking again`);
    }
  }
  return { last, lost: null };
}

export function inWords(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}
