import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const PROJECT = join(import.meta.dirname, '../..');

/** Next's order for production: the first file that sets a variable wins, and the environment before all. */
const FILES = ['.env.production.local', '.env.local', '.env.production', '.env'];

/**
 * Loads the folder's `.env` files into this process, so that the command line sees what Next's server would. `VERCEL` is taken from none of them: `vercel env
 * pull` writes it into .env.local, where it says that another machine is Vercel's, and with it STATUS_ACCESS=vercel would open this one to everybody.
 */
export function loadEnvironmentFiles(folder: string): void {
  process.env['VERCEL'] ??= '';
  for (const file of FILES.map((name) => join(folder, name))) {
    if (existsSync(file)) process.loadEnvFile(file);
  }
}
