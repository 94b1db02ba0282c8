import { search, type Search } from './search.ts';

/** A process of `npm run simulate`: plays the rounds that it is sent, one after the other, and answers what each found. */
async function play(round: Search): Promise<void> {
  process.send?.(await search(round));
}

// Proof: only scripts/simulate.ts starts it, and sends nothing else. What is thrown ends the process, which scripts/simulate.ts tells.
process.on('message', (round) => void play(round as Search));
// Whoever wanted to know is gone.
process.on('disconnect', () => process.exit());
