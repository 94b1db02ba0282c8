import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { type Found, search, type Search } from './search.ts';

const HISTORIES_A_ROUND = 100;
/** About as many checks and dispatches as a history has, so that a short run is short. */
const TICKS_A_HISTORY = 45;
/** Real time: a round takes some twenty seconds, making a failure small takes the rest. */
const ROUND_MS = 180_000;
const USAGE = 'usage: npm run simulate -- [--ticks N] [--seed N] [--jobs N] [--path P] [--plant NAME]';
const PLAYER = new URL('./search-process.ts', import.meta.url);

type Wanted = {
  readonly ticks: number;
  readonly seed: number;
  readonly jobs: number;
  readonly path: string | undefined;
  /** A bug to plant, to see that it is found. */
  readonly bug: { readonly plant?: string };
};

/** How far it has come, and from which seed the next round is. */
type Progress = { ticks: number; histories: number; seed: number; readonly began: number };

function parseArguments(args: readonly string[]): Wanted | null {
  const texts = { ticks: '100000', seed: '1', jobs: String(availableParallelism()) };
  const options = {
    ticks: { type: 'string', default: texts.ticks },
    seed: { type: 'string', default: texts.seed },
    jobs: { type: 'string', default: texts.jobs },
    path: { type: 'string' },
    plant: { type: 'string' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const [ticks, seed, jobs] = [Number(values.ticks), Number(values.seed), Number(values.jobs)];
  const fits =
    ticks > 0 && Number.isInteger(seed) && Number.isInteger(jobs) && jobs > 0 && (values.plant ?? 'none') in { none: 0, ...PLANTED_BUGS };
  return fits ? { ticks, seed, jobs, path: values.path, bug: values.plant === undefined ? {} : { plant: values.plant } } : null;
}

/** Plays invented histories until so many checks and dispatches have run, or one breaks a promise. Exit code 1 then. */
async function simulate(): Promise<number> {
  const wanted = parseArguments(process.argv.slice(2));
  if (wanted === null) {
    console.error(USAGE);
    return 2;
  }
  const { seed, path, bug } = wanted;
  const progress: Progress = { ticks: 0, histories: 0, seed, began: performance.now() };
  if (path !== undefined)
    return reportRound(await search({ ...bug, seed, path, histories: HISTORIES_A_ROUND, within: ROUND_MS }), seed, progress);
  const players = Array.from({ length: wanted.jobs }, () => fork(PLAYER));
  try {
    const codes = await Promise.all(players.map((player) => playRounds(player, wanted, progress)));
    return Math.max(...codes);
  } catch (failure) {
    console.error(failure instanceof Error ? failure.message : failure);
    return 1;
  } finally {
    for (const player of players) player.kill();
  }
}

/** One process plays seed after seed, each its own. Throws what a round found to be broken, which ends the others too. */
async function playRounds(player: ChildProcess, { ticks, bug }: Wanted, progress: Progress): Promise<number> {
  while (progress.ticks < ticks) {
    const seed = progress.seed;
    progress.seed += 1;
    const histories = Math.min(HISTORIES_A_ROUND, Math.ceil((ticks - progress.ticks) / TICKS_A_HISTORY));
    const found = await playRound(player, { ...bug, seed, histories, within: ROUND_MS });
    const code = reportRound(found, seed, progress);
    if (code !== 0) throw new Error(`seed ${seed} broke a promise`);
  }
  return 0;
}

function playRound(player: ChildProcess, round: Search): Promise<Found> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`seed ${round.seed}: its process ended with code ${code}`));
    player.once('exit', ended);
    player.once('message', (found) => {
      player.off('exit', ended);
      // Proof: search-process.ts sends nothing else.
      resolve(found as Found);
    });
    player.send(round);
  });
}

function reportRound(found: Found, seed: number, progress: Progress): 0 | 1 {
  progress.ticks += found.ticks;
  progress.histories += found.histories;
  if (found.failure !== null) {
    console.error(found.failure);
    return 1;
  }
  const aSecond = Math.round(progress.ticks / ((performance.now() - progress.began) / 1_000));
  const sum = `${progress.ticks} checks and dispatches in ${progress.histories} histories, ${aSecond} a second`;
  console.log(`seed ${seed}: every promise held; so far ${sum}`);
  return 0;
}

process.exitCode = await simulate();
