import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hashPassword } from '../../lib/config/environment/password.ts';
import { QUIET, startProduct } from '../e2e/product.ts';
import { mixture, record } from '../e2e/recorded-state.ts';
import { fuzz } from './fuzz.ts';
import { resourcesOf } from './resources.ts';
import { guess } from './sign-in.ts';
import { upgrade } from './upgrades.ts';

/**
 * Attacks the built product on loopback (`npm run build` first): odd requests, guessed passwords and upgrade requests. Prints what came back, and what
 * was left open; ends with 1 if anything answered with a server error, grew or stayed open. Not part of `npm test`: it takes minutes.
 */
const USER = 'oncall';
const PASSWORD = 'right-horse-staple-1841';

/** What the process may hold more than before: garbage that is not collected yet, and the credentials that are remembered. */
const MEMORY_MOST_MB = 150;
/** The sockets of the product's own clients come and go. */
const HANDLES_MOST = 20;
/** Forty clients wait for most of their answers, so that more of them take minutes. */
const FEW_GUESSES = 200;
/** Of what the product said, where something is wrong. */
const LOG_SHOWN = 4_000;
/** Idle connections are ended within a minute. */
const QUIET_MS = 75_000;

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    guesses: { type: 'string', default: '10000' },
    upgrades: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});

async function attack(folder: string): Promise<readonly string[]> {
  const path = join(folder, 'state.sqlite');
  await record(path, mixture(Date.now()));
  const product = await startProduct({ ...QUIET, STATE_PATH: path, STATUS_USERS: `${USER}:${await hashPassword(PASSWORD)}` });
  const target = { url: new URL(product.url), authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}` };
  try {
    await fuzz(target, { requests: 2_000, seed: 1 }); // Warms up, so that growth is measured from a process that has done everything once.
    const before = resourcesOf(product.pid);
    const stateBefore = statSync(path).size;
    const seed = Number(values.seed);
    say(`seed ${seed}; the process holds ${before.memoryMb} MB and ${before.handles} open files and sockets`);
    const faults = [
      ...told('requests', await fuzz(target, { requests: Number(values.requests), seed })),
      ...told('sign-ins', await guess(target, { user: USER, guesses: FEW_GUESSES, clients: 1, within: 2 })),
      ...told('sign-ins', await guess(target, { user: USER, guesses: Number(values.guesses), clients: 10, within: 10 })),
      ...told('upgrades', await upgrade(target, Number(values.upgrades))),
    ];
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const after = resourcesOf(product.pid);
    say(`afterwards: ${after.memoryMb} MB, ${after.handles} open; the state has grown by ${statSync(path).size - stateBefore} bytes`);
    if (after.memoryMb > before.memoryMb + MEMORY_MOST_MB) faults.push(`memory grew from ${before.memoryMb} to ${after.memoryMb} MB`);
    if (after.handles > before.handles + HANDLES_MOST)
      faults.push(`${after.handles} files and sockets are open, of ${before.handles} before`);
    if (faults.length > 0) say(`what the product logged last:\n${product.log().slice(-LOG_SHOWN)}`);
    return faults;
  } finally {
    await product.stop();
  }
}

/** What a part of the attack came to: lines for people, and what must not be. */
function told(
  name: string,
  { lines, faults }: { readonly lines: readonly string[]; readonly faults: readonly string[] },
): readonly string[] {
  for (const line of lines) say(`${name}: ${line}`);
  return faults.map((fault) => `${name}: ${fault}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-attack-'));
try {
  const faults = await attack(folder);
  for (const fault of faults) process.stderr.write(`FAULT: ${fault}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
