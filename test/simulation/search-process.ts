import { search, type Search } from './search.ts';

/** A process of `npm run simulate`: plays the rounds that it is sent, one after the other, and answers what each found. */
async function play(round: Search): Promise<void> {
  process.send?.(await search(round));
}

// Proof: only simulate.ts starts it, and sends nothing else. An error ends the process, which simulate.ts reports.
process.on('message', (round) => void play(round as Search));
// Whoever wanted to know is gone.
process.on('disconnect', () => process.exit());
