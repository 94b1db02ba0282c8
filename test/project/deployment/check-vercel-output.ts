import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../documents.ts';
import { appRoutes } from './app-routes.ts';
import { faultsOf, megabytes, readOutput } from './vercel-output.ts';

// After `vercel build --prod` in this checkout: whether what it wrote would run as vercel.json and the routes say.
const output = readOutput(ROOT);
const faults = faultsOf(output, readFileSync(join(ROOT, 'vercel.json'), 'utf8'), appRoutes());
for (const fault of faults) process.stderr.write(`vercel: ${fault}\n`);
const largest = Math.max(...[...output.functions.values()].map(({ bytes }) => bytes));
process.stdout.write(
  `vercel: ${output.functions.size} paths, ${output.crons.length} crons, the largest function has ${megabytes(largest)}\n`,
);
if (faults.length > 0) process.exitCode = 1;
