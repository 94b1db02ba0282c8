import { spawnSync } from 'node:child_process';

/** `npm run check`: what holds the tree besides its tests, the quick things first. */
const STEPS: readonly (readonly [name: string, command: string])[] = [
  ['format', 'oxfmt --check .'],
  ['lint', 'oxlint --type-aware'],
  ['types', 'tsc --noEmit'],
  ['unused code', 'knip'],
  ['build', 'next build'],
];

for (const [index, [name, command]] of STEPS.entries()) {
  process.stdout.write(`\ncheck ${index + 1}/${STEPS.length}: ${name} (${command}) …\n`);
  const started = performance.now();
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' });
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  if (status !== 0) {
    process.stderr.write(`\ncheck: ${name} failed after ${seconds} s; \`npx ${command}\` shows it again\n`);
    process.exit(1);
  }
  process.stdout.write(`check ${index + 1}/${STEPS.length}: ${name} passed in ${seconds} s\n`);
}
