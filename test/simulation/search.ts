import fc from 'fast-check';
import type { Duration } from '../../lib/domain/time.ts';
import { type Action, histories } from './history.ts';
import { playHistory } from './play.ts';
import { type PlantedBug, PLANTED_BUGS } from './planted-bugs.ts';

export type Search = {
  readonly seed: number;
  /** Where in the seed's tree of histories to begin: what a failure prints. */
  readonly path?: string;
  readonly histories: number;
  /** The name of a planted bug. */
  readonly plant?: string;
  /** Real time after which the search, or the making smaller of what it found, ends. */
  readonly within?: Duration;
  /** Is a failure made as small as it can be? */
  readonly shrink?: boolean;
};

export type Found = {
  readonly ticks: number;
  readonly histories: number;
  /** What was broken, how to play it again, the history and what happened in it; null where every promise held. */
  readonly failure: string | null;
};

const MOST_ACTIONS = 30;
const LINES_SHOWN = 400;

/** Plays histories until one breaks a promise. The same seed and path always play the same. */
export async function search({ seed, path, histories: count, plant, within, shrink = true }: Search): Promise<Found> {
  const played = { ticks: 0, histories: 0 };
  const playing = playOptions(plant);
  const holds = fc.asyncProperty(histories(MOST_ACTIONS), async (actions) => {
    const { broken, ticks } = await playHistory(actions, playing);
    played.ticks += ticks;
    played.histories += 1;
    if (broken.length > 0) throw new Error(broken[0]);
  });
  const limits = within === undefined ? {} : { interruptAfterTimeLimit: within };
  const result = await fc.check(holds, {
    seed,
    numRuns: count,
    endOnFailure: !shrink || path !== undefined,
    ...(path !== undefined && { path }),
    ...limits,
  });
  if (!result.failed || result.counterexample === null) return { ...played, failure: null };
  return {
    ...played,
    failure: await describeFailure(result.counterexample[0], replayCommand(seed, result.counterexamplePath ?? '', plant), playing),
  };
}

function playOptions(name: string | undefined): { readonly plant?: PlantedBug } {
  const plant = name === undefined ? undefined : PLANTED_BUGS[name];
  if (name !== undefined && plant === undefined) throw new Error(`no such planted bug: ${name}`);
  return plant ? { plant } : {};
}

function replayCommand(seed: number, path: string, plant: string | undefined): string {
  return `npm run simulate -- --seed ${seed} --path ${path}${plant === undefined ? '' : ` --plant '${plant}'`}`;
}

async function describeFailure(actions: readonly Action[], again: string, playing: { readonly plant?: PlantedBug }): Promise<string> {
  const { broken, trace } = await playHistory(actions, { ...playing, traced: true });
  const left = trace.length - LINES_SHOWN;
  const lines = left > 0 ? [...trace.slice(0, LINES_SHOWN / 2), `… ${left} more …`, ...trace.slice(-LINES_SHOWN / 2)] : trace;
  return [
    ...lines.map((line) => line.slice(0, 240)),
    '',
    'The history:',
    JSON.stringify(actions),
    '',
    'Broken:',
    ...broken.slice(0, 10),
    '',
    `Again: ${again}`,
  ].join('\n');
}
