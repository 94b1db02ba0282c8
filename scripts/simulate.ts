import { parseArgs } from 'node:util';
import { search } from '../test/simulation/search.ts';

const HISTORIES_A_ROUND = 100;
/** Real time: a round takes some ten seconds, making a failure small takes the rest. */
const ROUND_MS = 180_000;
const USAGE = 'usage: npm run simulate -- [--ticks N] [--seed N] [--path P]';

/** Plays invented histories until so many checks and dispatches have run, or one breaks a promise. Exit code 1 then. */
async function simulate(): Promise<number> {
  const { values } = parseArgs({
    options: { ticks: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' }, path: { type: 'string' } },
  });
  const [ticks, first] = [Number(values.ticks), Number(values.seed)];
  if (!(ticks > 0) || !Number.isInteger(first)) {
    console.error(USAGE);
    return 2;
  }
  const began = performance.now();
  const played = { ticks: 0, histories: 0 };
  for (let seed = first; played.ticks < ticks; seed += 1) {
    const found = await search({
      seed,
      histories: HISTORIES_A_ROUND,
      within: ROUND_MS,
      ...(values.path !== undefined && { path: values.path }),
    });
    played.ticks += found.ticks;
    played.histories += found.histories;
    if (found.failure !== null) {
      console.error(found.failure);
      return 1;
    }
    const aSecond = Math.round(played.ticks / ((performance.now() - began) / 1_000));
    console.log(
      `seed ${seed}: ${played.ticks} checks and dispatches in ${played.histories} histories, ${aSecond} a second: every promise held`,
    );
    if (values.path !== undefined) break;
  }
  return 0;
}

process.exitCode = await simulate();
