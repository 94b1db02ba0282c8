import { expect, test } from 'vitest';
import { runScript } from '../scripts/run.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';

const MINUTE = 60_000;
const SIMULATE = '../test/simulation/simulate.ts';
const [PLANT = ''] = Object.keys(PLANTED_BUGS).filter((name) => name.startsWith('a failure is retried at once'));

test(
  'npm run simulate plays different seeds in several processes, and together as much as was asked for',
  { timeout: MINUTE },
  async () => {
    const { code, stdout, stderr } = await runScript(SIMULATE, { args: ['--ticks', '200', '--seed', '7', '--jobs', '2'] });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rounds = [...stdout.matchAll(/^seed (\d+): every promise held; so far (\d+) checks and dispatches in (\d+) histories/gm)];
    expect(rounds.map(([, seed]) => Number(seed)).toSorted((a, b) => a - b)).toEqual(rounds.map((_, index) => 7 + index));
    expect(rounds.length).toBeGreaterThanOrEqual(2);
    expect(Number(rounds.at(-1)?.[2])).toBeGreaterThanOrEqual(200);
  },
);

test(
  'npm run simulate ends with code 1 at a broken promise, and the command that it prints plays the same again',
  { timeout: 2 * MINUTE },
  async () => {
    const found = await runScript(SIMULATE, { args: ['--ticks', '2000', '--jobs', '2', '--plant', PLANT] });
    expect(found.code).toBe(1);
    expect(found.stderr).toMatch(/^seed \d+ broke a promise$/m);
    const [, seed = '', path = ''] = /^Again: npm run simulate -- --seed (\d+) --path (\S+) --plant '/m.exec(found.stderr) ?? [];
    const again = await runScript(SIMULATE, { args: ['--seed', seed, '--path', path, '--plant', PLANT] });
    expect(again.code).toBe(1);
    const [history, broken] = [/^The history:\n.+$/m, /^Broken:\n.+$/m];
    expect(history.exec(again.stderr)?.[0]).toBe(history.exec(found.stderr)?.[0]);
    expect(broken.exec(again.stderr)?.[0]).toBe(broken.exec(found.stderr)?.[0]);
    expect(broken.exec(again.stderr)?.[0]).toContain('hammering');
  },
);

test.for([
  ['--ticks', '0'],
  ['--seed', 'x'],
  ['--jobs', '0'],
  ['--jobs', '1.5'],
  ['--plant', 'no such bug'],
] as const)('npm run simulate with %s %s answers with its usage', async (args) => {
  const { code, stdout, stderr } = await runScript(SIMULATE, { args });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('usage: npm run simulate');
});
