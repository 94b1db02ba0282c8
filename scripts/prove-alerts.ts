import { join } from 'node:path';
import { proveAlerts } from '../lib/wire-people.ts';
import { loadEnvironmentFiles } from './env-files.ts';

loadEnvironmentFiles(join(import.meta.dirname, '..'));
proveAlerts().then(
  (words) => process.stdout.write(`${words}\n`),
  (error: unknown) => {
    process.stderr.write(`prove-alerts: ${error instanceof Error ? error.message : 'failed'}\n`);
    process.exitCode = 1;
  },
);
