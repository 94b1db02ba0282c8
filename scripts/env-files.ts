import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Next's order for production: the first file that sets a variable wins, and the environment before all. */
const FILES = ['.env.production.local', '.env.local', '.env.production', '.env'];

/** Loads the folder's `.env` files into this process, so that the command line sees what Next's server would. */
export function loadEnvironmentFiles(folder: string): void {
  for (const file of FILES.map((name) => join(folder, name))) {
    if (existsSync(file)) process.loadEnvFile(file);
  }
}
